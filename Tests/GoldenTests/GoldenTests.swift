import Foundation
import Layers
import Passes
import Quantization
import Tensors
import Testing

/// Parity with PyTorch, configuration by configuration.
@Suite(.enabled(if: Golden.isPresent, Golden.skip))
struct GoldenTests {
  static let configurations = [
    "minmax-reduced-per-channel", "minmax-full-per-tensor", "moving-average-reduced-per-channel",
  ]

  /// Weights and their scales come from the parameters alone: no float sum, no difference.
  @Test(arguments: configurations) func weights(_ name: String) throws {
    let golden = try Golden.shared.get()
    let model = try Convert.convert(golden.calibrated(name)).model
    let expected = try #require(golden.summary.configurations[name]).weights
    for (layer, weight) in expected {
      let found = try #require(model.layers[layer])
      #expect(found.weightScales == weight.scales, "\(layer): scales")
      #expect(weight.zero_points.allSatisfy { $0 == 0 })
      // fc1's integers are kept for another configuration only, to keep the file small.
      guard let integers = golden.quantized.tensors["\(name).\(layer).weight"] else { continue }
      #expect(integers.shape == found.weightShape)
      #expect(integers.s8 == found.weight, "\(layer): weights")
    }
  }

  /// The input's scale comes from pixels alone, to the bit, and so do zero points. A layer's scale comes from float
  /// sums, which PyTorch adds in an order of its own: the convolutions' (9 and 144 terms) are equal all the same, or
  /// one unit in the last place apart; the linear layers' (6272 and 128 terms) up to four. PyTorch itself moves by
  /// two on a processor with AVX-512, and the same sums in f64 round to two units from the recorded scale.
  @Test(arguments: configurations) func activationScales(_ name: String) throws {
    let golden = try Golden.shared.get()
    let calibrated = try golden.calibrated(name)
    let bounds: [String: Int64] = ["quant": 0, "conv1": 1, "conv2": 1, "fc1": 4, "fc2": 4]
    for (tensor, expected) in try #require(golden.summary.configurations[name]).activations {
      let found = try #require(calibrated.observations[tensor]).parameters
      let bound = try #require(bounds[tensor])
      let apart = abs(Int64(found.scale.bitPattern) - Int64(expected.scale.bitPattern))
      #expect(apart <= bound, "\(tensor): \(found.scale), PyTorch \(expected.scale)")
      #expect(found.zeroPoint == expected.zero_point, "\(tensor)")
    }
  }

  /// With PyTorch's own scales every integer and every logit is PyTorch's.
  ///
  /// PyTorch's fbgemm saturates where activations exceed 127 on a processor without VNNI; in these configurations
  /// that moves no output.
  @Test(arguments: configurations) func integersUnderPyTorchScales(_ name: String) throws {
    let golden = try Golden.shared.get()
    let engine = try golden.engine(golden.calibratedByPyTorch(name))
    for (tensor, differing) in try golden.differingOutputs(of: engine, name) {
      #expect(differing == 0, "\(tensor)")
    }
    let logits = golden.logits(engine)
    let expected = try #require(golden.quantized.tensors["\(name).logits"]?.f32)
    #expect(zip(logits, expected).count { $0 != $1 } == 0)
    #expect(golden.accuracy(logits) == golden.summary.configurations[name]?.accuracy)
  }

  /// With our own calibration a scale may be a few units in the last place off, which moves a value across a rounding
  /// edge now and then: at most one integer in ten thousand.
  @Test(arguments: configurations) func integersUnderOurScales(_ name: String) throws {
    let golden = try Golden.shared.get()
    let engine = try golden.engine(golden.calibrated(name))
    for (tensor, differing) in try golden.differingOutputs(of: engine, name) {
      let count = engine.integers(of: tensor, count: Golden.images).count
      #expect(differing * 10_000 <= count, "\(tensor)")
    }
    #expect(golden.accuracy(golden.logits(engine)) == golden.summary.configurations[name]?.accuracy)
  }

  /// The float engine, to the same accuracy, and to scores within a bound: 6272 products summed in another order are
  /// off by a few hundred units of 2^-24 of the largest at the very most.
  @Test func floatScores() throws {
    let golden = try Golden.shared.get()
    let engine = try FloatEngine(golden.float, capacity: 100, compute: Golden.compute())
    let logits = golden.logits(engine)
    let expected = try #require(golden.quantized.tensors["float.logits"]?.f32)
    let largest = expected.reduce(0) { max($0, abs($1)) }
    let apart = zip(logits, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(apart <= largest * 0x1p-16)
    #expect(golden.accuracy(logits) == golden.summary.float_accuracy)
  }
}
