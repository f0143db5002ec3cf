import Tables

extension Report {
  /// The loud words that stand wherever a figure of synthetic digits might pass for one of MNIST.
  static let syntheticWarning = "SYNTHETIC DIGITS, not MNIST"

  /// The short table that a person sees at the end: three rows for each scheme, float32, int8, and what
  /// int8 gains and costs.
  /// - Parameter width: the columns of the terminal, nil where there is none.
  public func summaryTable(width: Int? = nil) -> String {
    var table = captioned(
      "\(title): \(dataset.name)",
      columns: [.text("Network"), .number("Accuracy"), .number("File size"), .number("Images/s")])
    for scheme in schemes {
      for (name, figures) in [("float32", scheme.float32), ("int8 \(scheme.name)", scheme.int8)] {
        table.append([
          name, Format.percent(figures.accuracy), Format.bytes(figures.bytes),
          figures.imagesPerSecond.map(Format.rate) ?? Format.missing,
        ])
      }
      table.append([
        "change", scheme.drop.changeText,
        Format.ratio(scheme.sizeRatio, above: "smaller", below: "larger"),
        scheme.speedRatio.map { Format.ratio($0, above: "faster", below: "slower") } ?? Format.missing,
      ])
    }
    return table.plain(width: width)
  }
}
