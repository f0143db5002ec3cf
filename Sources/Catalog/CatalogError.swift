internal import GRDB

/// Why the catalog could not be opened, read or written.
///
/// `description` is the one line for the person at the terminal: where, what was found, what to do.
public enum CatalogError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file cannot be opened: its folder is missing, or permissions forbid it.
  case cannotOpen(path: String, reason: String)
  /// There is no such file, and whoever asked only reads.
  case missing(path: String)
  /// The file is not an SQLite database.
  case notADatabase(path: String)
  /// The file is a database, but its content is damaged.
  case damaged(path: String, reason: String)
  /// The file is another program's database.
  case foreignDatabase(path: String, applicationID: Int32)
  /// The file was written by a newer Octavo.
  case newerCatalog(path: String, version: Int32, supported: Int32)
  /// Another process held the file for longer than the busy timeout.
  case busy(path: String, seconds: Double)
  /// The file system had no room left.
  case diskFull(path: String)
  /// The file, or its folder, cannot be written.
  case readOnly(path: String)
  /// A row breaks a rule of the schema.
  case refused(path: String, reason: String)
  /// The run to be closed is not in the catalog.
  case unknownRun(path: String, run: Int64)
  /// The run to be closed is closed already.
  case closedRun(path: String, run: Int64, status: String)
  /// Any other failure that SQLite reports.
  case sqlite(path: String, code: Int32, reason: String)
  /// `/proc` does not say which process this is.
  case unreadableProcess(path: String, reason: String)

  /// The error as one line.
  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason):
      "catalog \(path): cannot be opened (\(reason)): its folder must exist and be writable"
    case .missing(let path): "catalog \(path): no such file; run a stage first"
    case .notADatabase(let path):
      "catalog \(path): not an SQLite database: move the file away and run again, a new one will be made"
    case .damaged(let path, let reason):
      "catalog \(path): damaged (\(reason)): recover it with the sqlite3 shell's .recover, or move it away"
    case .foreignDatabase(let path, let applicationID):
      "catalog \(path): another program's database (application_id \(applicationID), "
        + "expected \(Migrations.applicationID)): left untouched, choose another file"
    case .newerCatalog(let path, let version, let supported):
      "catalog \(path): version \(version), this program knows versions up to \(supported): "
        + "left untouched, use a newer Octavo or another file"
    case .busy(let path, let seconds):
      "catalog \(path): busy for \(seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)") s: "
        + "another process holds it; end that process or its transaction, then run again"
    case .diskFull(let path):
      "catalog \(path): the disk is full: nothing was recorded, make room and run again"
    case .readOnly(let path):
      "catalog \(path): cannot be written: make the file and its folder writable"
    case .refused(let path, let reason):
      "catalog \(path): a row was refused (\(reason)): nothing of this run's results was recorded, "
        + "run again, and report it if it is refused again"
    case .unknownRun(let path, let run):
      "catalog \(path): run \(run) is not there: expected the run that is to be closed"
    case .closedRun(let path, let run, let status):
      "catalog \(path): run \(run) is already \(status): expected a running one, a run is closed once"
    case .sqlite(let path, let code, let reason):
      "catalog \(path): SQLite error \(code) (\(reason)): check the disk and run again"
    case .unreadableProcess(let path, let reason):
      "catalog \(path): cannot tell which process this is (\(reason)): /proc must be mounted"
    }
  }

  /// Translates what SQLite reported.
  init(_ error: DatabaseError, path: String, busyTimeout: Double) {
    let reason = error.message ?? "\(error.resultCode)"
    switch error.resultCode {
    case .SQLITE_CANTOPEN: self = .cannotOpen(path: path, reason: reason)
    case .SQLITE_NOTADB: self = .notADatabase(path: path)
    case .SQLITE_CORRUPT: self = .damaged(path: path, reason: reason)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path, seconds: busyTimeout)
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_READONLY: self = .readOnly(path: path)
    case .SQLITE_CONSTRAINT: self = .refused(path: path, reason: reason)
    default: self = .sqlite(path: path, code: error.extendedResultCode.rawValue, reason: reason)
    }
  }
}
