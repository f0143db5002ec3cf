import Foundation

/// stderr, where programs talk. stdout is for data.
enum Terminal {
  /// Whether a person watches stderr.
  static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether colour is wanted: a terminal, and no NO_COLOR (no-color.org).
  static var hasColor: Bool {
    isInteractive && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
  }

  /// The terminal's width in columns, 80 where it does not say.
  static var width: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  /// Writes as it is. What cannot be written, to a full disk say, is not worth the work: the stage goes on.
  static func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

  /// Writes a line, an error in red where colour is wanted.
  static func printError(_ line: String) { write(hasColor ? "\u{1B}[31m\(line)\u{1B}[0m\n" : "\(line)\n") }
}
