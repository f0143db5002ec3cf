import Foundation

/// JSON for people and for programs: indented, keys sorted, slashes as they are, so that equal values are equal bytes.
package enum ReadableJSON {
  /// What becomes of an infinity or a NaN, which JSON has no number for.
  package enum Special {
    /// The value is not written, or not read.
    case refused
    /// It is a string: `"inf"`, `"-inf"`, `"nan"`.
    case spelt
  }

  /// A value as text, without a newline behind it.
  /// - Throws: `EncodingError`, for an infinity or a NaN too where those are refused.
  package static func text(_ value: some Encodable, special: Special = .refused) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    if special == .spelt {
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: Self.infinity, negativeInfinity: "-" + Self.infinity, nan: Self.nan)
    }
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// A value as the content of a file: its text, and a newline.
  /// - Throws: as `text`.
  package static func encode(_ value: some Encodable, special: Special = .refused) throws -> [UInt8] {
    Array(try text(value, special: special).utf8) + [UInt8(ascii: "\n")]
  }

  /// The value that JSON holds.
  /// - Throws: `DecodingError` for anything else, for a number in words too where those are refused.
  package static func decode<Value: Decodable>(
    _ type: Value.Type, from json: [UInt8], special: Special = .refused
  ) throws -> Value {
    let decoder = JSONDecoder()
    if special == .spelt {
      decoder.nonConformingFloatDecodingStrategy = .convertFromString(
        positiveInfinity: Self.infinity, negativeInfinity: "-" + Self.infinity, nan: Self.nan)
    }
    return try decoder.decode(type, from: Data(json))
  }

  private static let (infinity, nan) = ("inf", "nan")
}
