import Foundation

/// A tree with the real Makefile, the built programs and a pipeline of the test's own; nothing in it is compiled.
///
/// Its Makefile finds `.build/programs.mk` newer than every source (there are none), so it takes the programs as they
/// are. A `swift` that only fails stands first on the PATH.
final class Tree: Sendable {
  let workshop: Workshop

  /// The artifacts of both schemes, with the runs that make them.
  static let outputs: [(run: String, file: String)] =
    [("train", "train"), ("fuse", "fuse")].map { ($0.0, "Artifacts/tiny/\($0.1)/model.safetensors") }
    + ["one", "two"].flatMap { scheme in
      [
        ("calibrate \(scheme)", "Artifacts/tiny/\(scheme)/calibrate/model.safetensors"),
        ("convert \(scheme)", "Artifacts/tiny/\(scheme)/convert/model.safetensors"),
        ("evaluate \(scheme)", "Artifacts/tiny/\(scheme)/evaluate/metrics.json"),
      ]
    } + [("report", "Artifacts/tiny/report/report.html")]

  init() throws {
    workshop = try Workshop()
    for file in Papers.makefiles { try workshop.write(try Papers.text(file), to: file) }
    try workshop.write("SCHEMES ?= one two\n", to: "Pipelines/tiny.mk")
    for name in ["network", "train", "limits"] {
      try workshop.write(Workshop.configuration["\(name).yaml"] ?? "", to: "Pipelines/tiny/\(name).yaml")
    }
    let scheme = Workshop.configuration["octavo.yaml"] ?? ""
    try workshop.write(scheme, to: "Pipelines/tiny/schemes/one.yaml")
    try workshop.write(
      scheme.replacingOccurrences(of: "per_channel", with: "per_tensor"), to: "Pipelines/tiny/schemes/two.yaml")
    try workshop.write("", to: "Package.swift")
    for folder in ["Sources", ".build/bin"] {
      try FileManager.default.createDirectory(
        atPath: workshop.path(folder), withIntermediateDirectories: true)
    }
    for name in Stage.all.map(\.name) + [
      "import-dataset", "import-model", "import-quantized", "sensitivity", "export", "emulate", "check", "baseline",
      "bench", "inspect", "describe", "diff-layers", "random-transformer", "import-transformer",
      "calibrate-transformer",
      "convert-transformer", "evaluate-transformer", "export-transformer", "generate",
    ] {
      try FileManager.default.createSymbolicLink(
        atPath: workshop.path(".build/bin/\(name)"), withDestinationPath: try Program(built: name).path)
    }
    try workshop.write("#!/bin/sh\necho 'the test called swift' >&2\nexit 1\n", to: "bin/swift")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: workshop.path("bin/swift"))
    try workshop.write("", to: ".build/setup")
    try workshop.write("", to: ".build/programs.mk")
    // make would ask for 60,000 digits; a few hundred that lie there already are not asked for again.
    let ending = try workshop.run(
      "fetch-mnist", ["--output", "Artifacts/data/manifest.json", "--quiet"] + Stage.fetch.others)
    guard ending.code == 0 else { throw StageFailed(stage: "fetch-mnist", ending: ending) }
  }

  /// A tree in which everything has been made.
  static func made() throws -> Tree {
    let tree = try Tree()
    _ = try tree.succeed("all")
    return tree
  }

  func make(_ words: String...) throws -> Program.Ending { try make(words) }

  func make(_ words: [String]) throws -> Program.Ending {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return try Program(path: "make").run(
      ["PIPELINE=tiny", "DATASET=synthetic-digits"] + words, in: workshop.folder,
      environment: ["PATH": "\(workshop.path("bin")):\(path)"])
  }

  /// Runs make, which must succeed.
  /// - Returns: the stages that ran, in order, with their schemes: `calibrate one`.
  func succeed(_ words: String...) throws -> [String] { try succeed(words) }

  func succeed(_ words: [String]) throws -> [String] {
    let before = try runs().count
    let ending = try make(words)
    guard ending.code == 0 else { throw StageFailed(stage: "make \(words.joined(separator: " "))", ending: ending) }
    return Array(try runs().dropFirst(before))
  }

  /// Every run so far.
  func runs() throws -> [String] {
    guard workshop.exists("Artifacts/catalog.sqlite") else { return [] }
    return try workshop.select(
      "SELECT stage || coalesce(' ' || scheme, '') FROM run ORDER BY id", catalog: "Artifacts/catalog.sqlite")
  }

  /// The digest of every artifact but the report, which holds times.
  func digests() throws -> [String] {
    try Self.outputs.dropLast().map { "\($0.file) \(try workshop.sha256($0.file))" }
  }

  /// Makes a file look as if it had been saved again just now, its content as before.
  func touch(_ name: String) throws { try workshop.write(try workshop.bytes(name), to: name) }
}
