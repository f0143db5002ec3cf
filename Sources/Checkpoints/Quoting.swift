/// A name from a file as it stands in a message: one line, no control or invisible characters, bounded length.
///
/// A hostile name could otherwise forge log lines, drive a terminal, or be megabytes long.
package func quoted(_ name: String) -> String {
  let limit = 80
  var text = "'"
  for scalar in name.unicodeScalars.prefix(limit) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
      text += scalar.escaped(asASCII: true)
    default:
      text.unicodeScalars.append(scalar)
    }
  }
  let isWhole = name.unicodeScalars.dropFirst(limit).isEmpty
  return text + (isWhole ? "'" : "…'")
}

/// Sizes from a file as they stand in a message: `[16, 1, 3, 3]`, cut after a few.
package func listed(_ sizes: [Int]) -> String {
  let limit = 8
  let text = sizes.prefix(limit).map(String.init).joined(separator: ", ")
  return sizes.count > limit ? "[\(text), … \(sizes.count) in all]" : "[\(text)]"
}
