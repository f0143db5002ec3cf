import Files
import Foundation

/// What a JSON file of Hugging Face holds, which one asks for keys.
indirect enum JSONValue: Sendable, Equatable, Decodable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// The longest file that is read: the index of the largest models has not a hundredth of it.
  static let byteLimit = 16 << 20

  /// Reads a file's bytes.
  /// - Parameter name: the file's, for messages.
  /// - Throws: `HuggingFaceError`.
  init(_ file: FileBytes, name: String) throws(HuggingFaceError) {
    guard file.count <= Self.byteLimit else {
      throw .fileTooLong(name, limit: Self.byteLimit, found: file.count)
    }
    do {
      self = try JSONDecoder().decode(JSONValue.self, from: Data(file.copy))
    } catch {
      throw .notJSON(name)
    }
  }

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let integer = try? value.decode(Int.self) {
      self = .integer(integer)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let string = try? value.decode(String.self) {
      self = .string(string)
    } else if let array = try? value.decode([JSONValue].self) {
      self = .array(array)
    } else {
      self = .object(try value.decode([String: JSONValue].self))
    }
  }

  /// The members of an object, nil of anything else.
  var object: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }
  /// The text of a string, nil of anything else.
  var string: String? { if case .string(let text) = self { text } else { nil } }
  /// A number with or without a fraction, nil of anything else.
  var double: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }
}

extension JSONValue: CustomStringConvertible {
  /// The value as it stands in a message: short, in one line.
  var description: String {
    switch self {
    case .null: "null"
    case .bool(let bool): "\(bool)"
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .string(let text): quoted(text)
    case .array(let values): "a list of \(values.count)"
    case .object(let members):
      "an object"
        + (members.isEmpty ? "" : " of \(members.keys.sorted().prefix(4).map(quoted).joined(separator: ", "))")
    }
  }
}
