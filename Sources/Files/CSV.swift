/// Comma-separated values as RFC 4180 has them, but with lines that end in a newline alone.
package enum CSV {
  /// A line.
  /// - Parameter fields: nil for what is not there, which is empty; an empty text is `""`.
  package static func line(_ fields: [String?]) -> String {
    fields.map { $0.map(field) ?? "" }.joined(separator: ",") + "\n"
  }

  /// A text, in quotes where it would be read as several fields, as a part of another, or as none.
  private static func field(_ text: String) -> String {
    // By scalars: a carriage return and a newline are one Character, and none of those looked for.
    let scalars = text.unicodeScalars
    if !text.isEmpty && !scalars.contains(where: { ["\"", ",", "\n", "\r"].contains($0) }) { return text }
    var quoted = ""
    for scalar in scalars { quoted.unicodeScalars.append(contentsOf: scalar == "\"" ? ["\"", "\""] : [scalar]) }
    return "\"" + quoted + "\""
  }
}
