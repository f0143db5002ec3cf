import ArgumentParser
import Findings
import StageKit

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints what differs between two runs of one stage.",
    discussion: "Exit code 0, whether anything differs or not.")

  @Argument(help: "A run's number.") var first: Int64
  @Argument(help: "Another's.") var second: Int64
  @OptionGroup var options: CatalogOptions

  func run() throws {
    try Doorway.exitingOnError("inspect diff") {
      try StandardOutput.write(RunDifference(first, second, in: options.open()).plain())
    }
  }
}
