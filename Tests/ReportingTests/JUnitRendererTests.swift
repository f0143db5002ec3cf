import Foundation
import Reporting
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("JUnit")
struct JUnitRendererTests {
  private static let nasty = "<a> & \"b\" 'c' ]]>\n\u{1}\u{FFFF}é"
  private let report = CheckReport(
    pipeline: "p&q",
    verdicts: [
      .init(scheme: "s", limit: "size_ratio", what: "size", measured: "2", allowed: "3", run: 7, holds: true),
      .init(scheme: "s", limit: "accuracy_drop", what: "drop", measured: "2", allowed: "1", run: 7, holds: false),
      .init(scheme: nasty, limit: "accuracy_floor", problem: nasty, run: 8),
    ])

  // Would catch a sign that is not escaped, or that XML cannot hold, and counts that are not the cases'.
  @Test("a reader finds every case and every failure, and the counts are theirs")
  func parses() throws {
    let reader = Reader()
    let parser = XMLParser(data: Data(report.junit().utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    for name in ["testsuites", "testsuite"] {
      let suite = try #require(reader.elements.first { $0.name == name }?.attributes)
      #expect([suite["tests"], suite["failures"], suite["errors"]] == ["3", "2", "0"])
    }
    let cases = reader.elements.filter { $0.name == "testcase" }.map(\.attributes)
    #expect(cases.map { $0["name"] } == ["size_ratio", "accuracy_drop", "accuracy_floor"])
    let shown = "<a> & \"b\" 'c' ]]>  \u{FFFD}é"
    #expect(cases.map { $0["classname"] } == ["p&q.s", "p&q.s", "p&q.\(shown)"])
    let failures = reader.elements.filter { $0.name == "failure" }.map { $0.attributes["message"] }
    #expect(failures == ["s: drop 2, limit 1, run 7", "\(shown): \(shown), run 8"])
  }
}

/// Keeps the elements that a parser finds.
private final class Reader: NSObject, XMLParserDelegate {
  var elements: [(name: String, attributes: [String: String])] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append((name, attributes))
  }
}
