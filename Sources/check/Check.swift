import ArgumentParser
import Catalog
import Files
import Findings
import StageKit

@main
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Holds the newest evaluations against a pipeline's limits.",
    discussion: "Exit code 0: within all limits. 2: a line on stdout for each broken one. 1: it could not be told.")

  @Option(help: ArgumentHelp("The limits, limits.yaml.", valueName: "file")) var config: String
  @Option(help: ArgumentHelp("The catalog.", valueName: "file")) var catalog: String
  @Option(help: "The pipeline.") var pipeline: String
  @Option(parsing: .upToNextOption, help: "The schemes whose newest evaluations are checked.") var scheme: [String]

  func run() throws {
    try Doorway.exitingOnError("check") {
      let limits = try ConfigFile.decode(Limits.self, from: WholeFile.read(config), path: config)
      let catalog = try Catalog(path: catalog, mustExist: true)
      var broken: [String] = []
      for name in scheme {
        let figures = try Limits.Figures(pipeline: pipeline, scheme: name, catalog: catalog)
        broken += limits.broken(by: figures, scheme: name)
      }
      for line in broken { print("\(pipeline): \(line)") }
      guard broken.isEmpty else { throw ExitCode(2) }
      print("\(pipeline): \(scheme.joined(separator: ", ")): within all limits")
    }
  }
}
