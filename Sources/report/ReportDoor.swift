import ArgumentParser
import Catalog
import Evaluation
import Findings
import Foundation
import StageKit

@main
struct ReportDoor: Stage {
  static let stage = "report"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Writes a pipeline's report, and prints its short table.",
    discussion: """
      --input: one metrics.json for each scheme. --output: report.html; report.md is written beside it. --catalog and
      --pipeline are needed: scales, speeds, epochs, seeds and commands come from the catalog. It reads no --config.
      """)

  @OptionGroup var options: StageOptions

  func validate() throws {
    guard options.catalog != nil, options.pipeline != nil else {
      throw ValidationError("a report needs --catalog and --pipeline")
    }
    guard options.output.hasSuffix(".html") else {
      throw ValidationError("--output: expected a path that ends in .html")
    }
  }

  func work(_ run: StageRun) throws -> StageResults {
    _ = try run.configs()
    let evaluations = try run.inputs("metrics.json…").map { file in
      (path: file.path, sha256: file.sha256, content: try file.naming { try Comparison(json: file.bytes) })
    }
    let catalog = try Catalog(path: options.catalog ?? "", mustExist: true)
    let report = try ReportFindings.gather(
      pipeline: options.pipeline ?? "", evaluations: evaluations, catalog: catalog)
    let markdown = String(options.output.dropLast(".html".count)) + ".md"
    return StageResults(
      outputs: [
        .init(path: options.output, bytes: Array(report.html().utf8), kind: "report"),
        .init(path: markdown, bytes: Array(report.markdown().utf8), kind: "report"),
      ],
      record: .init(dataset: report.dataset.name),
      summary: "\(report.summaryTable())\nThe report: \(options.output)\n")
  }
}
