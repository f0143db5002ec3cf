import Exporting
import Kernels
import Networks
import ONNXFormat
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

/// The promise: a runtime's integers are the engine's, all of them.
@Suite struct ONNXIntegerTests {
  /// Random graphs under every way of quantizing that is exact on this processor.
  @Test(.enabled(ONNXRuntime.reason) { ONNXRuntime.python != nil })
  func everyIntegerIsTheEngines() throws {
    var cases: [ExportedCase] = []
    for seed in 1...20 {
      let network = try Network(randomGraph: UInt64(seed))
      let images = network.images(3)
      for quantizing in Quantizing.all {
        let example = try ExportedCase("graph \(seed), \(quantizing)", quantizing.model(network, images), images)
        if example.export.warnings.isEmpty || ONNXRuntime.isExactAtFullRange { cases.append(example) }
      }
    }
    for finding in try ONNXRuntime.findings(cases) {
      #expect(finding.failed == nil && finding.checked == "", "\(finding)")
      #expect(finding.missing == [], "\(finding)")
      #expect(finding.differing?.count == 4 && finding.differing?.values.allSatisfy { $0 == 0 } == true, "\(finding)")
      #expect(finding.compared?["default exposed"] ?? 0 > 0 && finding.largest == 0, "\(finding)")
    }
  }
}
