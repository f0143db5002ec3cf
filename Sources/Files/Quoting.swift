/// A name from a file as it stands in a message: one line, no control or invisible characters, bounded length.
///
/// A hostile name could otherwise forge log lines, drive a terminal, or be megabytes long.
package func quoted(_ name: String) -> String {
  let limit = 80
  var text = "'"
  for scalar in name.unicodeScalars.prefix(limit) {
    text += visible(
      scalar, spelling: [.control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned])
  }
  let isWhole = name.unicodeScalars.dropFirst(limit).isEmpty
  return text + (isWhole ? "'" : "…'")
}

/// A character from a file as it stands in a message: spelt out, `\u{1B}`, where it is of one of the given categories.
package func visible(_ scalar: Unicode.Scalar, spelling categories: Set<Unicode.GeneralCategory>) -> String {
  categories.contains(scalar.properties.generalCategory) ? scalar.escaped(asASCII: true) : String(scalar)
}

/// Sizes from a file as they stand in a message: `[16, 1, 3, 3]`, cut after a few.
package func listed(_ sizes: [Int]) -> String {
  let limit = 8
  let text = sizes.prefix(limit).map(String.init).joined(separator: ", ")
  return sizes.count > limit ? "[\(text), … \(sizes.count) in all]" : "[\(text)]"
}
