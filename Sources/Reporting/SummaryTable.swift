import Tables

extension Report {
  /// The loud words that stand wherever a figure of synthetic digits might pass for one of MNIST.
  static let syntheticWarning = "SYNTHETIC DIGITS, not MNIST"

  /// The short table that a person sees at the end: three rows for each scheme, float32, int8, and what
  /// int8 gains and costs.
  /// - Parameter width: the columns of the terminal, nil where there is none.
  public func summaryTable(width: Int? = nil) -> String {
    (isOfLanguage ? languageSummary : imageSummary).plain(width: width)
  }

  private var imageSummary: Table {
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
    return table
  }

  private var languageSummary: Table {
    var table = captioned(
      "\(title): \(dataset.name)",
      columns: [.text("Network"), .number("Perplexity"), .number("File size"), .number("Tokens/s")])
    for scheme in languageSchemes {
      for (name, figures) in [("float32", scheme.float32), ("int8 \(scheme.name)", scheme.int8)] {
        table.append([
          name, Format.decimal(figures.perplexity.value, places: 4), Format.bytes(figures.bytes),
          figures.generatedRate.map(Format.rate) ?? Format.missing,
        ])
      }
      table.append([
        "change", Format.decimal(scheme.perplexityRatio.value, places: 5) + "×",
        Format.ratio(scheme.sizeRatio, above: "smaller", below: "larger"),
        scheme.speedRatio.map { Format.ratio($0, above: "faster", below: "slower") } ?? Format.missing,
      ])
    }
    return table
  }
}
