import Foundation

/// A folder of the test's own, gone with the test.
public final class TemporaryFolder: Sendable {
  /// Where it is.
  public let path: String

  /// A new, empty folder.
  public init() throws {
    path = NSTemporaryDirectory() + "/octavo-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a name in it.
  public func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Everything below, hidden names too, sorted.
  public func files() throws -> [String] { try FileManager.default.subpathsOfDirectory(atPath: path).sorted() }

  /// Writes a text file in it.
  public func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
  }

  /// Reads a text file in it.
  public func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }
}

/// The error that a closure throws, as it describes itself; nil when it throws none.
public func line(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return "\(error)"
  }
}

extension String {
  /// Whether nothing in it ends a line.
  public var isOneLine: Bool { !contains { $0.isNewline } }
}
