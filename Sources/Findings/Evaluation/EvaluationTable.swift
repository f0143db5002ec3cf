import Evaluation
import Tables

extension FloatInt8Comparison {
  /// Both networks side by side, and what int8 gains and costs.
  ///
  /// A change of speed, size or accuracy says whether it is for the better; a drop of accuracy that may be chance
  /// (McNemar's test, p of 0.05 or more) says nothing.
  package func table(imagesPerSecond: (float32: Double, int8: Double)) -> Table {
    var table = Table(
      "\(TestSet.words(images, of: dataset)); agreement \(Format.percent(agreement))",
      columns: [.text("Network"), .number("Accuracy"), .number("File size"), .number("Images/s")])
    for (name, model, rate) in [("float32", float32, imagesPerSecond.float32), ("int8", int8, imagesPerSecond.int8)] {
      table.append([name, Format.percent(model.accuracy), Format.bytes(Int64(model.bytes)), Format.rate(rate)])
    }
    let (drop, sizes, speeds) = (
      AccuracyDrop(from: float32.accuracy, to: int8.accuracy), Double(float32.bytes) / Double(int8.bytes),
      imagesPerSecond.int8 / imagesPerSecond.float32
    )
    let isChance = drop.fraction > 0 && pairedTest.pValue >= 0.05
    table.append([
      "change", .init(drop.changeText, heat: isChance ? nil : .of(-drop.fraction)),
      .init(Format.ratio(sizes, above: "smaller", below: "larger"), heat: .of(sizes - 1)),
      .init(Format.ratio(speeds, above: "faster", below: "slower"), heat: .of(speeds - 1)),
    ])
    return table
  }
}

extension Table.Cell.Heat {
  /// Whether a change is for the better, above zero, or for the worse; nil for none.
  fileprivate static func of(_ change: Double) -> Table.Cell.Heat? {
    change > 0 ? .right(1) : change < 0 ? .wrong(1) : nil
  }
}
