import ArgumentParser
import Catalog
import Files
import Gate
import Reporting
import StageKit

@main
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Holds the newest evaluations against a pipeline's limits.",
    discussion: """
      Exit code 0: within all limits. 2: a line on stdout for each broken one. 1: it could not be told, and no file is
      written; an older JUnit report is removed.
      """)

  @Option(help: ArgumentHelp("The limits, limits.yaml.", valueName: "file")) var config: String
  @Option(help: ArgumentHelp("The catalog.", valueName: "file")) var catalog: String
  @Option(help: "The pipeline.") var pipeline: String
  @Option(parsing: .upToNextOption, help: "The schemes whose newest evaluations are checked.") var scheme: [String]
  @Option(help: ArgumentHelp("What they may not fall behind, baseline.yaml.", valueName: "file"))
  var baseline: String?
  @Option(help: ArgumentHelp("A JUnit report to write, a test case for each limit and scheme.", valueName: "file"))
  var junit: String?
  @Option(help: ArgumentHelp("A summary to write, in GitHub's Markdown.", valueName: "file")) var summary: String?

  func run() throws {
    try Doorway.exitingOnError("check") {
      try DistinctFiles().reading("--config", [config]).reading("--baseline", [baseline]).catalog(catalog)
        .writing("--junit", [junit]).writing("--summary", [summary]).check()
      // Whoever collects reports must not find an older check's.
      if let junit { try WholeFile.remove(junit) }
      let limits = try ConfigFile.decode(PipelineLimits.self, from: WholeFile.read(config), path: config)
      let baseline = try self.baseline.map {
        try ConfigFile.decode(Baseline.self, from: WholeFile.read($0), path: $0)
      }
      let report = try limits.report(
        pipeline: pipeline, schemes: scheme, against: baseline, catalog: Catalog(path: catalog, mustExist: true))
      for line in report.lines() { try StandardOutput.writeLine(line) }
      if let junit { try WholeFile.write(Array(report.junit().utf8), to: junit) }
      if let summary { try WholeFile.write(Array(report.summary().utf8), to: summary) }
      guard report.broken.isEmpty else { throw ExitCode(2) }
    }
  }
}
