import Files
import Foundation
import Testing
import Transformer
import TransformerPasses

/// A conversion that was killed goes on behind its last whole tensor: same bytes, same record.
@Suite struct ConvertTransformerResumeTests {
  private let small: SmallModel
  private var path: String { small.folder.appending(path: "out.safetensors").path }
  private var partial: String { FileWriter.partialPath(of: path) }

  /// What a conversion had written when a tensor was whole.
  private struct Moment {
    let standing: ConvertTransformer.Standing
    let bytes: [UInt8]
  }

  init() throws { small = try SmallModel(inner: 48) }

  private func conversion(_ scheme: TransformerScheme) throws -> ConvertTransformer {
    try ConvertTransformer(
      small.checkpoint, scheme: scheme,
      statistics: scheme.isCalibrated
        ? TransformerStatistics(of: small.checkpoint, over: [[1, 2, 3]], compute: small.compute) : nil,
      compute: small.compute)
  }

  /// A conversion from its beginning, all its moments, and its bytes.
  private func uninterrupted(
    _ scheme: TransformerScheme
  ) throws -> (matrices: [ConvertTransformer.Matrix], moments: [Moment], bytes: [UInt8]) {
    var moments: [Moment] = []
    let (_, matrices) = try conversion(scheme).write(
      into: FileWriter(resumable: path),
      save: { standing in
        // What is appended is in the file, as a killed process leaves it.
        moments.append(Moment(standing: standing, bytes: (try? WholeFile.read(partial)) ?? []))
      })
    return (matrices, moments, try WholeFile.read(path))
  }

  private static let schemes: [TransformerScheme] = [
    .init(weights: .perRow, activations: .perToken), .init(weights: .perTensor, activations: .fixed),
    .init(weights: .perRow, activations: .perToken, smoothing: 0.5),
    .init(weights: .perRow, activations: .perToken, rotation: .hadamard),
    .init(weights: .perGroup, activations: .perGroup, group: 8),
    .init(weights: .perGroup, activations: .perGroup, group: 8, bits: 4),
  ]

  @Test(arguments: schemes) func fromEveryTensor(_ scheme: TransformerScheme) throws {
    let (matrices, moments, bytes) = try uninterrupted(scheme)
    let all = try #require(moments.first?.standing.all)
    #expect(moments.map(\.standing.tensors) == Array(1...all))
    for (index, moment) in moments.enumerated() {
      #expect(moment.standing.mark.bytes == moment.bytes.count)
      // The next tensor was begun.
      let next = index + 1 < moments.count ? moments[index + 1].bytes : bytes
      let torn = next[..<(moment.bytes.count + (next.count - moment.bytes.count) / 2)]
      try WholeFile.write(Array(torn), to: partial)
      var saved: [Int] = []
      let again = try conversion(scheme).write(
        into: FileWriter(resuming: path, at: moment.standing.mark), save: { saved.append($0.tensors) })
      #expect(try WholeFile.read(path) == bytes, "after tensor \(moment.standing.tensors)")
      #expect(again.matrices == matrices)
      #expect(again.file == FileDigest(bytes: bytes.count, sha256: SHA256Digest.hex(of: bytes)))
      // No tensor that was whole is written again.
      #expect(saved == Array(moment.standing.tensors..<all).map { $0 + 1 })
      #expect(!FileManager.default.fileExists(atPath: partial))
    }
  }

  @Test func whatAnotherSchemeWroteIsTakenBack() throws {
    let bytes = try uninterrupted(Self.schemes[0]).bytes
    let (_, moments, _) = try uninterrupted(Self.schemes[1])
    for moment in moments {
      try WholeFile.write(moment.bytes, to: partial)
      _ = try conversion(Self.schemes[0]).write(into: FileWriter(resuming: path, at: moment.standing.mark))
      #expect(try WholeFile.read(path) == bytes)
    }
  }

}
