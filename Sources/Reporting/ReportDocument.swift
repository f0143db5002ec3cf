import Tables

extension Report {
  /// The report's sections, in the order of a reader's questions: did it work, why, where does it fail, how did it come
  /// to this, and how is it made again.
  var document: Document {
    Document(
      title: title,
      banner: dataset.isSynthetic
        ? "\(Self.syntheticWarning). A program drew these digits; no figure here says anything about MNIST."
        : nil,
      lede: lede,
      sections: (isOfLanguage ? languageSections : imageSections) + [reproductionSection])
  }

  /// Whether it tells of a language model.
  var isOfLanguage: Bool { !languageSchemes.isEmpty }

  private var imageSections: [Document.Section] {
    [resultSection] + (schemes.count > 1 ? [comparisonSection] : []) + schemes.map(section)
      + [calibrationSection, historySection, energySection] + deviceSections + [networkSection, trainingSection]
  }

  private var languageSections: [Document.Section] {
    [languageResultSection] + (languageSchemes.count > 1 ? [languageComparisonSection] : [])
      + languageSchemes.map(section) + [massiveSection, languageHistorySection]
  }

  private var lede: String {
    let network = isOfLanguage ? "A float32 language model" : "A float32 network"
    let test = dataset.testImages.map { ", tested on \(Format.integer($0)) images" } ?? ""
    let names = isOfLanguage ? languageSchemes.map(\.name) : schemes.map(\.name)
    let list = names.joined(separator: ", ")
    let schemeText =
      switch names.count {
      case 0: "No quantization scheme was evaluated"
      case 1: "One quantization scheme: \(list)"
      default: "\(names.count) quantization schemes: \(list)"
      }
    return "\(network) and its int8 twin on \(dataset.name)\(test). \(schemeText)."
  }

  /// A section, that says so when there is nothing in it.
  func section(
    _ title: String, _ blocks: [Document.Block], isMissing: Bool, _ what: String
  ) -> Document.Section {
    Document.Section(title: title, blocks: isMissing ? [.paragraph("No \(what).")] : blocks)
  }

  /// A table whose caption warns where it must.
  func captioned(_ caption: String, columns: [Table.Column]) -> Table {
    Table(warned(caption), columns: columns)
  }

  /// A caption, with the warning before it where the digits are synthetic.
  func warned(_ caption: String) -> String {
    dataset.isSynthetic ? "\(Self.syntheticWarning). \(caption)" : caption
  }
}
