import Tables

/// A check as the XML that JUnit's readers take: no time in it, so the same check is the same bytes.
enum JUnitRenderer {
  static func render(_ report: CheckReport) -> String {
    let counts = "tests=\"\(report.verdicts.count)\" failures=\"\(report.broken.count)\" errors=\"0\""
    let pipeline = XMLText.escaped(report.pipeline)
    var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites name=\"check\" \(counts)>"]
    lines.append("  <testsuite name=\"\(pipeline)\" \(counts) skipped=\"0\">")
    for verdict in report.verdicts {
      let name =
        "classname=\"\(pipeline).\(XMLText.escaped(verdict.scheme))\" name=\"\(XMLText.escaped(verdict.limit))\""
      guard !verdict.holds else {
        lines.append("    <testcase \(name)/>")
        continue
      }
      lines.append("    <testcase \(name)>")
      lines.append("      <failure type=\"limit\" message=\"\(XMLText.escaped(verdict.line))\"/>")
      lines.append("    </testcase>")
    }
    lines += ["  </testsuite>", "</testsuites>", ""]
    return lines.joined(separator: "\n")
  }
}

/// Text that goes between XML's quotation marks.
enum XMLText {
  /// The text in one line, markup escaped; what XML 1.0 knows no way to write becomes U+FFFD.
  static func escaped(_ text: String) -> String {
    HTMLText.escaped(
      PlainText.replacing(PlainText.oneLine(text)) { [0xFFFE, 0xFFFF].contains($0.value) ? "\u{FFFD}" : $0 })
  }
}
