import Foundation

/// The repository's own files, as a reader finds them.
enum Papers {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The Makefile, and what it includes.
  static let makefiles = [
    "Makefile", "Pipelines/graph/catalog.mk", "Pipelines/graph/data.mk", "Pipelines/graph/download.mk",
    "Pipelines/graph/export.mk", "Pipelines/graph/float.mk", "Pipelines/graph/known.mk",
    "Pipelines/graph/quantized.mk", "Pipelines/graph/random.mk", "Pipelines/graph/schemes.mk",
    "Pipelines/graph/transformer.mk", "Tests/Emulated/kernels.mk", "Benchmarks/peers.mk", "Sources/protos.mk",
  ]

  /// Where a file of the repository lies.
  static func path(_ path: String) -> String { root.appendingPathComponent(path).path }

  /// What is compiled with an exported model, and runs it.
  static func harness() throws -> [String] {
    try files(in: "Tests/Emulated/device").map { path("Tests/Emulated/device/\($0)") }
  }

  /// A file's text, by its path from the root.
  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  static func page(_ path: String) throws -> Page { Page(path: path, text: try text(path)) }

  /// The SELECTs of a page, with the question before each.
  static func questions(on page: String) throws -> [(question: String, sql: String)] {
    let form = /\n([^\n]+)\n\n```\nsqlite3 -box Artifacts\/catalog\.sqlite "([^"]+)"\n/
    return try text(page).matches(of: form).map { (String($0.output.1), String($0.output.2)) }
  }

  /// The SELECT of each view that the catalog's reference shows.
  static func examples() throws -> [String] {
    try text("docs/catalog-reference.md").matches(of: /\n```sql\n([^`]+);\n```\n/).map { String($0.output.1) }
  }

  /// The names of a folder's files.
  static func files(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path).sorted()
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
  }

  /// What a reader reads: the pages at the root, and those of `docs`.
  static func all() throws -> [Page] {
    let names = try files(in: "docs").filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }
    return try (["README.md", "CONTRIBUTING.md", "CHANGELOG.md"] + names).map(page)
  }
}

/// What a Makefile declares.
struct Makefile {
  private let lines: [Substring]

  init(_ text: String) { lines = text.replacing("\\\n", with: "").split(separator: "\n") }

  /// The words of a variable, or behind a target.
  func words(after start: String) -> [String] {
    lines.filter { $0.hasPrefix(start) && !$0.contains("target_of") }
      .flatMap { $0.dropFirst(start.count).split(separator: " ") }.map(String.init)
  }

  /// Every word that is declared to be no file, and that a person may type.
  var goals: [String] {
    words(after: ".PHONY:").flatMap { word in
      word.hasPrefix("$(") ? words(after: "\(word.dropFirst(2).dropLast()) := ") : [word]
    }
  }
}
