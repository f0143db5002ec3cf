import ExportingTransformer
import Files
import Foundation
import ImportingTransformer
import TestSupport
import Tensors
import Testing
import Tokenizers
import Transformer

/// Networks written as files of other programs. They are read back by our own readers, which `GoldenTests` of
/// ImportingTransformer holds to other programs' files.
@Suite struct TransformerWriterTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path("model") }

  init() throws { folder = try TemporaryFolder() }

  private static func network(
    isTied: Bool, intermediateSize: Int = 64, ropeTheta: Double = 10_000
  ) throws -> (TransformerConfiguration, [TransformerTensor: [Float]]) {
    let configuration = try TransformerConfiguration(
      hiddenSize: 32, intermediateSize: intermediateSize, layers: 2, heads: 4, keyValueHeads: 2, vocabularySize: 12,
      contextLength: 10, ropeTheta: ropeTheta, isTied: isTied)
    var generator = SeededGenerator(seed: 3)
    var weights: [TransformerTensor: [Float]] = [:]
    for tensor in TransformerTensor.all(configuration) {
      weights[tensor] = generator.floats(tensor.shape(configuration).count)
    }
    return (configuration, weights)
  }

  private func expect(
    _ source: some TransformerSource, _ configuration: TransformerConfiguration,
    _ weights: (TransformerTensor) -> [Float], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(source.configuration == configuration, sourceLocation: sourceLocation)
    for tensor in TransformerTensor.all(configuration) {
      let found = try source.weights(of: tensor)
      #expect(bits(found) == bits(weights(tensor)), "\(tensor.name)", sourceLocation: sourceLocation)
    }
  }

  // MARK: llama2.c

  private func write(
    _ configuration: TransformerConfiguration, as form: Llama2CWriter.Form, pieces: Int,
    _ weights: (TransformerTensor) -> [Float]
  ) throws -> FileDigest {
    var writer = try Llama2CWriter(path, configuration, as: form)
    for tensor in writer.order {
      let all = weights(tensor)
      for start in stride(from: 0, to: all.count, by: pieces) {
        try Array(all[start..<min(all.count, start + pieces)]).withUnsafeBufferPointer {
          try writer.append($0, to: tensor)
        }
      }
    }
    return try writer.finish()
  }

  @Test(arguments: [true, false], [Llama2CWriter.Form.v0, .v1])
  func floatsOfLlama2CComeBack(_ isTied: Bool, _ form: Llama2CWriter.Form) throws {
    let (configuration, weights) = try Self.network(isTied: isTied)
    for pieces in [32, 96, 1 << 20] {
      let digest = try write(configuration, as: form, pieces: pieces) { weights[$0, default: []] }
      let model = try Llama2CModel(path)
      #expect(model.files[0].digest == digest)
      try expect(model, configuration) { weights[$0, default: []] }
    }
  }

  @Test func tablesOfLlama2CAreTheAngles() throws {
    let (configuration, weights) = try Self.network(isTied: true)
    let digest = try write(configuration, as: .v0, pieces: 1 << 20) { weights[$0, default: []] }
    let bytes = try WholeFile.read(path)
    #expect(digest.bytes == bytes.count)
    // Ten positions of four pairs at the file's end: cosines, then sines.
    let table = bytes.suffix(2 * 40 * 4).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    for position in 0..<10 {
      for pair in 0..<4 {
        let angle = Double(position) / pow(10_000, Double(2 * pair) / 8)
        #expect(abs(Double(table[4 * position + pair]) - cos(angle)) < 1e-7)
        #expect(abs(Double(table[40 + 4 * position + pair]) - sin(angle)) < 1e-7)
      }
    }
  }

  @Test func whatLlama2CDoesNotComputeIsRefused() throws {
    #expect(
      line { _ = try Llama2CWriter(path, Self.network(isTied: true, ropeTheta: 5e5).0, as: .v0).finish() }
        == "rope_theta: expected 10000, which run.c computes with, found 500000.0")
    var configuration = try Self.network(isTied: true).0
    configuration.normEpsilon = 1e-6
    #expect(
      line { _ = try Llama2CWriter(path, configuration, as: .v2(groupSize: 8)).finish() }
        == "rms_norm_eps: expected 1e-05, which runq.c computes with, found 1e-06")
    let odd = try Self.network(isTied: true, intermediateSize: 48).0
    #expect(
      line { _ = try Llama2CWriter(path, odd, as: .v2(groupSize: 32)).finish() }
        == "tensor 'layers.0.feed_forward.w2.weight': expected rows of a multiple of 32 for groups of llama2.c, "
        + "found 48"
    )
    #expect(try folder.files().isEmpty)
  }

  // MARK: GGUF

  private func write(
    _ configuration: TransformerConfiguration, _ type: GGUFWriter.MatrixType, pieces: Int = 1 << 20,
    keys: [(String, GGUFValue)] = [], _ weights: (TransformerTensor) -> [Float]
  ) throws -> FileDigest {
    var writer = try GGUFWriter(path, configuration, matrices: type, keys: keys)
    for tensor in writer.order {
      let all = weights(tensor)
      for start in stride(from: 0, to: all.count, by: pieces) {
        try Array(all[start..<min(all.count, start + pieces)]).withUnsafeBufferPointer {
          try writer.append($0, to: tensor)
        }
      }
    }
    return try writer.finish()
  }

  @Test(arguments: [true, false], [GGUFWriter.MatrixType.f32, .f16])
  func weightsOfGGUFComeBack(_ isTied: Bool, _ type: GGUFWriter.MatrixType) throws {
    let (configuration, weights) = try Self.network(isTied: isTied, ropeTheta: 500_000)
    for pieces in [32, 1 << 20] {
      let digest = try write(configuration, type, pieces: pieces) { weights[$0, default: []] }
      let model = try GGUFModel(path)
      #expect(model.files[0].digest == digest && model.vocabulary == nil)
      try expect(model, configuration) { tensor in
        let floats = weights[tensor, default: []]
        return type == .f16 && tensor.isMatrix ? floats.map { Float(Float16($0)) } : floats
      }
    }
  }

  // Would catch a weight that became an infinity, which a reader may take for a weight.
  @Test func aWeightThatBinary16DoesNotHoldIsRefused() throws {
    let (configuration, weights) = try Self.network(isTied: true)
    #expect(
      line {
        _ = try write(configuration, .f16) {
          $0 == .query(0) ? [65_504, 65_520] + [Float](repeating: 0, count: 1022) : weights[$0, default: []]
        }
      } == "tensor 'layers.0.attention.wq.weight': expected weights that f16 holds, found 65520.0 at 1")
    #expect(try folder.files().isEmpty)
  }

  @Test func rowsThatFillNoBlocksAreRefused() throws {
    let odd = try Self.network(isTied: true, intermediateSize: 48).0
    #expect(
      line { _ = try GGUFWriter(path, odd, matrices: .q8_0).finish() }
        == "tensor 'layers.0.feed_forward.w2.weight': expected rows of a multiple of 32 for q8_0, found 48")
  }

  // MARK: Tokens

  @Test(arguments: Vocabulary.Algorithm.allCases) func tokensComeBack(_ algorithm: Vocabulary.Algorithm) throws {
    let (configuration, weights) = try Self.network(isTied: true)
    let vocabulary =
      switch algorithm {
      case .sentencePiece:
        Vocabulary(
          algorithm: .sentencePiece,
          pieces: [
            Array("<unk>".utf8), Array("<s>".utf8), Array("</s>".utf8), [0x0A], [0xFF], Array(" a".utf8),
            Array("  ".utf8), Array("é".utf8), Array("b".utf8), Array("c".utf8), Array("d".utf8), Array("e".utf8),
          ],
          kinds: [.unknown, .control, .control, .byte, .byte, .normal, .userDefined] + [
            .normal, .normal, .normal, .unused, .normal,
          ],
          scores: (0..<12).map { -Float($0) / 3 }, beginning: 1, ends: [2, 9], addsBlank: false)
      case .byteLevel:
        Vocabulary(
          algorithm: .byteLevel,
          pieces: [
            Array("<|end of text|>".utf8), [0x20], [0x61], [0x20, 0x61], [0x20, 0x20], [0xAD], [0], [0x7F], [0xFF],
            [0xC3], [0xA9], [0xC3, 0xA9],
          ],
          kinds: [.control, .normal, .normal, .normal, .userDefined] + [Vocabulary.Kind](repeating: .normal, count: 7),
          merges: [.init(1, 2), .init(1, 1), .init(9, 10)], words: .smollm, beginning: nil, ends: [0], addsBlank: false)
      }
    _ = try write(configuration, .f32, keys: GGUFKeys.vocabulary(vocabulary)) { weights[$0, default: []] }
    #expect(try GGUFModel(path).vocabulary == vocabulary)
    var other = vocabulary
    other.pieces.removeLast()
    #expect(throws: TransformerExportError.vocabulary(expected: "11 kinds", found: "12")) {
      try GGUFKeys.vocabulary(other)
    }
    other.kinds.removeLast()
    other.scores = Array(other.scores.dropLast())
    other.merges = []
    #expect(throws: TransformerExportError.vocabulary(expected: "12 tokens", found: "11")) {
      _ = try GGUFWriter(path, configuration, matrices: .f32, keys: GGUFKeys.vocabulary(other)).finish()
    }
  }

  // MARK: The order

  @Test func weightsComeInTurnAndAll() throws {
    let (configuration, _) = try Self.network(isTied: true)
    func refusal(_ body: (inout GGUFWriter) throws -> Void) -> String? {
      line {
        var writer = try GGUFWriter(path, configuration, matrices: .f32)
        try body(&writer)
        _ = try writer.finish()
      }
    }
    func append(_ count: Int, _ tensor: TransformerTensor, _ weight: Float = 1, to writer: inout GGUFWriter) throws {
      try [Float](repeating: weight, count: count).withUnsafeBufferPointer { try writer.append($0, to: tensor) }
    }
    #expect(
      refusal { try append(32, .norm, to: &$0) } == "tensor 'norm.weight': written where 'tok_embeddings.weight' is due"
    )
    #expect(
      refusal { try append(385, .embedding, to: &$0) }
        == "tensor 'tok_embeddings.weight': expected 384 weights, found 385")
    #expect(
      refusal { try append(380, .embedding, to: &$0) }
        == "tensor 'tok_embeddings.weight': expected 384 weights, found 380")
    #expect(
      refusal {
        try append(3, .embedding, to: &$0)
        try append(2, .embedding, .nan, to: &$0)
      } == "tensor 'tok_embeddings.weight': expected weights that f32 holds, found nan at 3")
    #expect(try folder.files().isEmpty)
  }
}
