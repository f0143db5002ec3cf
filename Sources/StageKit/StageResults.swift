import Catalog
import Files
import Tables

/// What a stage did.
public struct StageResults {
  /// A file that the stage made.
  public struct Output {
    /// Where it goes, or lies.
    public let path: String
    /// What it is: `checkpoint`, `metrics`, `report`, `dataset`.
    public let kind: String
    /// Writes the file, unless that is done.
    /// - Returns: its size and digest.
    let write: () throws -> FileDigest

    /// A file.
    /// - Parameter write: writes it to `path`, whole or not at all.
    package init(path: String, kind: String, write: @escaping (_ path: String) throws -> FileDigest) {
      (self.path, self.kind, self.write) = (path, kind, { try write(path) })
    }

    /// A file of the given content.
    public init(path: String, bytes: [UInt8], kind: String) {
      self.init(path: path, kind: kind) { try WholeFile.write(bytes, to: $0) }
    }

    /// A file that the stage has written already, with the size and the digest that its writer gave.
    public init(path: String, written: FileDigest, kind: String) {
      self.init(path: path, kind: kind) { _ in written }
    }
  }

  /// The files, the stage's own output first.
  public var outputs: [Output]
  /// What the catalog shall hold.
  public var record: Catalog.RunResults
  /// What the user asked for, on stdout.
  public var summary: String?
  /// What the stage came to, for people, on stderr.
  package var table: Table?

  /// Results of the given parts.
  package init(
    outputs: [Output], record: Catalog.RunResults = .init(), summary: String? = nil, table: Table? = nil
  ) {
    self.outputs = outputs
    self.record = record
    self.summary = summary
    self.table = table
  }
}
