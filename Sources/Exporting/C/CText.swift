/// Names and comments that C takes, whatever a person called a layer.
enum CText {
  /// The longest name of a layer in an identifier: C99 tells identifiers apart by their first 63 characters.
  private static let longestName = 40

  /// For each name the letters, digits and underscores that stand for it, no two alike. They follow a word of ours,
  /// `layer_`, so that keywords and digits at the beginning do no harm.
  static func identifiers(_ names: [String]) -> [String] {
    var taken: Set<String> = []
    return names.map { name in
      let plain = String(
        String.UnicodeScalarView(name.unicodeScalars.prefix(longestName).map { isWordCharacter($0) ? $0 : "_" }))
      var (identifier, number) = (plain, 2)
      while !taken.insert(identifier).inserted {
        identifier = "\(plain)_\(number)"
        number += 1
      }
      return identifier
    }
  }

  private static func isWordCharacter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_")
  }

  /// Text that ends no comment, begins none, and is one line of ASCII: other characters by their number, `<U+00E9>`.
  static func comment(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let isPlain = (" "..."~").contains(scalar) && scalar != "\\"
      let next = isPlain ? String(scalar) : "<U+\(hexadecimal(scalar.value, digits: 4))>"
      // Two question marks may begin a trigraph.
      let meets = ["*/", "/*", "??", "//"].contains { $0.first == result.last && $0.last == next.first }
      result += (meets ? " " : "") + next
    }
    return result
  }

  /// Capital digits, at least so many.
  static func hexadecimal(_ number: UInt32, digits: Int) -> String {
    let text = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}

/// An array of constants.
struct CConstant {
  /// `int8_t`.
  let type: String
  /// Its name.
  let name: String
  /// Its elements, as C writes them.
  let elements: [String]
  /// Bytes that it takes.
  let byteCount: Int
  /// What it is.
  let comment: String

  /// An array of integers.
  init<Element: FixedWidthInteger>(_ name: String, _ elements: [Element], _ comment: String) {
    let width = Element.bitWidth
    type = (Element.isSigned ? "int" : "uint") + "\(width)_t"
    self.name = name
    self.elements = elements.map {
      // 2147483648 is no int: the least integer has no literal of its own.
      if Element.isSigned && width == 32 && $0 == .min { return "-2147483647 - 1" }
      return !Element.isSigned && width == 32 ? "0x\(CText.hexadecimal(UInt32($0), digits: 8))" : "\($0)"
    }
    byteCount = elements.count * width / 8
    self.comment = comment
  }

  /// Its declaration, in lines of at most 120 characters.
  func write(to writer: inout CWriter) {
    writer.line("/* \(comment) */")
    writer.line("static const \(type) \(name)[\(elements.count)] = {")
    var row = " "
    for element in elements {
      if row.count + element.count + 2 > 120 {
        writer.line(row)
        row = " "
      }
      row += " \(element),"
    }
    writer.line(row)
    writer.line("};")
    writer.line()
  }
}
