import ArgumentParser
import Catalog
import Gate
import Gathering
import StageKit

@main
struct ReportDoor: Stage {
  static let stage = "report"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Writes a pipeline's report, and prints its short table.",
    discussion: """
      --config: the pipeline's limits. --input: the float checkpoint, the dataset's manifest and one metrics.json for
      each scheme; of a language model the float checkpoint, the text and these. --output: report.html, with report.md
      beside it. --catalog and --pipeline are needed for all the rest.

      \(ReportJSON.help)
      """)

  @OptionGroup var options: StageOptions
  @OptionGroup var json: JSONOption

  func validate() throws {
    guard options.catalog != nil, options.pipeline != nil else {
      throw ValidationError("a report needs --catalog and --pipeline")
    }
    guard options.output.hasSuffix(".html") else {
      throw ValidationError("--output: expected a path that ends in .html")
    }
  }

  func work(_ run: StageRun) throws -> StageResults {
    let catalog = try Catalog(path: options.catalog ?? "", mustExist: true)
    let report =
      switch try run.configs("limits")[0].config(PipelineLimits.self) {
      case .images(let limits): try ReportFindings.gather(sources(run, limits), catalog: catalog)
      case .language(let limits): try LanguageReportFindings.gather(sources(run, limits), catalog: catalog)
      }
    return StageResults(
      outputs: [
        .init(path: options.output, bytes: Array(report.html().utf8), kind: "report"),
        .init(path: markdown, bytes: Array(report.markdown().utf8), kind: "report"),
      ],
      record: .init(dataset: report.dataset.name),
      summary: try json.text(ReportJSON(report, html: options.output, markdown: markdown))
        ?? "\(report.summaryTable(width: run.outputWidth))\nThe report: \(options.output)\n")
  }
}
