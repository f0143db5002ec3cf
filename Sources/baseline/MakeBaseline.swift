import ArgumentParser
import Catalog
import Files
import Gate
import StageKit

@main
struct MakeBaseline: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline",
    abstract: "Stores the figures of the newest evaluations, for check to hold later ones against.",
    discussion:
      "The file holds the schemes that are named here and no others. Exit code 0: stored. 1: not, or stdout cannot be written: see stderr."
  )

  @Option(help: ArgumentHelp("The catalog.", valueName: "file")) var catalog: String
  @Option(help: "The pipeline.") var pipeline: String
  @Option(parsing: .upToNextOption, help: "The schemes whose newest evaluations are stored.") var scheme: [String]
  @Option(help: ArgumentHelp("The file to write, baseline.yaml; it appears whole or not at all.", valueName: "file"))
  var output: String

  func run() throws {
    try Doorway.exitingOnError("baseline") {
      try DistinctFiles().catalog(self.catalog).writing("--output", [output]).check()
      let catalog = try Catalog(path: self.catalog, mustExist: true)
      let baseline = try Baseline(pipeline: pipeline, schemes: scheme, catalog: catalog)
      try WholeFile.write(Array(baseline.yaml().utf8), to: output)
      try StandardOutput.writeLine("\(pipeline): \(baseline.schemes.keys.sorted().joined(separator: ", ")): \(output)")
    }
  }
}
