import Checkpoints
import Files
import Foundation
import GRDB
import StageKit

/// A folder of the test's own with a tiny pipeline in it, gone with the test.
final class Workshop: Sendable {
  let folder: String

  /// A folder with configuration only.
  init() throws {
    folder = NSTemporaryDirectory() + "/octavo-pipeline-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, text) in Self.configuration { try write(text, to: name) }
  }

  /// A copy of a folder in which all seven stages have run.
  static func finished() throws -> Workshop {
    let workshop = try Workshop()
    let template = try template.get()
    for name in try FileManager.default.contentsOfDirectory(atPath: template.folder) {
      try? FileManager.default.removeItem(atPath: workshop.path(name))
      try FileManager.default.copyItem(atPath: template.path(name), toPath: workshop.path(name))
    }
    return workshop
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private static let template = Result {
    let workshop = try Workshop()
    for stage in Stage.all { try workshop.succeed(stage) }
    // A constant is never let go of: the folder is removed as the tests end.
    atexit { try? FileManager.default.removeItem(atPath: Workshop.templateFolder) }
    return workshop
  }

  private static var templateFolder: String { (try? template.get().folder) ?? "" }

  // MARK: Programs

  /// Runs a stage of the pipeline as `Stage` has it.
  func run(_ stage: Stage, adding arguments: [String] = [], environment: [String: String] = [:]) throws
    -> Program.Ending
  {
    try Program(built: stage.name).run(stage.arguments + arguments, in: folder, environment: environment)
  }

  /// Runs a program with arguments of the test's own.
  func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws -> Program.Ending {
    try Program(built: program).run(arguments, in: folder, environment: environment)
  }

  /// Runs a stage that must succeed.
  func succeed(_ stage: Stage, environment: [String: String] = [:]) throws {
    let ending = try run(stage, environment: environment)
    guard ending.code == 0 else { throw StageFailed(stage: stage.name, ending: ending) }
  }

  // MARK: Files

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name)))) }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  func sha256(_ name: String) throws -> String { SHA256Digest.hex(of: try bytes(name)) }

  func checkpoint(_ name: String) throws -> Checkpoint { try Safetensors.decode(try bytes(name)) }

  func write(_ text: String, to name: String) throws { try write([UInt8](text.utf8), to: name) }

  func write(_ bytes: [UInt8], to name: String) throws {
    let url = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  /// Replaces a text that must be there.
  func edit(_ name: String, _ old: String, _ new: String) throws {
    let text = try text(name)
    guard text.contains(old) else { throw MissingText(file: name, text: old) }
    try write(text.replacingOccurrences(of: old, with: new), to: name)
  }

  func edit(checkpoint name: String, _ body: (inout Checkpoint) -> Void) throws {
    var checkpoint = try checkpoint(name)
    body(&checkpoint)
    try write(try Safetensors.encode(checkpoint), to: name)
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

  /// Every file below, hidden ones too, sorted.
  func files() throws -> [String] { try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() }

  // MARK: The catalog

  /// The number of a stage's newest run.
  /// - Throws: `MissingRun` when it never ran.
  func newest(_ stage: String) throws -> String {
    let id = try select("SELECT max(id) FROM run WHERE stage = '\(stage)'").first
    guard let id, id != "NULL" else { throw MissingRun(stage: stage) }
    return id
  }

  /// Columns of the runs since all seven stages ran, oldest first.
  func added(_ columns: String) throws -> [String] {
    try select("SELECT \(columns) FROM run ORDER BY id LIMIT -1 OFFSET \(Stage.all.count)")
  }

  /// Every row of a SELECT, its values as the sqlite3 shell would print them; through a connection of the test's own.
  func select(_ sql: String, catalog: String = "catalog.sqlite") throws -> [String] {
    var configuration = Configuration()
    configuration.busyMode = .timeout(30)
    return try DatabaseQueue(path: path(catalog), configuration: configuration).read { database in
      try Row.fetchAll(database, sql: sql).map { row in
        row.databaseValues.map { value in
          if value.isNull { return "NULL" }
          return String.fromDatabaseValue(value) ?? value.description
        }.joined(separator: "|")
      }
    }
  }
}

/// A stage that a test needed and that failed.
struct StageFailed: Error, CustomStringConvertible {
  let stage: String
  let ending: Program.Ending
  var description: String { "\(stage) ended with \(ending.code): \(ending.errors)" }
}

/// A stage whose run a test asks for and that never ran.
struct MissingRun: Error, CustomStringConvertible {
  let stage: String
  var description: String { "no run of \(stage) in the catalog" }
}

/// A text to be replaced that is not there: the test no longer damages what it means to.
struct MissingText: Error, CustomStringConvertible {
  let file: String
  let text: String
  var description: String { "\(file): expected '\(text)' in it" }
}
