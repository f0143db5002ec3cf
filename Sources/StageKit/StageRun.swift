import Catalog
import Files
import Foundation
import Kernels
import Logging
import Tables

/// A stage at work: its files, its voice, and its row in the catalog.
public final class StageRun {
  /// The stage's name.
  public let stage: String
  /// What the user typed.
  public let options: StageOptions
  /// How to compute.
  public let settings: Settings
  /// One line per step.
  public let log: Logger
  /// The bar on a terminal.
  public let progress: Progress
  /// The run's number in the catalog, nil where nothing is recorded.
  public private(set) var id: Int64?
  /// How the stage calls itself: `calibrate octavo`.
  private let name: String
  private var files: [Catalog.RunArtifact] = []
  private var warnings: [String] = []
  /// Files that go when the outputs are in place.
  private var temporary: [String] = []

  init(stage: String, options: StageOptions) throws {
    self.stage = stage
    self.options = options
    settings = try Settings()
    // With the scheme: make may run a stage for several of them at once.
    let name = [stage, options.scheme].compactMap(\.self).joined(separator: " ")
    let progress = Progress(label: name, isShown: !options.quiet)
    self.progress = progress
    self.name = name
    var log = Logger(label: stage) { _ in StageLog(name: name, progress: progress, logLevel: options.level) }
    log.logLevel = options.level
    self.log = log
  }

  /// Says a line of the ordinary kind, one for each step.
  public func say(_ line: String) { log.info("\(line)") }

  /// Warns in one line of what stops nothing and should be seen; the catalog keeps it.
  public func warn(_ line: String) {
    warnings.append(line)
    log.warning("\(line)")
  }

  /// Names a file that is of no use once the stage's outputs are in place: it is removed then.
  package func removeWhenDone(_ path: String) { temporary.append(path) }

  /// The columns of the terminal that stdout leads to, nil where it leads to none.
  public var outputWidth: Int? { Terminal.width(of: STDOUT_FILENO) }

  /// Shows what the stage came to, whole and at once, so that of stages that run beside each other no table gets into
  /// another; as wide as the terminal where there is one.
  private func show(_ table: Table) {
    guard options.level <= .info else { return }
    let width = Terminal.width(of: STDERR_FILENO).map { max($0 - 1, 0) }
    let isColored = Terminal.standard.hasColor
    progress.clear(writing: "\n" + table.named(name).plain(width: width, isColored: isColored) + "\n")
  }

  /// Opens the row, works, writes the outputs, and closes the row: in this order, so that a run that `succeeded` has
  /// its output, and one that did not is never said to have. What goes to stdout comes after all that: where it cannot be
  /// written the program fails, and the run, whose output is in place, has succeeded none the less.
  func perform(_ work: (StageRun) throws -> StageResults) throws {
    defer { progress.clear() }
    let catalog = try openCatalog()
    let row = try catalog?.begin(start)
    id = row
    var summary: String?
    do {
      let results = try work(self)
      // The stage's own output last: once it is there, nothing is missing beside it.
      for output in results.outputs.reversed() {
        files.append(.init(.output, artifact(output.path, try output.write(), kind: output.kind)))
      }
      for path in temporary {
        do { try WholeFile.remove(path) } catch { warn(OneLine.describe(error)) }
      }
      var record = results.record
      record.artifacts = files
      record.warnings = warnings
      if let catalog, let row { try catalog.finish(run: row, .succeeded(record)) }
      progress.clear()
      if let table = results.table { show(table) }
      summary = results.summary
    } catch {
      if let catalog, let row {
        do {
          try catalog.finish(
            run: row, .failed(error: OneLine.describe(error), results: .init(artifacts: files, warnings: warnings)))
        } catch let second {
          throw StageError.notRecorded(OneLine.describe(error), OneLine.describe(second))
        }
      }
      throw error
    }
    guard let summary else { return }
    do {
      try StandardOutput.writeLine(summary)
    } catch {
      throw StageError.notPrinted(output: options.output, OneLine.describe(error))
    }
  }

  /// The files of `--input`, read and noted for the catalog.
  /// - Parameter names: what each is, for messages: `"float model"`. A `…` at the end admits more of the last.
  /// - Throws: `StageError.wrongFiles` when there are more or fewer, `FileError`.
  public func inputs(_ names: String...) throws -> [StageFile] { try inputs(names) }

  /// The same, by names in a list.
  public func inputs(_ names: [String]) throws -> [StageFile] {
    try read(options.input, names, role: .input, option: "--input")
  }

  /// Notes for the catalog, and for the metadata of outputs, a file that an input names and that was read beside it.
  /// - Throws: `FileError`.
  public func note(_ path: String) throws {
    files.append(.init(.input, artifact(path, try FileBytes(of: path).digest, kind: "file")))
  }

  /// The files of `--config`, read and noted likewise.
  public func configs(_ names: String...) throws -> [StageFile] {
    try read(options.config, names, role: .config, option: "--config")
  }

  /// The metadata of an output: what it was made of, and what the stage adds. No time, host or path.
  public func metadata(_ added: [String: String]) -> [String: String] {
    func digests(_ role: Catalog.Role) -> String {
      files.filter { $0.role == role }.map(\.artifact.sha256).joined(separator: " ")
    }
    let dataset = files.first { $0.artifact.kind == "dataset" }?.artifact.sha256 ?? ""
    let own = [
      "stage": stage, "format_version": Version.format, "input_sha256": digests(.input),
      "config_sha256": digests(.config), "dataset_sha256": dataset,
    ]
    return own.merging(added) { own, _ in own }.filter { !$0.value.isEmpty }
  }

  private func read(
    _ paths: [String], _ names: [String], role: Catalog.Role, option: String
  ) throws -> [StageFile] {
    let isOpen = names.last?.hasSuffix("…") ?? false
    guard isOpen ? paths.count >= names.count : paths.count == names.count else {
      throw StageError.wrongFiles(option: option, expected: names, found: paths.count)
    }
    return try paths.map { path in
      let file = StageFile(path: path, content: try FileBytes(of: path))
      files.append(.init(role, artifact(path, file.digest, kind: file.kind(as: role))))
      return file
    }
  }

  private func artifact(_ path: String, _ digest: FileDigest, kind: String) -> Catalog.Artifact {
    .init(sha256: digest.sha256, bytes: Int64(digest.bytes), path: path, kind: kind)
  }

  private func openCatalog() throws -> Catalog? {
    guard let path = options.catalog else { return nil }
    try WholeFile.makeFolder(for: path)
    return try Catalog(path: path)
  }

  private var start: Catalog.RunStart {
    let commit = ProcessInfo.processInfo.environment["OCTAVO_COMMIT"] ?? ""
    return Catalog.RunStart(
      stage: stage, pipeline: options.pipeline, scheme: options.scheme, command: CommandLine.arguments,
      octavoVersion: Version.octavo, gitCommit: commit.isEmpty ? nil : commit,
      cpu: Machine.cpu, instructionSet: settings.instructionSet.rawValue, threads: settings.threads)
  }
}

/// A stage called with the wrong files.
public enum StageError: Error, Equatable, CustomStringConvertible {
  /// Too many files, or too few.
  case wrongFiles(option: String, expected: [String], found: Int)
  /// A stage that failed, and whose failure the catalog could not be told.
  case notRecorded(String, String)
  /// A stage that succeeded, and whose figures stdout did not take.
  case notPrinted(output: String, String)

  /// One line.
  public var description: String {
    switch self {
    case .wrongFiles(let option, let expected, let found):
      "\(option): expected \(expected.isEmpty ? "no file" : expected.joined(separator: ", ")); "
        + "found \(found) file\(found == 1 ? "" : "s"); see --help"
    case .notPrinted(let output, let error): "\(error); \(output) is in place"
    case .notRecorded(let error, let second): "\(error); and this was not recorded: \(second)"
    }
  }
}
