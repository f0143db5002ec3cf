/// The comments of a CREATE TABLE or CREATE VIEW, each by what it belongs to.
///
/// A comment behind code belongs to the column that the code defines, its comma included. A comment on a line of its own
/// belongs to the definition that it interrupts, or else to the next one. Comments before the first column of a table, and
/// before the SELECT of a view, belong to the whole.
package struct SchemaText {
  /// What is said of the whole.
  package private(set) var comment = ""
  /// What is said of each column, by the first word of its definition.
  package private(set) var comments: [String: String] = [:]

  private var definition = ""
  private var last: String?
  private var pending = ""
  private var depth = 0
  private var lineHasCode = false
  private var isList = true

  /// Reads the statement's text, as `sqlite_schema` holds it.
  package init(_ sql: String) {
    let isView = sql.hasPrefix("CREATE VIEW")
    var rest = sql.drop { $0 != "(" }
    while let character = rest.first, isList {
      if rest.hasPrefix("--") {
        let line = rest.prefix { $0 != "\n" }
        take(comment: line.dropFirst(2).trimmed)
        rest = rest.dropFirst(line.count)
      } else if character == "'" {
        let quoted = rest.dropFirst().prefix { $0 != "'" }
        definition += "'\(quoted)'"
        rest = rest.dropFirst(quoted.count + 2)
      } else {
        take(character)
        rest = rest.dropFirst()
      }
    }
    guard isView else { return }
    for line in rest.split(separator: "\n").map(\.trimmed) where line != "AS" {
      guard line.hasPrefix("--") else { break }
      comment.append(sentence: line.dropFirst(2).trimmed)
    }
  }

  /// A column's type, when its comment begins with one: `REAL: above 1, int8 is smaller`.
  package static func typed(_ comment: String) -> (type: String, rest: String) {
    for type in ["INTEGER", "REAL", "TEXT"] where comment.hasPrefix("\(type): ") {
      return (type, String(comment.dropFirst(type.count + 2)))
    }
    return ("", comment)
  }

  private mutating func take(_ character: Character) {
    switch character {
    case "(": depth += 1
    case ")": depth -= 1
    default: break
    }
    if depth == 0 || (depth == 1 && character == ",") {
      close()
      isList = depth > 0
    } else if !(depth == 1 && definition.isEmpty && (character.isWhitespace || character == "(")) {
      definition.append(character)
    }
    if character.isNewline { lineHasCode = false } else if !character.isWhitespace { lineHasCode = true }
  }

  private mutating func close() {
    guard let name = definition.split(whereSeparator: \.isWhitespace).first.map(String.init) else { return }
    if !pending.isEmpty { comments[name, default: ""].append(sentence: pending) }
    (last, definition, pending) = (name, "", "")
  }

  private mutating func take(comment text: String) {
    if !definition.trimmed.isEmpty {
      pending.append(sentence: text)
    } else if last == nil {
      comment.append(sentence: text)
    } else if lineHasCode, let last {
      comments[last, default: ""].append(sentence: text)
    } else {
      pending.append(sentence: text)
    }
  }
}

extension String {
  /// Adds what a further line of a comment says.
  fileprivate mutating func append(sentence: String) { self += (isEmpty ? "" : " ") + sentence }
}

extension StringProtocol {
  /// The text without blanks at its ends.
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
