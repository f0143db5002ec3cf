import ArgumentParser
import Findings
import StageKit

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Prints everything that the catalog knows of a run.")

  @Argument(help: ArgumentHelp("The run's number.", valueName: "run")) var id: Int64
  @OptionGroup var options: CatalogOptions

  func run() throws {
    try Doorway.exitingOnError("inspect show") {
      try StandardOutput.write(RunFindings(of: id, in: options.open()).plain())
    }
  }
}
