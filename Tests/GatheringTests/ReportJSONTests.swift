import Foundation
import Gathering
import Reporting
import Testing

@Suite struct ReportJSONTests {
  private func object(_ value: some Encodable) throws -> [String: Any] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try #require(JSONSerialization.jsonObject(with: encoder.encode(value)) as? [String: Any])
  }

  @Test func theHelpNamesEveryKey() {
    for key in ["pipeline", "dataset", "html_path", "markdown_path", "schemes"] {
      #expect(ReportJSON.help.contains(key))
    }
  }

  @Test func aReportHasItsSchemesInOrder() throws {
    func figures(_ accuracy: Double, _ bytes: Int64, _ rate: Double?) -> Report.Figures {
      .init(accuracy: accuracy, interval: 0...1, bytes: bytes, imagesPerSecond: rate)
    }
    let schemes = [("b", 7), ("a", 5)].map { name, run in
      Report.Scheme(
        name: name, run: Int64(run), float32: figures(0.75, 10, nil), int8: figures(0.5, 5, .nan), agreement: nil)
    }
    let report = Report(
      title: "tiny", dataset: .init(name: "synthetic-digits", isSynthetic: true, testImages: 9), schemes: schemes)
    let object = try object(ReportJSON(report, html: "a/r.html", markdown: "a/r.md"))
    #expect(object.keys.sorted() == ["dataset", "html_path", "markdown_path", "pipeline", "schemes"])
    #expect(object["pipeline"] as? String == "tiny" && object["dataset"] as? String == "synthetic-digits")
    #expect(object["html_path"] as? String == "a/r.html" && object["markdown_path"] as? String == "a/r.md")
    let found = try #require(object["schemes"] as? [[String: Any]])
    #expect(found.map { $0["scheme"] as? String } == ["b", "a"] && found.map { $0["run"] as? Int } == [7, 5])
    for scheme in found {
      #expect(scheme["images"] as? Int == 9 && scheme["agreement_fraction"] is NSNull)
      #expect((scheme["int8"] as? [String: Any])?["images_per_second"] is NSNull)
    }
  }
}
