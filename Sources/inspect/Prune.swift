import ArgumentParser
import Catalog
import Findings
import StageKit

struct Prune: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Removes the rows of old runs from the catalog; no other file is touched.",
    discussion: """
      What stays: the newest --keep succeeded runs of each pipeline, scheme and stage, all that they descend from, running
      runs, and the newest run of all. The file is then rebuilt, smaller.
      """)

  @Option(help: ArgumentHelp("How many runs of each pipeline, scheme and stage stay.", valueName: "count"))
  var keep: Int
  @Flag(help: "Say what would go, and change nothing.") var dryRun = false
  @OptionGroup var options: CatalogOptions

  func validate() throws {
    guard keep >= 1 else { throw ValidationError("--keep: expected a count of at least 1, found \(keep)") }
  }

  func run() throws {
    try Doorway.exitingOnError("inspect prune") {
      let pruning = try options.open().prune(keeping: keep, isDry: dryRun)
      try StandardOutput.write(pruning.plain(isDry: dryRun))
    }
  }
}
