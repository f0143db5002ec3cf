import Catalog
import Reporting

/// What a stage did.
public struct StageResults {
  /// A file that the stage made.
  public struct Output {
    /// Where it goes, or lies.
    public let path: String
    /// Its content, nil when the stage has written it already.
    public let bytes: [UInt8]?
    /// What it is: `checkpoint`, `metrics`, `report`, `dataset`.
    public let kind: String

    /// A file of the given content.
    public init(path: String, bytes: [UInt8]?, kind: String) {
      self.path = path
      self.bytes = bytes
      self.kind = kind
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
