import Foundation

/// stdout, where data go. Swift's `print` passes over a full disk; who asked for data must be told that they are not there.
public enum StandardOutput {
  /// Writes a text, all of it.
  /// - Throws: `OutputError`.
  public static func write(_ text: String) throws {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw OutputError(reason: String(cString: strerror(errno))) }
      rest = rest.dropFirst(count)
    }
  }

  /// Writes a text and the end of its line.
  /// - Throws: `OutputError`.
  public static func writeLine(_ text: String) throws { try write(text + "\n") }
}

/// Data that stdout did not take.
public struct OutputError: Error, Equatable, CustomStringConvertible {
  /// Why.
  public let reason: String

  /// `stdout: cannot be written: No space left on device; make room where it leads, or lead it elsewhere`.
  public var description: String {
    "stdout: cannot be written: \(reason); make room where it leads, or lead it elsewhere"
  }
}
