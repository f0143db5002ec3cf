import Tokenizers

/// How a text is cut into windows of tokens, each of which is read by itself: what a `windows` of a configuration says.
public struct TextWindows: Sendable, Equatable, Codable {
  /// What a window is.
  public enum Unit: String, Sendable, Codable, CaseIterable {
    /// A line that is not empty, cut to the length.
    case lines
    /// So many tokens of the whole text, one window after the other; what is left at the end is a shorter one.
    case tokens
  }

  /// What a window is.
  public var unit: Unit
  /// Tokens of a window, at most; the one before a text, where the model has one, counts.
  public var length: Int
  /// Windows, at most: the first ones.
  public var most: Int

  /// Windows of the given kind.
  public init(unit: Unit, length: Int, most: Int) { (self.unit, self.length, self.most) = (unit, length, most) }

  /// The windows of a text, each begun by the token that the vocabulary has for that. Windows of a single token, which
  /// predict nothing, are left out.
  /// - Throws: `TextWindowsError` for a length beyond the context, for none or less, and for a text without windows.
  public func cut(_ text: String, with tokenizer: Tokenizer, context: Int) throws(TextWindowsError) -> [[Int32]] {
    guard 2...context ~= length else { throw .length(length, context: context) }
    guard most > 0 else { throw .most(most) }
    let beginning = tokenizer.vocabulary.beginning.map { [$0] } ?? []
    var windows: [[Int32]] = []
    switch unit {
    case .lines:
      // By bytes: a carriage return and a newline are one Character.
      for line in text.utf8.split(separator: UInt8(ascii: "\n")) where windows.count < most {
        let line = String(decoding: line, as: UTF8.self)
        guard line.contains(where: { !$0.isWhitespace }) else { continue }
        windows.append(Array(tokenizer.encode(line, beginning: true).prefix(length)))
      }
    case .tokens:
      let tokens = tokenizer.encode(text, beginning: false)
      let step = length - beginning.count
      for begin in stride(from: 0, to: tokens.count, by: step).prefix(most) {
        windows.append(beginning + tokens[begin..<min(begin + step, tokens.count)])
      }
    }
    windows.removeAll { $0.count < 2 }
    if windows.isEmpty { throw .noWindows }
    return windows
  }
}

/// A text that cannot be cut as it is asked.
public enum TextWindowsError: Error, Equatable, CustomStringConvertible {
  /// A length that the network cannot read, or that predicts nothing.
  case length(Int, context: Int)
  /// No windows asked for.
  case most(Int)
  /// A text that predicts nothing.
  case noWindows

  /// One line.
  public var description: String {
    switch self {
    case .length(let length, let context):
      "windows.length: expected 2 to \(context), the model's context, found \(length)"
    case .most(let most): "windows.most: expected at least 1, found \(most)"
    case .noWindows: "expected a text of at least two tokens, found none"
    }
  }
}
