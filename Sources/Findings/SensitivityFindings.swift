import Catalog
import Evaluation
import Foundation

extension Sensitivity {
  /// The figures as the catalog holds them; the view `sensitivity` reads them.
  public var metrics: [Catalog.Metric] {
    [.accuracy(.float32, float32), .init("images", value: Double(images), unit: "images")]
      + layers.flatMap { layer in
        [
          ("accuracy", layer.accuracy, "fraction"), ("agreement", layer.agreement, "fraction"),
          ("sqnr", layer.sqnr, "dB"),
        ].map { Catalog.Metric("sensitivity_\($0.0)", model: .int8, layer: layer.name, value: $0.1, unit: $0.2) }
      }
  }

  /// A line for each layer, the dearest first.
  public var headlines: [String] {
    layers.map { layer in
      String(
        format: "%@ alone in int8: %.2f %%, float32 %.2f %%, agreement %.2f %%, scores at %.1f dB", layer.name,
        100 * layer.accuracy, 100 * float32, 100 * layer.agreement, layer.sqnr)
    }
  }
}
