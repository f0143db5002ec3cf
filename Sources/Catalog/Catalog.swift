import Foundation
internal import GRDB
import Synchronization

/// The record of every run, in one SQLite file that the sqlite3 shell can read.
///
/// A run is two short transactions, ``begin(_:)`` and ``finish(run:_:)``; nothing is held between them.
/// Many processes may write one catalog at once: each waits its turn. Every error is a ``CatalogError``.
public final class Catalog: Sendable {
  /// The file, as it was named.
  public let path: String

  private let queue: DatabaseQueue
  private let busyTimeout: Double
  private let processes: ProcessTable
  private let now: @Sendable () -> Date
  private let uptime: @Sendable () -> Double
  /// When each run began that this process began, by both clocks.
  private let beginnings = Mutex<[Int64: (date: Date, uptime: Double)]>([:])

  /// Opens the catalog, and creates or migrates it where needed.
  ///
  /// - Parameters:
  ///   - path: the file. Its folder must exist.
  ///   - mustExist: whether a missing file is an error: for those who only read.
  ///   - busyTimeout: how many seconds to wait for other processes.
  ///   - processes: where to ask who is running.
  ///   - now: the clock, which someone may set while a run is at work.
  ///   - uptime: seconds that only ever grow, from any start, by which a run's time is taken.
  /// - Throws: ``CatalogError``. Another program's database and a newer catalog are left as they are.
  public init(
    path: String, mustExist: Bool = false, busyTimeout: Double = 30, processes: ProcessTable = .system,
    now: @escaping @Sendable () -> Date = { Date() }, uptime: @escaping @Sendable () -> Double = Catalog.systemUptime
  ) throws {
    guard !mustExist || FileManager.default.fileExists(atPath: path) else {
      throw CatalogError.missing(path: path)
    }
    self.path = path
    self.busyTimeout = busyTimeout
    self.processes = processes
    self.now = now
    self.uptime = uptime
    queue = try Self.translatingErrors(path: path, busyTimeout: busyTimeout) {
      let queue = try DatabaseQueue(path: path, configuration: Self.configuration(busyTimeout: busyTimeout))
      try queue.writeWithoutTransaction { database in
        try Migrations.bringUpToDate(database, path: path)
        // Only now that the file is known to be ours: a change of journal mode rewrites its header.
        let journal = try String.fetchOne(database, sql: "PRAGMA journal_mode")
        if journal != "delete" { try database.execute(sql: "PRAGMA journal_mode = DELETE") }
      }
      return queue
    }
  }

  /// Records that a run begins, in its own transaction, and returns its number.
  ///
  /// Runs of this machine whose process is gone are marked lost on the way.
  /// - Throws: ``CatalogError``.
  public func begin(_ start: RunStart) throws -> Int64 {
    let process = try currentProcess()
    let beginning = (date: now(), uptime: uptime())
    let run = try write { database in
      try self.markLostRuns(database, seenFrom: process)
      let run = try Self.insert(start, process: process, at: beginning.date, into: database)
      for artifact in start.artifacts { try artifact.insert(run: run, into: database) }
      return run
    }
    beginnings.withLock { $0[run] = beginning }
    return run
  }

  /// Records how a run ended, in one transaction with everything it has to tell: a run that `succeeded` has
  /// all its rows, and one whose rows were refused is still `running`.
  ///
  /// A run that this process began has ended so long after its start as has passed, whatever was done to the clock in
  /// between: its time on record is never negative, nor off by a correction of the clock.
  /// - Throws: ``CatalogError``, among them `closedRun` for a run that has ended before. A run marked lost
  ///   may be finished: whoever finishes it is alive, whatever it looked like from outside.
  public func finish(run: Int64, _ outcome: RunOutcome) throws {
    let memory = processes.peakMemoryBytes()
    let end = end(of: run)
    try write { database in
      let status = try String.fetchOne(
        database, sql: "SELECT status FROM run WHERE id = ?", arguments: [run])
      guard let status else { throw CatalogError.unknownRun(path: self.path, run: run) }
      guard status == RunStatus.running.rawValue || status == RunStatus.lost.rawValue else {
        throw CatalogError.closedRun(path: self.path, run: run, status: status)
      }
      let (newStatus, error, results): (RunStatus, String?, RunResults) =
        switch outcome {
        case .succeeded(let results): (.succeeded, nil, results)
        case .failed(let error, let results): (.failed, error.isEmpty ? "unknown error" : error, results)
        }
      try results.insert(run: run, into: database)
      try database.execute(
        sql: "UPDATE run SET status = ?, finished_at = ?, error = ?, peak_memory_bytes = ? WHERE id = ?",
        arguments: [newStatus.rawValue, Timestamp.text(end), error, memory, run])
    }
  }

  /// When a run ends that ends now.
  private func end(of run: Int64) -> Date {
    guard let (date, start) = beginnings.withLock({ $0[run] }) else { return now() }
    return date.addingTimeInterval(uptime() - start)
  }

  /// Seconds since the machine was started, those included in which it slept.
  public static let systemUptime: @Sendable () -> Double = {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Marks the runs of this machine as lost whose process is gone, and returns their numbers.
  ///
  /// ``begin(_:)`` does this by itself; a reader who only looks may ask for it.
  /// - Throws: ``CatalogError``.
  @discardableResult
  public func reconcile() throws -> [Int64] {
    let process = try currentProcess()
    return try write { try self.markLostRuns($0, seenFrom: process) }
  }

  /// Runs `body` in a read transaction.
  func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try Self.translatingErrors(path: path, busyTimeout: busyTimeout) { try queue.read(body) }
  }

  /// Runs `body` in a transaction that may write.
  func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try Self.translatingErrors(path: path, busyTimeout: busyTimeout) {
      try queue.writeWithoutTransaction { database in
        var value: Value?
        // IMMEDIATE takes the write lock first: a transaction that reads and then wants to write could be
        // refused at once, without waiting.
        try database.inTransaction(.immediate) {
          value = try body(database)
          return .commit
        }
        guard let value else { preconditionFailure("a committed transaction has a value") }
        return value
      }
    }
  }

  /// Rebuilds the file without the room that removed rows left.
  func vacuum() throws {
    try Self.translatingErrors(path: path, busyTimeout: busyTimeout) { try queue.vacuum() }
  }

  @discardableResult
  private func markLostRuns(_ database: Database, seenFrom observer: ProcessIdentity) throws -> [Int64] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT id, pid, process_start, boot_id FROM run
        WHERE status = 'running' AND host = ? ORDER BY id
        """,
      arguments: [observer.host])
    var lost: [Int64] = []
    for row in rows {
      let process = ProcessIdentity(
        host: observer.host, pid: row["pid"], startTicks: row["process_start"], bootID: row["boot_id"])
      guard let reason = processes.reasonLost(process, seenFrom: observer) else { continue }
      let id: Int64 = row["id"]
      try database.execute(
        sql: "UPDATE run SET status = 'lost', error = ? WHERE id = ?", arguments: [reason, id])
      lost.append(id)
    }
    return lost
  }

  private func currentProcess() throws -> ProcessIdentity {
    do {
      return try processes.current()
    } catch {
      throw CatalogError.unreadableProcess(path: path, reason: error.localizedDescription)
    }
  }

  private static func configuration(busyTimeout: Double) -> Configuration {
    var configuration = Configuration()
    configuration.label = "catalog"
    configuration.busyMode = .timeout(busyTimeout)
    configuration.foreignKeysEnabled = true
    configuration.prepareDatabase { database in
      // EXTRA also syncs the folder once the journal is gone: a commit survives a power cut.
      try database.execute(sql: "PRAGMA synchronous = EXTRA")
      // A catalog may come from anywhere: its schema may call nothing but harmless functions.
      try database.execute(sql: "PRAGMA trusted_schema = OFF")
    }
    return configuration
  }

  private static func translatingErrors<Value>(
    path: String, busyTimeout: Double, _ body: () throws -> Value
  ) throws -> Value {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw CatalogError(error, path: path, busyTimeout: busyTimeout)
    }
  }
}
