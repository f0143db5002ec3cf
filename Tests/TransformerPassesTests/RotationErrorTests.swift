import Kernels
import Testing
import Transformer
import TransformerPasses

/// What a rotation is for: a channel of the residual stream that is far above the others.
@Suite struct RotationErrorTests {
  private static let channel = 21

  /// A network of width 64 whose embedding has one channel 60 times as large as the others.
  private func model() throws -> SmallModel {
    try SmallModel(heads: 4, keyValueHeads: 2, headSize: 16) { tensor, values in
      guard tensor == .embedding else { return values }
      return values.enumerated().map { $0 % 64 == Self.channel ? 60 * ($1 < 0 ? -1 : 1) * 0.24 : $1 }
    }
  }

  private let tokens = (0..<50).map { Int32($0 * 17 % 43) }

  private func logits(_ checkpoint: TransformerCheckpoint, _ compute: Compute) throws -> [Float] {
    let engine = TransformerEngine(try checkpoint.weights(), compute: compute)
    var all: [Float] = []
    engine.read(tokens, into: engine.cache(), afterEach: true) { all += $1 }
    return all
  }

  private func table(_ small: SmallModel) throws -> [[Double]] {
    let values = try small.checkpoint.checkpoint.f32("tok_embeddings.weight").map(Double.init)
    return stride(from: 0, to: values.count, by: 64).map { Array(values[$0..<$0 + 64]) }
  }

  /// The squared distance of an embedding in integers from rows.
  private func noise(
    _ rows: [[Double]], _ converted: (TransformerCheckpoint, [ConvertTransformer.Matrix])
  ) throws -> Double {
    let bytes = try converted.0.checkpoint.s8("tok_embeddings.weight")
    let scales = try #require(converted.1.first { $0.tensor == .embedding }).scales
    var sum = 0.0
    for (row, values) in rows.enumerated() {
      for (term, value) in values.enumerated() {
        let byte = bytes[((row / 16 * 16 + term / 4) * 16 + row % 16) * 4 + term % 4]
        sum += square(Double(byte) * Double(scales[row]) - value)
      }
    }
    return sum
  }

  // Would catch a rotation that leaves a channel large.
  @Test(arguments: [TransformerScheme.Weights.perRow, .perTensor])
  func aRowsLargeChannelCostsLess(_ weights: TransformerScheme.Weights) throws {
    let (small, turn) = (try model(), DoubleRotation(dividing: 64))
    let plain = try table(small)
    let turned = plain.map(turn.turned)
    // A step is the largest magnitude over 127, and a rounding's mean square a twelfth of the step's.
    func steps(_ rows: [[Double]]) -> Double {
      let largest = rows.map { $0.map(abs).max() ?? 0 }
      let whole = largest.max() ?? 0
      return largest.reduce(0) { $0 + square(weights == .perRow ? $1 : whole) }
    }
    let expected = steps(turned) / steps(plain)
    // 64 values share what one had: a step's square falls to a 64th, and the other channels add what they have.
    #expect(expected < 0.05)
    let scheme = TransformerScheme(weights: weights, activations: .perToken)
    var rotated = scheme
    rotated.rotation = .hadamard
    let before = try noise(plain, small.converted(scheme))
    let after = try noise(turned, small.converted(rotated))
    // 2,752 roundings: their sum of squares is within a tenth of its mean.
    #expect(after < 1.2 * expected * before, "\(after) of \(before), expected \(expected)")
  }

  // Would catch a rotation of the embedding alone. Heads, and what w2 reads, keep the noise that they had.
  @Test(arguments: [TransformerScheme.Weights.perRow, .perTensor])
  func logitsOfALargeChannelAreCloser(_ weights: TransformerScheme.Weights) throws {
    let small = try model()
    let float = try logits(small.checkpoint, small.compute)
    func noise(_ rotation: TransformerScheme.Rotation?) throws -> Double {
      let scheme = TransformerScheme(weights: weights, activations: .perToken, rotation: rotation)
      let found = try logits(try small.converted(scheme).0, small.compute)
      return zip(float, found).reduce(0) { $0 + square(Double($1.0 - $1.1)) }
    }
    let (before, after) = (try noise(nil), try noise(.hadamard))
    #expect(after < before / 2, "\(after) of \(before)")
  }

  private func square(_ x: Double) -> Double { x * x }

  // Would catch values that are turned twice, once in the weights and once by the cache: then they stand there unturned.
  @Test func theCacheTurnsValuesItself() throws {
    let small = try model()
    func scales(_ cache: KeyValuePrecision?) throws -> [Float] {
      try small.converted(
        .init(weights: .perRow, activations: .perToken, keyValueCache: cache, rotation: .hadamard)
      ).1.first { $0.tensor == .value(1) }?.scales ?? []
    }
    let (turned, left) = (try scales(.int8), try scales(.int8Rotated))
    #expect(try scales(nil) == turned)
    #expect(left != turned)
    // Where values are left alone, a row is that of the formula without heads.
    let norm = try small.checkpoint.checkpoint.f32("layers.1.attention_norm.weight")
    let row = try small.checkpoint.checkpoint.f32("layers.1.attention.wv.weight")[..<64]
    let expected = DoubleRotation(dividing: 64).turned(zip(row, norm).map { Double($0) * Double($1) })
    #expect(abs(Double(left[0]) * 127 - (expected.map(abs).max() ?? 0)) < 1e-5)
  }
}
