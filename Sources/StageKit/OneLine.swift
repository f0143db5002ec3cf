import Files
import Foundation
import Tensors

/// Errors as one line.
public enum OneLine {
  /// What went wrong, on one line: our own errors say it themselves, Foundation's are asked.
  public static func describe(_ error: any Error) -> String {
    let text =
      switch error {
      case let error as DecodingError: describe(error)
      case let error as MetadataError: "metadata '\(error.key)': \(reason(error))"
      case let error as POSIXError: String(cString: strerror(error.code.rawValue))
      case let error as CocoaError: describe(error as NSError)
      case let error as any LocalizedError: error.errorDescription ?? "\(error)"
      case let error as any Error & CustomStringConvertible: error.description
      default: describe(error as NSError)
      }
    let line = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      .joined(separator: " ")
    // A name from a file may hold what drives a terminal.
    return line.unicodeScalars.map { visible($0, spelling: [.control, .format]) }.joined()
  }

  /// What is wrong with a value of metadata. Foundation says of text that is no JSON only that; the text says more.
  private static func reason(_ error: MetadataError) -> String {
    if case .dataCorrupted(let context)? = error.cause as? DecodingError, context.codingPath.isEmpty {
      return "expected JSON, found \(quoted(error.value))"
    }
    return describe(error.cause)
  }

  /// Foundation's own words, which leave out the file.
  private static func describe(_ error: NSError) -> String {
    let path = error.userInfo[NSFilePathErrorKey] as? String
    return path.map { "\($0): \(error.localizedDescription)" } ?? error.localizedDescription
  }

  private static func describe(_ error: DecodingError) -> String {
    func at(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
      let place = place(context.codingPath + (last.map { [$0] } ?? []))
      return place.isEmpty ? "" : "\(place): "
    }
    switch error {
    case .keyNotFound(let key, let context): return "\(at(context, key))expected a value, found none"
    case .valueNotFound(let type, let context): return "\(at(context))expected \(name(of: type)), found nothing"
    case .typeMismatch(let type, let context):
      return "\(at(context))expected \(name(of: type))\(found(context))"
    case .dataCorrupted(let context): return "\(at(context))\(context.debugDescription)"
    @unknown default: return "\(error)"
    }
  }

  /// `, found a string`: what Foundation found, without its names of types.
  private static func found(_ context: DecodingError.Context) -> String {
    let words = context.debugDescription.split(separator: " but found ", maxSplits: 1)
    guard words.count == 2 else { return "" }
    return ", found \(words[1].replacing(" instead", with: "").trimmingCharacters(in: ["."]))"
  }

  /// Where a value stands: `layers[2].out`.
  static func place(_ path: [any CodingKey]) -> String {
    path.reduce("") { path, key in
      key.intValue.map { "\(path)[\($0)]" } ?? (path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)")
    }
  }

  /// A type in a person's words.
  static func name(of type: any Any.Type) -> String {
    switch type {
    case is Int.Type, is Int32.Type: "an integer"
    case is UInt64.Type: "an integer of at least 0"
    case is Double.Type, is Float.Type: "a number"
    case is Bool.Type: "true or false"
    case is String.Type: "a text"
    case is [String: Any].Type: "a mapping"
    case is [Any].Type: "a list"
    default: "\(type)"
    }
  }
}
