import ArgumentParser
import Files
import Findings
import StageKit

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes every table as CSV and as JSON.",
    discussion: "Rows are in the order of the primary key; the same catalog gives the same bytes.")

  @Option(help: ArgumentHelp("The folder to write to; it is made as needed.", valueName: "folder")) var to: String
  @OptionGroup var options: CatalogOptions

  func validate() throws {
    guard !to.isEmpty else { throw ValidationError("--to: expected a folder, found nothing") }
  }

  func run() throws {
    try Doorway.exitingOnError("inspect export") {
      let tables = try options.open().tableContents()
      let files = tables.flatMap { table in ["csv", "json"].map { "\(to)/\(table.name).\($0)" } }
      try DistinctFiles().catalog(options.catalog).writing("--to", files).check()
      for table in tables {
        try WholeFile.write(Array(table.csv().utf8), to: "\(to)/\(table.name).csv")
        try WholeFile.write(Array(table.json().utf8), to: "\(to)/\(table.name).json")
      }
      try StandardOutput.writeLine("\(to): \(tables.count) tables, \(tables.reduce(0) { $0 + $1.rows.count }) rows")
    }
  }
}
