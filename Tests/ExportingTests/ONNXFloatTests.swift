import Exporting
import Kernels
import Layers
import Networks
import ONNXFormat
import TestSupport
import Testing

/// Files that a runtime computes in its own way: near the engine, and by how much.
@Suite struct ONNXFloatTests {
  /// The float engine's scores, and the file's, differ by the order of sums alone: each score is a sum of at most a few
  /// hundred terms of ordinary size, behind at most a dozen such layers.
  @Test(.enabled(ONNXRuntime.reason) { ONNXRuntime.python != nil })
  func floatScoresAreNear() throws {
    let cases = try (1...20).map { seed in
      var network = try Network(randomGraph: UInt64(seed))
      if seed.isMultiple(of: 2) { network.normalization = PixelNormalization(mean: [0.13], std: [0.31]) }
      if seed.isMultiple(of: 3) { network.layers.append(Layer("probabilities", .softmax)) }
      let model = try FloatModel(random: network)
      let (input, images) = (network.input, network.images(3))
      let engine = try FloatEngine(model, capacity: 3, compute: Compute())
      let floats = images.floats(0..<3)
      return ExportedCase(
        name: "graph \(seed)", kind: "float", export: try .float(model, origin: []), images: floats,
        shape: [3, input.channels, input.height, input.width], scores: engine.logits(floats, count: 3))
    }
    for (finding, example) in zip(try ONNXRuntime.findings(cases), cases) {
      #expect(finding.failed == nil && finding.checked == "", "\(finding)")
      let greatest = example.scores.map(\.magnitude).max() ?? 0
      #expect(finding.largest ?? .infinity <= 1e-5 * max(1, greatest), "\(finding)")
    }
  }

  /// Fused by the runtime, few integers move; between its own operations no more than ties do.
  @Test(.enabled(ONNXRuntime.reason) { ONNXRuntime.python != nil })
  func fewIntegersOfQDQDiffer() throws {
    var cases: [ExportedCase] = []
    for seed in 1...20 {
      let network = try Network(randomGraph: UInt64(seed))
      let images = network.images(3)
      for quantizing in [Quantizing.all[1], Quantizing.all[3]] {
        cases.append(
          try ExportedCase(
            "graph \(seed), \(quantizing)", quantizing.model(network, images), images, isExact: false))
      }
    }
    for finding in try ONNXRuntime.findings(cases) {
      #expect(finding.failed == nil && finding.checked == "", "\(finding)")
      print(finding.name, finding.differing ?? [:], finding.compared ?? [:], finding.largest ?? 0, finding.other ?? 0)
    }
  }
}
