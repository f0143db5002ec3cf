import Catalog
import Evaluation
import Reporting

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

  /// The layers, the dearest first.
  package var table: Table {
    var table = Table(
      "each layer alone in int8, on \(Format.integer(images)) images of \(dataset); float32 \(Format.percent(float32))",
      columns: [.code("Layer"), .number("Accuracy"), .number("Drop"), .number("Agreement"), .number("Scores' SQNR dB")])
    for layer in layers {
      table.append([
        layer.name, Format.percent(layer.accuracy), Format.points(float32 - layer.accuracy),
        Format.percent(layer.agreement), Format.decimal(layer.sqnr, places: 1),
      ])
    }
    return table
  }
}
