import Foundation
import Yams

/// Reads YAML into a struct and refuses every key that the struct does not know.
///
/// What was decoded is encoded again: a key that the file has and the round trip lacks meant nothing to anyone, which
/// is how a misspelt one is found, in any struct and at any depth.
public enum ConfigFile {
  /// The struct that a file's text holds.
  /// - Parameter path: the file's name, for messages.
  /// - Throws: `ConfigError`, one line with file, key, expected and found.
  public static func decode<Config: Codable>(_ type: Config.Type, from bytes: [UInt8], path: String) throws -> Config {
    // Some editors begin a text with a mark of its encoding, which YAML allows.
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    guard let text = String(validating: bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0), as: UTF8.self)
    else {
      throw ConfigError(path: path, reason: "expected text in UTF-8")
    }
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw ConfigError(path: path, reason: "expected a mapping of keys to values, found an empty file")
      }
      guard node.mapping != nil else {
        throw ConfigError(path: path, reason: "expected a mapping of keys to values, found \(found(node))")
      }
      let config = try decode(type, from: node, path: path)
      guard let again = try Yams.compose(yaml: YAMLEncoder().encode(config)) else { return config }
      if let unknown = unknownKey(in: node, knownFrom: again, path: "") {
        throw ConfigError(path: path, reason: unknown)
      }
      return config
    } catch let error as ConfigError {
      throw error
    } catch let error as YamlError {
      throw ConfigError(path: path, reason: "not YAML: \(describe(error))")
    } catch {
      throw ConfigError(path: path, reason: OneLine.describe(error))
    }
  }

  private static func decode<Config: Decodable>(_ type: Config.Type, from node: Node, path: String) throws -> Config {
    do {
      return try YAMLDecoder().decode(type, from: node)
    } catch DecodingError.typeMismatch(let expected, let context) {
      // The decoder tells node types apart; a person wants to see what stands there.
      let value = context.codingPath.reduce(Optional(node)) { node, key in
        key.intValue.map { node?.sequence?[$0] } ?? node?.mapping?[key.stringValue]
      }
      throw ConfigError(
        path: path,
        reason: "\(OneLine.place(context.codingPath)): expected \(name(of: expected)), "
          + "found \(value.map(found) ?? "none")")
    }
  }

  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is Node.Scalar.Type: "a single value"
    case is Node.Mapping.Type: "a mapping"
    case is Node.Sequence.Type: "a list"
    default: OneLine.name(of: type)
    }
  }

  private static func found(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar): node.null != nil ? "nothing" : "'\(scalar.string)'"
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }

  /// The parser's complaint without the lines that it quotes.
  private static func describe(_ error: YamlError) -> String {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      "line \(mark.line), column \(mark.column): \(problem)"
    case .duplicatedKeysInMapping(let keys, _):
      "key '\(keys.sorted().joined(separator: "', '"))' stands twice in one mapping"
    default: OneLine.describe(error)
    }
  }

  /// The first key of `node` that `known` lacks at the same place.
  private static func unknownKey(in node: Node, knownFrom known: Node, path: String) -> String? {
    if let mapping = node.mapping {
      for (key, value) in mapping {
        let name = key.string ?? "?"
        let place = path.isEmpty ? name : "\(path).\(name)"
        // A key without a value says nothing, known or not; whether its default was meant, nobody knows.
        if value.null != nil { return "\(place): expected a value, found nothing" }
        guard let counterpart = known.mapping?[key] else {
          let names = (known.mapping?.keys.compactMap(\.string) ?? []).sorted().joined(separator: ", ")
          return "\(place): unknown key" + (names.isEmpty ? "" : "; known here: \(names)")
        }
        if let unknown = unknownKey(in: value, knownFrom: counterpart, path: place) { return unknown }
      }
    } else if let list = node.sequence, let counterpart = known.sequence {
      for (index, pair) in zip(list, counterpart).enumerated() {
        if let unknown = unknownKey(in: pair.0, knownFrom: pair.1, path: "\(path)[\(index)]") { return unknown }
      }
    }
    return nil
  }
}

/// A configuration file that cannot be used.
public struct ConfigError: Error, Equatable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// Where in it, what was expected, what was found.
  public let reason: String

  /// `Pipelines/mnist-cnn/train.yaml: epochs: expected an integer`.
  public var description: String { "\(path): \(reason)" }

  /// A complaint about a file.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}
