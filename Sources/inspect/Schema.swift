import ArgumentParser
import Findings
import StageKit

struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints the catalog's reference, Markdown: every table and view, every column and what it means.")

  func run() throws {
    try Doorway.exitingOnError("inspect schema") {
      try StandardOutput.write(SchemaReference().markdown())
    }
  }
}
