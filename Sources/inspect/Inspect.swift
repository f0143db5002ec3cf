import ArgumentParser
import Catalog
import Foundation

@main
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Answers questions to the catalog, and holds the files on disk against it.",
    subcommands: [Show.self, Diff.self, Verify.self, Export.self, Prune.self, Schema.self])
}

/// The options that all subcommands have.
struct CatalogOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The catalog.", valueName: "file")) var catalog: String

  /// The catalog, which must be there.
  func open() throws -> Catalog { try Catalog(path: catalog, mustExist: true) }
}
