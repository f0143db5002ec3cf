import ArgumentParser
import Catalog
import Checkpoints
import Datasets
import Evaluation
import Findings
import Gate
import Gathering
import ModelStages
import StageKit

@main
struct ReportDoor: Stage {
  static let stage = "report"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Writes a pipeline's report, and prints its short table.",
    discussion: """
      --config: the pipeline's limits. --input: the float checkpoint, the dataset's manifest and one metrics.json for
      each scheme. --output: report.html, with report.md beside it. --catalog and --pipeline are needed for all the rest.

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
    let limits = try run.configs("limits")[0].config(Limits.self)
    let inputs = try run.inputs("float checkpoint", "dataset manifest", "metrics.json…")
    let (trained, manifest) = (inputs[0], inputs[1])
    let dataset = try DigitDataset(manifest: manifest.content, at: manifest.path)
    let sources = ReportSources(
      pipeline: options.pipeline ?? "", limits: limits,
      trained: try trained.source { try $0.floatModel(in: $0.floatCheckpoint()).network },
      dataset: try manifest.source { _ in (try dataset.load(.train), try dataset.load(.test)) },
      evaluations: try inputs[2...].map {
        try $0.source { file in try file.naming { try FloatInt8Comparison(json: file.content.copy) } }
      })
    let report = try ReportFindings.gather(sources, catalog: Catalog(path: options.catalog ?? "", mustExist: true))
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
