import Catalog
import Evaluation
import Tables

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

  /// What the stage came to: a row for each layer, the one that costs most first.
  package var table: Table {
    var table = Table(
      "\(TestSet.words(images, of: dataset)); float32 \(Format.percent(float32))",
      columns: [
        .text("Alone in int8"), .number("Accuracy"), .number("Change"), .number("Agreement"), .number("Scores' SQNR"),
      ])
    for layer in layers {
      table.append([
        layer.name, Format.percent(layer.accuracy), AccuracyDrop(from: float32, to: layer.accuracy).changeText,
        Format.percent(layer.agreement), Format.decimal(layer.sqnr, places: 1) + " dB",
      ])
    }
    return table
  }
}
