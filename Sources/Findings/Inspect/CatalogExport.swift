import Catalog
import Files
import Foundation

extension Catalog.TableContents {
  /// The table as CSV (RFC 4180, lines ended by a newline): a line of names, then one for each row. NULL is empty, and
  /// an empty text is `""`.
  package func csv() -> String {
    let lines: [[String?]] = [columns] + rows.map { $0.map(CatalogText.csv) }
    return lines.map(CSV.line).joined()
  }

  /// The table as JSON: an array of an object for each row, a line each, keys in the order of the columns.
  package func json() -> String {
    let lines = rows.map { row in
      let members = zip(columns, row).map { "\(CatalogText.json($0)): \(CatalogText.json($1))" }
      return "  {" + members.joined(separator: ", ") + "}"
    }
    return lines.isEmpty ? "[]\n" : "[\n" + lines.joined(separator: ",\n") + "\n]\n"
  }
}

/// Values as text that reads back as the same values.
private enum CatalogText {
  static func csv(_ value: Catalog.TableContents.Value) -> String? {
    switch value {
    case .null: nil
    case .integer(let number): "\(number)"
    case .real(let number): "\(number)"
    case .text(let text): text
    }
  }

  static func json(_ value: Catalog.TableContents.Value) -> String {
    switch value {
    case .null: "null"
    case .integer(let number): "\(number)"
    // JSON has no infinity; a number beyond every Double is read as one.
    case .real(let number): number.isInfinite ? (number < 0 ? "-9e999" : "9e999") : "\(number)"
    case .text(let text): json(text)
    }
  }

  static func json(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": escaped += "\\\""
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\r": escaped += "\\r"
      case "\t": escaped += "\\t"
      case _ where scalar.value < 0x20: escaped += String(format: "\\u%04x", scalar.value)
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return "\"" + escaped + "\""
  }
}
