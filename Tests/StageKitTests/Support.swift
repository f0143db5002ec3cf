import Foundation

/// A folder of the test's own, gone with the test.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/octavo-stagekit-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Everything below, hidden names too, sorted.
  func files() throws -> [String] { try FileManager.default.subpathsOfDirectory(atPath: path).sorted() }

  func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path(name))) }

  func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }
}

/// The error that a closure throws, as it describes itself; nil when it throws none.
func line(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return "\(error)"
  }
}

extension String {
  /// Whether nothing in it ends a line.
  var isOneLine: Bool { !contains { $0.isNewline } }
}
