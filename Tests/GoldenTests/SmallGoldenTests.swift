import Foundation
import Layers
import Networks
import Passes
import Quantization
import Tensors
import Testing

/// Parity with PyTorch on three tiny networks, configuration by configuration, with nothing but the repository.
///
/// No integer differs anywhere, also where FBGEMM or oneDNN ran: the recording was made on a processor with VNNI, whose
/// sums do not saturate.
struct SmallGoldenTests {
  static let networks = ["plain", "norm", "linear"]
  static let configurations = [
    "fbgemm", "qnnpack", "onednn", "minmax-reduced-per-channel", "minmax-full-per-tensor",
    "moving-average-reduced-per-channel",
  ]

  /// Everything recorded is tested below, and it is as small as it is meant to be.
  @Test func recording() throws {
    let golden = try SmallGolden.shared.get()
    #expect(Set(golden.document.networks.keys) == Set(Self.networks))
    for (network, entry) in golden.document.networks {
      #expect(Set(entry.static.keys) == Set(Self.configurations), "\(network)")
    }
    let files = try FileManager.default.contentsOfDirectory(
      at: SmallGolden.folder, includingPropertiesForKeys: [.fileSizeKey])
    let sizes = try files.map { try $0.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0 }
    #expect(sizes.reduce(0, +) < 500_000)
  }

  /// A pixel's float is the one that PyTorch was given.
  @Test func inputs() throws {
    let golden = try SmallGolden.shared.get()
    let expected = try golden.file.f32("test.inputs")
    #expect(golden.test.floats(0..<golden.test.count).map(\.bitPattern) == expected.map(\.bitPattern))
  }

  /// Batch normalization folds to PyTorch's weights and biases, to the bit.
  @Test func folding() throws {
    let golden = try SmallGolden.shared.get()
    let fused = try Fuse.fuse(golden.float("norm"))
    let expected = golden.tensors("norm.fused")
    #expect(Set(expected.keys) == ["conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias"])
    for (name, tensor) in expected {
      #expect(fused.parameters[name]?.shape == tensor.shape, "\(name)")
      #expect(fused.parameters[name]?.f32?.map(\.bitPattern) == tensor.f32?.map(\.bitPattern), "\(name)")
    }
  }

  /// Weights and their scales come from the parameters alone, so they are equal, to the bit.
  @Test(arguments: networks, configurations) func weights(_ network: String, _ name: String) throws {
    try SmallGolden.shared.get().expectWeights(network, name)
  }

  /// With PyTorch's own scales every integer of every layer is PyTorch's, and so is every logit.
  @Test(arguments: networks, configurations)
  func integersUnderPyTorchScales(_ network: String, _ name: String) throws {
    let golden = try SmallGolden.shared.get()
    let outcome = try golden.run(golden.calibratedByPyTorch(network, name), network, name)
    for layer in outcome.layers { #expect(layer.differing == 0, "\(layer.tensor)") }
    #expect(outcome.logits.found == outcome.logits.expected)
  }

  /// The input's scale comes from pixels alone and is equal, to the bit; so is every zero point.
  ///
  /// A layer's scale comes from float sums, which PyTorch adds in an order of its own. The convolutions' (9 and 36
  /// terms) and `norm`'s linear layer's (24) are at most one unit in the last place apart, fc1's of `plain` (96) up to
  /// five, and fc2's behind it two: a sum of n terms in one chain is rounded n times, by a third of a unit in the mean,
  /// which adds up to about three units over 96. The recorded scales of min-max are at most one unit from those of the
  /// same sums in f64; PyTorch itself moves by three between instruction sets.
  @Test(arguments: networks, configurations) func activationScales(_ network: String, _ name: String) throws {
    let golden = try SmallGolden.shared.get()
    let calibrated = try golden.calibrated(network, name)
    let bounds: [String: Int64] =
      switch network {
      case "plain": ["quant": 0, "conv1": 1, "conv2": 0, "fc1": 5, "fc2": 2]
      case "norm": ["quant": 0, "conv1": 1, "conv2": 0, "fc": 1]
      default: ["quant": 0, "fc1": 0, "fc2": 0]
      }
    let expected = try golden.configuration(network, name).activations
    #expect(Set(expected.keys) == Set(bounds.keys))
    for (tensor, bound) in bounds {
      let found = try #require(calibrated.observations[tensor]).parameters
      let activation = try #require(expected[tensor])
      let apart = abs(Int64(found.scale.bitPattern) - Int64(activation.scale.bitPattern))
      #expect(apart <= bound, "\(tensor): \(found.scale), PyTorch \(activation.scale)")
      #expect(found.zeroPoint == activation.zero_point, "\(tensor)")
    }
  }

  /// With our own calibration every integer is PyTorch's too: a few units in the last place of a scale move no value
  /// across a rounding edge here.
  @Test(arguments: networks, configurations) func integersUnderOurScales(_ network: String, _ name: String) throws {
    let golden = try SmallGolden.shared.get()
    let outcome = try golden.run(golden.calibrated(network, name), network, name)
    for layer in outcome.layers { #expect(layer.differing == 0, "\(layer.tensor)") }
  }

  /// The recording tells PyTorch's engines apart: under the other one's arithmetic, with all scales the same, two
  /// integers or more are not those recorded. (`octavo` differs from `qnnpack` near ties and above the calibrated range
  /// only, and the configurations of `qnnpack` have neither.)
  @Test(arguments: [NumericProfile.fbgemm, .qnnpack], configurations)
  func profilesAreToldApart(_ profile: NumericProfile, _ name: String) throws {
    let golden = try SmallGolden.shared.get()
    var differing = 0
    for network in Self.networks {
      let outcome = try golden.run(golden.calibratedByPyTorch(network, name, profile: profile), network, name)
      differing += outcome.layers.map(\.differing).reduce(0, +)
    }
    #expect((differing == 0) == (try golden.scheme(name).profile == profile))
  }

  /// The float engine's scores: sums of at most 96 products, added in another order than PyTorch's, are off by a few
  /// units of 2^-24 of the largest; the bound is sixteen.
  @Test(arguments: networks) func floatScores(_ network: String) throws {
    let golden = try SmallGolden.shared.get()
    let engine = try FloatEngine(golden.float(network), capacity: golden.test.count, compute: Golden.compute())
    let logits = golden.test.floats(0..<golden.test.count).withUnsafeBufferPointer {
      engine.logits($0, count: golden.test.count)
    }
    let expected = try golden.file.f32("\(network).float.logits")
    let largest = expected.reduce(0) { max($0, abs($1)) }
    let apart = zip(logits, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(apart <= largest * 0x1p-20)
  }
}
