/// Bytes to text as they come: a character whose last bytes are still to come is held back, so that what is shown is
/// never taken back. Bytes that are no UTF-8 become U+FFFD, as many as `String(decoding:as:)` makes of the whole.
public struct TextStream: Sendable {
  /// The first bytes of a character, at most three.
  private var held: [UInt8] = []

  /// A stream that holds nothing.
  public init() {}

  /// The text that the given bytes complete; empty while a character lacks bytes.
  public mutating func append(_ bytes: some Sequence<UInt8>) -> String {
    held += bytes
    let whole = held.count - incompleteByteCount
    defer { held.removeFirst(whole) }
    return String(decoding: held[..<whole], as: UTF8.self)
  }

  /// What is held back when no more bytes come: U+FFFD for a character that was not completed, or nothing.
  public mutating func finish() -> String {
    defer { held = [] }
    return String(decoding: held, as: UTF8.self)
  }

  /// How many bytes at the end are the beginning of a character.
  private var incompleteByteCount: Int {
    (1...3).first { count in
      count <= held.count && utf8Step(held, at: held.count - count, end: held.count) == .incomplete
    } ?? 0
  }
}
