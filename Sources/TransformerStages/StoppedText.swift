import Tokenizers

/// Text as it comes, held back where it could be the beginning of what ends it.
struct StoppedText {
  private let stops: [String]
  private var stream = TextStream()
  private var held = ""
  /// All text that was let go.
  private(set) var text = ""
  /// Whether a text came that ends it.
  private(set) var isStopped = false

  /// - Parameter stops: texts that end it, none empty.
  init(_ stops: [String]) { self.stops = stops }

  /// Takes bytes and returns what may be shown.
  mutating func append(_ bytes: [UInt8]) -> String {
    guard !isStopped else { return "" }
    held += stream.append(bytes)
    return release(isLast: false)
  }

  /// What was held back.
  mutating func finish() -> String {
    guard !isStopped else { return "" }
    held += stream.finish()
    return release(isLast: true)
  }

  private mutating func release(isLast: Bool) -> String {
    let units = Array(held.utf8)
    // Where the first of the stops begins, and where what may become one does.
    var (stop, hold) = (units.count, units.count)
    for text in stops.map({ Array($0.utf8) }) {
      for start in 0..<units.count {
        let part = units[start...].prefix(text.count)
        if part.elementsEqual(text) {
          stop = min(stop, start)
          isStopped = true
        } else if !isLast, start + part.count == units.count, text.starts(with: part) {
          hold = min(hold, start)
        }
      }
    }
    let end = isStopped ? stop : hold
    let free = String(decoding: units[..<end], as: UTF8.self)
    held = isStopped ? "" : String(decoding: units[end...], as: UTF8.self)
    text += free
    return free
  }
}
