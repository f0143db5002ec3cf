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
  /// What a file has no value for: a second flatten, and what a last dropout passes on, which is the scores.
  private static let without = ["vectors": ["l1"], "joined": ["join"], "dropped": ["l0"]]

  /// Graphs under every way of quantizing. Where the processor adds two products in 16 bits, those of which a warning says
  /// that it matters are added in 32, as the warning says to; all others are exact without.
  @Test(.enabled(ONNXRuntime.reason) { ONNXRuntime.python != nil })
  func everyIntegerIsTheEngines() throws {
    var cases: [ExportedCase] = []
    let graphs = try (1...20).map { ("graph \($0)", try Network(randomGraph: UInt64($0))) }
    for (name, network) in graphs + Network.special {
      let images = network.images(3)
      for quantizing in Quantizing.all {
        var example = try ExportedCase("\(name), \(quantizing)", quantizing.model(network, images), images)
        example.isWide = !example.export.warnings.isEmpty && !ONNXRuntime.isExactAtFullRange
        cases.append(example)
      }
    }
    for (finding, example) in zip(try ONNXRuntime.findings(cases), cases) {
      #expect(finding.failed == nil && finding.checked == "", "\(finding)")
      let name = finding.name.prefix { $0 != "," }
      #expect(finding.missing == Self.without[String(name)] ?? [], "\(finding)")
      let sessions = example.isWide ? 2 : 4
      let isEqual = finding.differing?.values.allSatisfy { $0 == 0 } == true
      #expect(finding.differing?.count == sessions && isEqual, "\(finding)")
      #expect(finding.compared?["default exposed"] ?? 0 > 0 && finding.largest == 0, "\(finding)")
    }
  }

  /// What the warning says of a processor that adds two products in 16 bits is so: some integers differ there.
  @Test(
    .enabled(ONNXRuntime.reason) { ONNXRuntime.python != nil },
    .enabled("this processor adds all products in 32 bits") { !ONNXRuntime.isExactAtFullRange })
  func productsThatAWarningNamesSaturate() throws {
    let network = Network(8, 6, 6, [.conv2d(Conv2d(out: 16, kernel: 3)), .flatten, .linear(Linear(out: 10))])
    let images = ImageSet(
      shape: [8, 6, 6], pixels: [UInt8](repeating: 255, count: 2 * 8 * 36), labels: [0, 0])
    let example = try ExportedCase("wide", Quantizing.all[2].model(network, images), images)
    #expect(!example.export.warnings.isEmpty)
    let finding = try #require(try ONNXRuntime.findings([example]).first)
    #expect(finding.differing?["default"] ?? 0 > 0 && finding.differing?["disabled"] ?? 0 > 0, "\(finding)")
  }

  /// Would catch a comparison that sees nothing: one integer of the engine's is changed by one.
  @Test(.enabled(ONNXRuntime.reason) { ONNXRuntime.python != nil })
  func oneIntegerThatDiffersIsFound() throws {
    let network = Network(1, 6, 6, [.conv2d(Conv2d(out: 2, kernel: 3)), .flatten, .linear(Linear(out: 3))])
    let images = network.images(2)
    var example = try ExportedCase("changed", Quantizing.all[0].model(network, images), images)
    example.integers["l0"]?[5] ^= 1
    let finding = try #require(try ONNXRuntime.findings([example]).first)
    #expect(
      finding.differing == ["default": 0, "disabled": 0, "default exposed": 1, "disabled exposed": 1], "\(finding)")
  }
}
