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
    let graphs = try (1...20).map { seed in
      var network = try Network(randomGraph: UInt64(seed))
      if seed.isMultiple(of: 2) { network.normalization = PixelNormalization(mean: [0.13], std: [0.31]) }
      if seed.isMultiple(of: 3) { network.layers.append(Layer("last", .softmax)) }
      return (name: "graph \(seed)", network: network)
    }
    let cases = try (graphs + Network.special).map { name, network in
      let model = try FloatModel(random: network)
      let (input, images) = (network.input, network.images(3))
      let engine = try FloatEngine(model, capacity: 3, compute: Compute())
      let floats = images.floats(0..<3)
      return ExportedCase(
        name: name, kind: "float", export: try .float(model, origin: []), images: floats,
        shape: [3, input.channels, input.height, input.width], scores: engine.logits(floats, count: 3))
    }
    for (finding, example) in zip(try ONNXRuntime.findings(cases), cases) {
      #expect(finding.failed == nil && finding.checked == "", "\(finding)")
      let greatest = example.scores.map(\.magnitude).max() ?? 0
      #expect(finding.largest ?? .infinity <= 1e-5 * max(1, greatest), "\(finding)")
    }
  }

  /// The only integers that the form itself moves are ties of means, by one: a mean of real numbers, divided by the scale,
  /// is no tie where that of integers is. They and what is behind them are few, and no image changes its class.
  @Test(.enabled(ONNXRuntime.reason) { ONNXRuntime.python != nil })
  func fewIntegersOfQDQDiffer() throws {
    var cases: [(example: ExportedCase, hasMeans: Bool)] = []
    let graphs = try (1...20).map { ("graph \($0)", try Network(randomGraph: UInt64($0))) }
    for (name, network) in graphs + Network.special {
      let images = network.images(3)
      for quantizing in [0, 1, 3, 4].map({ Quantizing.all[$0] }) {
        let model = try quantizing.model(network, images)
        cases.append(
          (
            try ExportedCase("\(name), \(quantizing)", model, images, isExact: false),
            network.layers.contains { $0.operation.type == "averagePool2d" }
          ))
      }
    }
    for (finding, example) in zip(try ONNXRuntime.findings(cases.map(\.example)), cases) {
      #expect(finding.failed == nil && finding.checked == "", "\(finding)")
      #expect(finding.differing?.count == 4 && finding.other == 0, "\(finding)")
      let most = example.hasMeans ? (finding.compared?["disabled exposed"] ?? 0) / 10 : 0
      #expect(finding.differing?["disabled exposed"] ?? .max <= most, "\(finding)")
    }
  }
}
