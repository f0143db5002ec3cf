import Catalog
import Foundation
import GRDB

/// A catalog's file in a folder of its own, gone with the test.
final class Fixture: Sendable {
  let folder: String
  let path: String

  init() throws {
    folder = NSTemporaryDirectory() + "/octavo-catalog-" + UUID().uuidString
    path = folder + "/catalog.sqlite"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A second connection, as a person's sqlite3 shell would have: nothing of Catalog is in it.
  func shell() throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(30)
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Every row of a SELECT, its values as the shell would print them.
  func select(_ sql: String) throws -> [String] {
    try shell().read { database in
      try Row.fetchAll(database, sql: sql).map { row in
        row.databaseValues.map { value in
          if value.isNull { return "NULL" }
          return String.fromDatabaseValue(value) ?? value.description
        }.joined(separator: "|")
      }
    }
  }

  func execute(_ sql: String) throws {
    try shell().writeWithoutTransaction { try $0.execute(sql: sql) }
  }

  func bytes() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  /// What SQLite and the foreign keys say about the whole file.
  func soundness() throws -> [String] {
    try select("PRAGMA integrity_check") + select("PRAGMA foreign_key_check")
  }
}

extension ProcessTable {
  /// A machine on which the given processes run, seen from one of them.
  static func fake(
    host: String = "press", pid: Int32 = 100, boot: String = "boot-1", running: [Int32: Int64] = [100: 5000]
  ) -> ProcessTable {
    ProcessTable(
      current: {
        ProcessIdentity(host: host, pid: pid, startTicks: running[pid] ?? 0, bootID: boot)
      },
      startTicks: { running[$0] }, peakMemoryBytes: { 4096 })
  }
}

extension Catalog.RunStart {
  /// A start with plain facts, for tests that look at something else.
  static func plain(
    _ stage: String = "convert", pipeline: String? = "digits", scheme: String? = "per-channel",
    artifacts: [Catalog.RunArtifact] = []
  ) -> Catalog.RunStart {
    Catalog.RunStart(
      stage: stage, pipeline: pipeline, scheme: scheme, seed: 7, dataset: "mnist",
      command: [stage, "--config", "a b.yaml"], octavoVersion: "0.1.0", gitCommit: nil, cpu: "A processor",
      instructionSet: "avx2", threads: 2, artifacts: artifacts)
  }
}

extension Catalog.Artifact {
  /// An artifact whose digest is one hexadecimal digit, 64 times.
  static func plain(_ digit: Character, _ path: String, bytes: Int64 = 1000) -> Catalog.Artifact {
    Catalog.Artifact(
      sha256: String(repeating: digit, count: 64), bytes: bytes, path: path, kind: "checkpoint")
  }
}

extension Catalog.QuantizationParameter {
  /// A weight's scale.
  static func plain(_ tensor: String, channel: Int = 0, scale: Float = 0.1) -> Self {
    Self(
      tensor: tensor, channel: channel, scale: scale, zeroPoint: 0, quantMin: -127, quantMax: 127,
      dtype: "s8", scheme: "per_channel_symmetric", observer: "min_max", observed: -1.5...2)
  }
}

/// The error that a closure throws, as one line; nil when it throws none.
func line(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return "\(error)"
  }
}
