import Files

/// Why bytes are not a safetensors file that Octavo reads, or why a checkpoint cannot be written as one.
///
/// Positions count from the file's first byte; `data_offsets` count, as in the file, from the end of the header.
/// The caller adds the file's name.
public enum SafetensorsError: Error, Equatable, CustomStringConvertible {
  /// Fewer bytes than the header's length takes.
  case fileTooShort(byteCount: Int)
  /// The header is longer than the format allows, reading or writing.
  case headerTooLong(byteCount: UInt64, limit: Int)
  /// The header is longer than what follows its length.
  case headerBeyondFile(byteCount: Int, available: Int)
  /// The header is not UTF-8.
  case headerNotUTF8
  /// The header does not start with `{`, or other bytes than spaces follow it.
  case headerNotObject(position: Int)
  /// Something else stands where the header's grammar needs `expected`; `found` is nil at the header's end.
  case syntax(position: Int, expected: String, found: UInt8?)
  /// A control character inside a string, which JSON wants escaped.
  case controlCharacter(position: Int)
  /// An escape that JSON does not have.
  case badEscape(position: Int)
  /// Half of a surrogate pair, which no Unicode text holds.
  case loneSurrogate(position: Int)
  /// An integer that does not fit 63 bits.
  case numberOverflow(position: Int)
  /// A key that stands twice in one object, or whose text is equivalent in Unicode to another's.
  case duplicateKey(String, object: String)
  /// A metadata value that is not a string.
  case metadataNotString(key: String)
  /// A tensor with a key that the format does not have.
  case unknownField(tensor: String, field: String)
  /// A tensor without a key that the format needs.
  case missingField(tensor: String, field: String)
  /// A dtype that the format does not have.
  case unknownDType(tensor: String, dtype: String)
  /// A shape whose size in bytes does not fit 63 bits.
  case shapeOverflow(tensor: String, shape: [Int])
  /// A tensor whose offsets are not two.
  case offsetsNotPair(tensor: String)
  /// A tensor that ends before it begins.
  case offsetsReversed(tensor: String, begin: Int, end: Int)
  /// A tensor whose shape and dtype, in the format's word, need another number of bytes than its offsets give.
  case sizeMismatch(tensor: String, dtype: String, shape: [Int], expected: Int, found: Int)
  /// A tensor that begins after the end of the one before: unnamed bytes between them.
  case hole(tensor: String, begin: Int, previousEnd: Int)
  /// A tensor that begins before the end of the one before.
  case overlap(tensor: String, begin: Int, previousEnd: Int)
  /// A tensor that ends after the file.
  case dataBeyondFile(tensor: String, end: Int, available: Int)
  /// Bytes after the last tensor.
  case trailingData(end: Int, available: Int)
  /// A tensor named as the format names its metadata; only writing can meet it.
  case reservedName(String)
  /// Elements of one tensor where another's are due, or nothing more; only writing can meet it, and the next.
  case dataOutOfTurn(tensor: String, expected: String?)
  /// A tensor whose elements are more or fewer bytes than were declared.
  case dataNotAsDeclared(tensor: String, expected: Int, found: Int)

  /// One line: what is wrong and where.
  public var description: String {
    switch self {
    case .fileTooShort(let byteCount):
      "not a safetensors file: \(byteCount) bytes, fewer than the 8 of the header's length"
    case .headerTooLong(let byteCount, let limit):
      "header of \(byteCount) bytes is over the limit of \(limit)"
    case .headerBeyondFile(let byteCount, let available):
      "header of \(byteCount) bytes in a file with \(available) after its length"
    case .headerNotUTF8:
      "header is not UTF-8"
    case .headerNotObject(let position):
      "header is not one JSON object: see byte \(position)"
    case .syntax(let position, let expected, let found):
      "header: expected \(expected) at byte \(position), found \(Self.described(found))"
    case .controlCharacter(let position):
      "header: raw control character in a string at byte \(position)"
    case .badEscape(let position):
      "header: bad escape in a string at byte \(position)"
    case .loneSurrogate(let position):
      "header: half a surrogate pair at byte \(position)"
    case .numberOverflow(let position):
      "header: integer at byte \(position) does not fit 63 bits"
    case .duplicateKey(let key, let object):
      "header: key \(quoted(key)) stands twice in \(quoted(object))"
    case .metadataNotString(let key):
      "metadata \(quoted(key)) is not a string"
    case .unknownField(let tensor, let field):
      "tensor \(quoted(tensor)): unknown key \(quoted(field))"
    case .missingField(let tensor, let field):
      "tensor \(quoted(tensor)): key \(quoted(field)) is missing"
    case .unknownDType(let tensor, let dtype):
      "tensor \(quoted(tensor)): unknown dtype \(quoted(dtype))"
    case .shapeOverflow(let tensor, let shape):
      "tensor \(quoted(tensor)): size of shape \(listed(shape)) does not fit 63 bits"
    case .offsetsNotPair(let tensor):
      "tensor \(quoted(tensor)): data_offsets are not two integers"
    case .offsetsReversed(let tensor, let begin, let end):
      "tensor \(quoted(tensor)): ends at \(end), before it begins at \(begin)"
    case .sizeMismatch(let tensor, let dtype, let shape, let expected, let found):
      "tensor \(quoted(tensor)): \(dtype) \(listed(shape)) needs \(expected) bytes, its offsets give \(found)"
    case .hole(let tensor, let begin, let previousEnd):
      "tensor \(quoted(tensor)): begins at \(begin), leaving a hole after \(previousEnd)"
    case .overlap(let tensor, let begin, let previousEnd):
      "tensor \(quoted(tensor)): begins at \(begin), overlapping what ends at \(previousEnd)"
    case .dataBeyondFile(let tensor, let end, let available):
      "tensor \(quoted(tensor)): ends at \(end) of only \(available) bytes of data"
    case .trailingData(let end, let available):
      "data ends at \(end), but the file holds \(available) bytes of it"
    case .reservedName(let name):
      "tensor \(quoted(name)): the name is reserved for the file's metadata"
    case .dataOutOfTurn(let tensor, let expected):
      "tensor \(quoted(tensor)): written where \(expected.map(quoted) ?? "the file's end") is due"
    case .dataNotAsDeclared(let tensor, let expected, let found):
      "tensor \(quoted(tensor)): \(expected) bytes were declared, \(found) are written"
    }
  }

  private static func described(_ byte: UInt8?) -> String {
    guard let byte else { return "the header's end" }
    // Above ASCII one byte is only a part of a character.
    return byte < 0x80 ? quoted(String(Unicode.Scalar(byte))) : "byte \(byte)"
  }
}
