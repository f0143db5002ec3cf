import Kernels
import Networks
import Passes
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

@Suite struct RandomGraphTests {
  // Graphs that nobody wrote, calibrated and converted: every integer of every layer is that of the definition, in 64 bits,
  // on every instruction set and any number of threads; the fake-quantized engine gives the same ones.
  @Test(arguments: 1...20, NumericProfile.allCases)
  func everyIntegerIsThatOfTheReference(_ seed: Int, _ profile: NumericProfile) throws {
    let network = try Network(randomGraph: UInt64(seed))
    let shape = network.input
    var random = SeededGenerator(seed: UInt64(seed), stream: 3)
    let images = ImageSet(
      shape: [shape.channels, shape.height, shape.width],
      pixels: random.integers(6 * shape.count, 0...255 as ClosedRange<UInt8>), labels: [0, 1, 2, 3, 0, 1])
    let calibrated = try Calibrate.calibrate(
      FloatModel(random: network), scheme: .plain(profile: profile, batches: 2, batchSize: 3), images: images,
      compute: Compute())
    let model = try Convert.convert(calibrated).model
    let again = try QuantizedModel(network: network, profile: profile, tensors: model.tensors)
    #expect(again == model)
    let pixels = images.floats(0..<6)
    let expected = try IntegerReference(model: model).integers(pixels, count: 6)
    for compute in try Compute.all() {
      for keepsValues in [true, false] {
        let engine = try QuantizedEngine(model, capacity: 6, keepsValues: keepsValues, compute: compute)
        let scores = engine.logits(pixels, count: 6)
        guard keepsValues else {
          let last = try #require(model.flow.last ?? nil)
          #expect(scores == expected[expected.count - 1].map { last.dequantize(Int32($0)) })
          continue
        }
        for (name, integers) in zip(network.valueNames, expected) {
          #expect(engine.integers(of: name, count: 6).map { Int64($0) } == integers, "\(name) of \(network)")
        }
      }
    }
    #expect(try Agreement(of: calibrated, on: images, compute: Compute()).ties.isEmpty)
  }
}
