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

  /// The keys, for a program's help.
  public static let help = """
    --json prints, instead of the table, pipeline, dataset, html_path, markdown_path, and under schemes, in order, what \
    evaluate --json prints of each.
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
