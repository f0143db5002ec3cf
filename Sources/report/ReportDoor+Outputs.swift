import StageKit

extension ReportDoor {
  /// The report in Markdown, beside the page.
  var markdown: String { String(options.output.dropLast(".html".count)) + ".md" }

  var outputs: [String] { [options.output, markdown] }
}
