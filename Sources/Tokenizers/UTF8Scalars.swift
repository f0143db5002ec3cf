/// How a byte of text goes on, where text may be no UTF-8.
enum UTF8Step: Equatable {
  /// A well-formed character of so many bytes.
  case scalar(Unicode.Scalar, byteCount: Int)
  /// A byte that begins no well-formed character, whatever follows.
  case invalid
  /// The first bytes of one, and then the text ends: more text may complete it.
  case incomplete
}

/// What begins at a byte of a text that ends at `end`. Well-formed is what table 3-7 of the Unicode Standard lists.
/// - Precondition: `index < end`, and both lie in `bytes`.
func utf8Step(_ bytes: [UInt8], at index: Int, end: Int) -> UTF8Step {
  let first = bytes[index]
  if first < 0x80 { return .scalar(Unicode.Scalar(first), byteCount: 1) }
  let (count, second): (Int, ClosedRange<UInt8>)
  switch first {
  case 0xC2...0xDF: (count, second) = (2, 0x80...0xBF)
  case 0xE0: (count, second) = (3, 0xA0...0xBF)
  case 0xED: (count, second) = (3, 0x80...0x9F)
  case 0xE1...0xEF: (count, second) = (3, 0x80...0xBF)
  case 0xF0: (count, second) = (4, 0x90...0xBF)
  case 0xF4: (count, second) = (4, 0x80...0x8F)
  case 0xF1...0xF3: (count, second) = (4, 0x80...0xBF)
  default: return .invalid
  }
  // The first byte's own bits are those below its leading ones and the zero behind them.
  var value = UInt32(first & (0x7F >> UInt8(count)))
  for step in 1..<count {
    guard index + step < end else { return .incomplete }
    let byte = bytes[index + step]
    guard (step == 1 ? second : 0x80...0xBF).contains(byte) else { return .invalid }
    value = value << 6 | UInt32(byte & 0x3F)
  }
  guard let scalar = Unicode.Scalar(value) else { return .invalid }
  return .scalar(scalar, byteCount: count)
}
