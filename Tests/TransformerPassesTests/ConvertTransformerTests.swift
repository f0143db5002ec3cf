import Checkpoints
import Files
import Foundation
import Kernels
import Tensors
import Testing
import Transformer
import TransformerFormats
import TransformerPasses

@Suite struct ConvertTransformerTests {
  private let compute: Compute
  private let folder: URL
  private let model: TransformerCheckpoint
  private let configuration: TransformerConfiguration

  init() throws {
    compute = Compute(kernels: try Kernels(.scalar), pool: ThreadPool(threads: 2))
    folder = FileManager.default.temporaryDirectory.appending(path: "convert-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    configuration = try TransformerConfiguration(
      hiddenSize: 24, intermediateSize: 37, layers: 2, heads: 4, keyValueHeads: 2, vocabularySize: 43,
      contextLength: 64, isTied: true)
    var random = SeededGenerator(seed: 3)
    var tensors: [String: Tensor] = [:]
    for tensor in TransformerTensor.all(configuration) {
      let shape = tensor.shape(configuration)
      tensors[tensor.name] = Tensor(
        shape, (0..<shape.count).map { _ in Float.random(in: -0.4...0.4, using: &random) + (tensor.isMatrix ? 0 : 1) })
    }
    // A row that no scale fits.
    tensors["layers.0.attention.wv.weight"] = Tensor(
      [12, 24], [Float](repeating: 0, count: 24) + (tensors["layers.0.attention.wv.weight"]?.f32 ?? [])[24...])
    let path = folder.appending(path: "float.safetensors").path
    _ = try Checkpoint(
      tensors: tensors, metadata: ["transformer": try TransformerMetadata.json(configuration)]
    ).write(to: path)
    model = try TransformerCheckpoint(try Safetensors.decode(try FileBytes(of: path)))
  }

  private func convert(_ scheme: TransformerScheme) throws -> (TransformerCheckpoint, [ConvertTransformer.Matrix]) {
    let statistics =
      scheme.isCalibrated
      ? try TransformerStatistics(of: model, over: [(0..<50).map { Int32($0 * 17 % 43) }, [5, 6]], compute: compute)
      : nil
    let path = folder.appending(path: "int8.safetensors").path
    let conversion = try ConvertTransformer(model, scheme: scheme, statistics: statistics, compute: compute)
    let matrices = try conversion.write(to: path).matrices
    return (try TransformerCheckpoint(try Safetensors.decode(try FileBytes(of: path))), matrices)
  }

  /// The integer that stands for a weight.
  private func integer(_ bytes: [Int8], _ row: Int, _ term: Int, inner: Int) -> Int8 {
    bytes[((row / 16 * ((inner + 3) / 4) + term / 4) * 16 + row % 16) * 4 + term % 4]
  }

  // Would catch a row's scale taken for another's, rounding that is not half to even, panels out of order.
  @Test(arguments: TransformerScheme.Weights.allCases)
  func integersAreRoundedQuotients(_ weights: TransformerScheme.Weights) throws {
    let (converted, matrices) = try convert(TransformerScheme(weights: weights, activations: .perToken))
    for matrix in matrices {
      let name = matrix.tensor.name
      let (out, inner) = (matrix.tensor.shape(configuration)[0], matrix.tensor.shape(configuration)[1])
      let floats = try model.checkpoint.f32(name)
      let (bytes, sums) = (try converted.checkpoint.s8(name), try converted.checkpoint.s32(name + ".sum"))
      let whole = floats.map(abs).max() ?? 0
      var most: Int64 = 0
      for row in 0..<out {
        let values = floats[row * inner..<(row + 1) * inner]
        let largest = weights == .perRow ? values.map(abs).max() ?? 0 : whole
        let scale = largest == 0 ? 1 : largest / 127
        #expect(matrix.scales[row] == scale)
        let expected = values.map { Int8(($0 / scale).rounded(.toNearestOrEven)) }
        #expect((0..<inner).map { integer(bytes, row, $0, inner: inner) } == expected, "\(name) row \(row)")
        #expect(sums[row] == expected.reduce(0) { $0 + Int32($1) })
        most = max(most, expected.reduce(0) { $0 + 255 * Int64($1.magnitude) })
      }
      #expect(matrix.accumulatorBound == most)
      #expect(bytes.count == (out + 15) / 16 * ((inner + 3) / 4) * 64)
    }
    #expect(try converted.checkpoint.f32("norm.weight") == model.checkpoint.f32("norm.weight"))
  }

  // Would catch integers that depend on the set, on threads, or on how many tokens come at once.
  @Test(arguments: TransformerScheme.Activations.allCases)
  func logitsDependOnNothingButTokens(_ activations: TransformerScheme.Activations) throws {
    let (converted, _) = try convert(TransformerScheme(weights: .perRow, activations: activations))
    let tokens = (0..<50).map { Int32($0 * 17 % 43) }
    func logits(_ set: InstructionSet, threads: Int, chunk: Int) throws -> [[Float]] {
      let engine = TransformerEngine(
        try converted.weights(), compute: Compute(kernels: try Kernels(set), pool: ThreadPool(threads: threads)))
      let cache = engine.cache()
      var all: [[Float]] = []
      for begin in stride(from: 0, to: 50, by: chunk) {
        engine.read(tokens[begin..<min(begin + chunk, 50)], into: cache, afterEach: true) { all.append(Array($1)) }
      }
      return all
    }
    let expected = try logits(.scalar, threads: 1, chunk: 50)
    for set in InstructionSet.available {
      for chunk in [1, 3, 32, 50] { #expect(try logits(set, threads: 2, chunk: chunk) == expected) }
    }
    let float = TransformerEngine(try model.weights(), compute: compute)
    var (noise, signal) = (Float(0), Float(0))
    float.read(tokens, into: float.cache(), afterEach: true) { index, row in
      for (a, b) in zip(row, expected[index]) { (noise, signal) = (noise + (a - b) * (a - b), signal + a * a) }
    }
    // Eight bits leave some 40 dB of each product; what many of them add up to is far from a tenth of the signal.
    #expect(noise > 0 && noise < 0.01 * signal)
  }

  // Would catch a factor that goes into the matrices and not out of the norm.
  @Test func smoothingChangesNoProduct() throws {
    let (converted, _) = try convert(TransformerScheme(weights: .perRow, activations: .perToken, smoothing: 0.5))
    let (norm, before) = (
      try converted.checkpoint.f32("layers.0.attention_norm.weight"),
      try model.checkpoint.f32("layers.0.attention_norm.weight")
    )
    #expect(norm != before)
    let (bytes, scales) = (
      try converted.checkpoint.s8("layers.0.attention.wq.weight"),
      try converted.checkpoint.f32("layers.0.attention.wq.weight.scale")
    )
    let floats = try model.checkpoint.f32("layers.0.attention.wq.weight")
    for row in 0..<24 {
      for column in 0..<24 {
        let folded = floats[row * 24 + column] * before[column] / norm[column]
        // Half a step, and what the quotient's rounding adds.
        #expect(abs(Float(integer(bytes, row, column, inner: 24)) * scales[row] - folded) <= scales[row] * 0.5001)
      }
    }
  }

  @Test func whatCannotBeConverted() throws {
    #expect(throws: ConvertTransformerError.notCalibrated) {
      try ConvertTransformer(
        model, scheme: .init(weights: .perRow, activations: .fixed), statistics: nil, compute: compute)
    }
    #expect(throws: TransformerSchemeError.smoothing(1.5)) {
      try ConvertTransformer(
        model, scheme: .init(weights: .perRow, activations: .perToken, smoothing: 1.5), statistics: nil,
        compute: compute)
    }
    let (converted, _) = try convert(TransformerScheme(weights: .perRow, activations: .perToken))
    #expect(throws: ConvertTransformerError.isConverted) {
      try ConvertTransformer(
        converted, scheme: .init(weights: .perRow, activations: .perToken), statistics: nil, compute: compute)
    }
    var tensors = model.checkpoint.tensors
    tensors["layers.1.feed_forward.w2.weight"] = Tensor(
      [24, 37], (0..<24 * 37).map { $0 == 100 ? Float.nan : 1 })
    let path = folder.appending(path: "bad.safetensors").path
    _ = try Checkpoint(tensors: tensors, metadata: model.checkpoint.metadata).write(to: path)
    let bad = try TransformerCheckpoint(try Safetensors.decode(try FileBytes(of: path)))
    let output = folder.appending(path: "bad-int8.safetensors").path
    #expect(throws: ConvertTransformerError.notFinite("layers.1.feed_forward.w2.weight", row: 2)) {
      try ConvertTransformer(
        bad, scheme: .init(weights: .perRow, activations: .perToken), statistics: nil, compute: compute
      ).write(to: output)
    }
    #expect(!FileManager.default.fileExists(atPath: output))
    tensors["norm.weight"] = nil
    tensors["layers.0.ffn_norm.weight"] = nil
    _ = try Checkpoint(tensors: tensors, metadata: model.checkpoint.metadata).write(to: path)
    #expect(throws: TransformerCheckpointError.missing(["layers.0.ffn_norm.weight", "norm.weight"])) {
      try TransformerCheckpoint(try Safetensors.decode(try FileBytes(of: path)))
    }
  }
}
