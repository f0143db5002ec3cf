import Findings
import Reporting

/// A report's figures as JSON for other programs: those of its evaluations, and where the report is.
public struct ReportJSON: Encodable, Sendable, Equatable {
  /// The pipeline.
  public var pipeline: String
  /// `mnist`, `synthetic-digits`.
  public var dataset: String
  /// The report as HTML.
  public var html: String
  /// The report as Markdown.
  public var markdown: String
  /// Each scheme's evaluation, in the report's order.
  public var schemes: [EvaluationJSON]
  /// Likewise of a language model, which has these instead.
  public var languageSchemes: [LanguageSchemeJSON]

  /// The keys, for a program's help.
  public static let help = """
    --json prints, instead of the table, pipeline, dataset, html_path, markdown_path, and under schemes, in order, what \
    evaluate --json prints of each; of a language model scheme, run, predictions, greedy_flips, perplexity_ratio, \
    kl_divergence_nats, same_top_1_fraction, and under float32 and int8 perplexity, file_bytes, \
    prompt_tokens_per_second, generated_tokens_per_second.
    """

  enum CodingKeys: String, CodingKey {
    case pipeline, dataset, schemes
    case html = "html_path"
    case markdown = "markdown_path"
  }

  /// The figures of a report that is written to these files.
  public init(_ report: Report, html: String, markdown: String) {
    pipeline = report.title
    dataset = report.dataset.name
    self.html = html
    self.markdown = markdown
    schemes = report.schemes.map { EvaluationJSON($0, of: report.dataset) }
    languageSchemes = report.languageSchemes.map(LanguageSchemeJSON.init)
  }

  /// Every key; `schemes` holds those of the kind that the report has.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(pipeline, forKey: .pipeline)
    try container.encode(dataset, forKey: .dataset)
    try container.encode(html, forKey: .html)
    try container.encode(markdown, forKey: .markdown)
    if languageSchemes.isEmpty {
      try container.encode(schemes, forKey: .schemes)
    } else {
      try container.encode(languageSchemes, forKey: .schemes)
    }
  }
}

extension EvaluationJSON {
  /// The figures of a report's scheme.
  init(_ scheme: Report.Scheme, of dataset: Report.Dataset) {
    func model(_ figures: Report.Figures) -> Model {
      Model(accuracy: figures.accuracy, bytes: figures.bytes, imagesPerSecond: figures.imagesPerSecond)
    }
    self.init(
      scheme: scheme.name, run: scheme.run, dataset: dataset.name, images: dataset.testImages,
      float32: model(scheme.float32), int8: model(scheme.int8), agreement: scheme.agreement)
  }
}
