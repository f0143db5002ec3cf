import Foundation

/// Where a program talks and to whom: stderr is for talk, stdout for data, and a person may watch either.
///
/// A terminal gets a bar, colour and tables as wide as it is; a file or a pipe gets plain whole lines.
package struct Terminal: Sendable {
  /// Whether a person watches stderr through something that understands a carriage return and an erased line.
  package let isCapable: Bool
  /// Whether colour is wanted: on such a terminal, unless NO_COLOR is set and not empty (no-color.org).
  package let hasColor: Bool
  /// Whether a bar may be drawn: on such a terminal, unless make runs several stages there at once, whose bars would
  /// be drawn over each other's lines.
  package let hasBar: Bool

  /// stderr of this process.
  static let standard = Terminal(
    isInteractive: isatty(STDERR_FILENO) == 1, environment: ProcessInfo.processInfo.environment)

  /// What an environment asks for.
  /// - Parameter isInteractive: whether stderr is a terminal.
  package init(isInteractive: Bool, environment: [String: String]) {
    let kind = environment["TERM"] ?? ""
    isCapable = isInteractive && !kind.isEmpty && kind != "dumb"
    hasColor = isCapable && (environment["NO_COLOR"] ?? "").isEmpty
    // make tells its children of the job server only when there is one to share.
    hasBar = isCapable && !(environment["MAKEFLAGS"] ?? "").contains("--jobserver")
  }

  /// The columns of the terminal that a descriptor leads to, nil where it leads to none. A terminal that does not know
  /// is asked through COLUMNS; where that says nothing either, it has 80.
  static func width(of descriptor: Int32) -> Int? {
    guard isatty(descriptor) == 1 else { return nil }
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 { return Int(size.ws_col) }
    return ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil } ?? 80
  }

  /// Writes to stderr in one call, so that what other programs write stands before it or after it, never within.
  ///
  /// What cannot be written, to a full disk say, is not worth the work: the stage goes on.
  static func write(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      guard count >= 0 || errno == EINTR else { return }
      rest = rest.dropFirst(max(count, 0))
    }
  }

  /// A line of this importance as it is written: an error in red, a warning in yellow where colour is wanted.
  package func colored(_ line: String, _ importance: Importance) -> String {
    guard hasColor, let code = importance.code else { return line }
    return "\u{1B}[\(code)m\(line)\u{1B}[0m"
  }

  /// How much a line matters.
  package enum Importance {
    case ordinary
    case warning
    case error

    fileprivate var code: Int? {
      switch self {
      case .ordinary: nil
      case .warning: 33
      case .error: 31
      }
    }
  }
}
