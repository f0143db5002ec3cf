import Checkpoints
import Files
import Kernels
import Testing
import Transformer
import TransformerEvaluation
import TransformerPasses
import TransformerStages

/// Where a difference grows, of networks into whose matrices something was folded.
@Suite struct LayerNoiseTests {
  private static let schemes: [TransformerScheme] = [
    .init(weights: .perRow, activations: .perToken),
    .init(weights: .perRow, activations: .perToken, smoothing: 0.5),
    .init(weights: .perRow, activations: .perToken, rotation: .hadamard),
    .init(weights: .perRow, activations: .perToken, keyValueCache: .int8Rotated, rotation: .hadamard),
  ]

  // Would catch rows that are held against others than float32's: turned ones, or those of a norm that gave its weights away.
  @Test(arguments: schemes) func rowsAreHeldAgainstTheirOwn(_ scheme: TransformerScheme) throws {
    let small = try SmallModel()
    let compute = Compute(kernels: try Kernels(.scalar), pool: ThreadPool(threads: 1))
    let float = try TransformerCheckpoint(try Safetensors.decode(FileBytes(of: small.write(nil))))
    let window: [Int32] = [1, 259, 260, 259, 40, 90]
    let statistics = scheme.isCalibrated ? try TransformerStatistics(of: float, over: [window], compute: compute) : nil
    let path = small.folder.path("int8.safetensors")
    _ = try ConvertTransformer(float, scheme: scheme, statistics: statistics, compute: compute)
      .write(into: FileWriter(path))
    let int8 = try TransformerCheckpoint(try Safetensors.decode(FileBytes(of: path)))
    let engines = try [float, int8].map { TransformerEngine(try $0.weights(), compute: compute) }
    let places = LayerNoise(engines[0], engines[1], window: window).places
    #expect(places.map(\.tensor) == [.query(0), .attentionOutput(0), .gate(0), .down(0), .classifier])
    // Eight bits leave some 40 dB of each product; rows that were not comparable would have 0.
    for place in places { #expect(place.decibels > 20 && place.decibels < 70, "\(place)") }
  }
}
