import Catalog
import Findings
import Gate

extension Figures {
  /// Run 7, within the limits of any test.
  static let sample = Figures(
    float32: 0.99, int8: 0.9895, float32Bytes: 1000, int8Bytes: 250, images: 10_000, speedRatio: 2.5, dataset: "mnist",
    run: 7)
}

extension [Catalog.Metric] {
  /// What `evaluate` records; a limit of each kind is one figure's.
  static let sample: [Catalog.Metric] = [
    .accuracy(.float32, 0.99), .accuracy(.int8, 0.98), .fileBytes(.float32, 1000), .fileBytes(.int8, 251),
    .init("images", value: 10_000, unit: "images"), .imagesPerSecond(.float32, 1000), .imagesPerSecond(.int8, 2500),
    // A figure of one layer is not that of the network.
    .init("accuracy", model: .int8, layer: "conv1", value: 0.1, unit: "fraction"),
  ]
}

extension Baseline {
  /// What `Figures.sample` makes for scheme `s`.
  static let sample: Baseline = {
    guard let entry = try? Entry(.sample, sha256: String(repeating: "a", count: 64)) else { fatalError("no entry") }
    return Baseline(pipeline: "digits", schemes: ["s": entry])
  }()
}
