import Foundation
import Testing

@Suite("--json, for other programs")
struct JSONTests {
  let workshop: Workshop
  init() throws { workshop = try Workshop.finished() }

  private func object(_ stage: Stage) throws -> [String: Any] {
    let ending = try workshop.run(stage, adding: ["--json"])
    #expect(ending.code == 0)
    #expect(!ending.errors.contains("{"))
    let found = try JSONSerialization.jsonObject(with: Data(ending.output.utf8))
    return try #require(found as? [String: Any])
  }

  private func expectFigures(_ object: [String: Any], ofRun run: Int) throws {
    #expect(object["run"] as? Int == run)
    #expect(object["scheme"] as? String == "octavo")
    #expect(object["dataset"] as? String == "synthetic-digits")
    #expect(object["images"] as? Int == 200)
    for name in ["float32", "int8"] {
      let model = try #require(object[name] as? [String: Any])
      let rows = try workshop.select(
        """
        SELECT name, value FROM metric WHERE run = \(run) AND layer = '' AND model = '\(name)'
          AND name IN ('accuracy', 'file_bytes', 'images_per_second') ORDER BY name
        """)
      let found = ["accuracy_fraction", "file_bytes", "images_per_second"].map { model[$0] as? Double }
      #expect(rows.count == 3)
      for (figure, row) in zip(found, rows) {
        let recorded = try #require(Double(row.split(separator: "|")[1]))
        // JSONSerialization on Linux reads some numbers a few units in the last place off; counts and shares it does not.
        #expect(abs((figure ?? .nan) - recorded) <= 8 * recorded.ulp, "\(name): \(row)")
      }
    }
    let drop = try workshop.select("SELECT drop_points FROM accuracy_drop WHERE run = \(run)")
    #expect(drop == [(object["drop_points"] as? Double).map { "\($0)" } ?? "none"])
    let agreement = try workshop.select("SELECT value FROM metric WHERE run = \(run) AND name = 'agreement'")
    #expect(agreement == [(object["agreement_fraction"] as? Double).map { "\($0)" } ?? "none"])
  }

  @Test("evaluate prints the figures that the catalog has of this very run")
  func evaluate() throws { try expectFigures(try object(.evaluate), ofRun: 8) }

  @Test("an evaluation that is not recorded has no run")
  func unrecorded() throws {
    let ending = try workshop.run(
      "evaluate", ["--input"] + Stage.evaluate.input + ["--output", "m.json", "--quiet", "--json"])
    #expect(ending.errors == "")
    let found = try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any]
    #expect(found?["run"] is NSNull && found?["scheme"] is NSNull && found?["images"] as? Int == 200)
  }

  @Test("report prints each scheme's, those of the evaluation that it reads, and where it lies")
  func report() throws {
    let object = try object(.report)
    #expect(object["pipeline"] as? String == "tiny")
    #expect(object["html_path"] as? String == "report.html" && object["markdown_path"] as? String == "report.md")
    let schemes = try #require(object["schemes"] as? [[String: Any]])
    #expect(schemes.count == 1)
    try expectFigures(schemes[0], ofRun: 6)
  }

  @Test("a failure leaves stdout empty", arguments: [Stage.evaluate, .report])
  func failure(_ stage: Stage) throws {
    try workshop.remove(stage.input[0])
    let ending = try workshop.run(stage, adding: ["--json"])
    #expect(ending.code == 1)
    #expect(ending.output == "")
  }

  @Test("--help names the keys", arguments: ["evaluate", "report"])
  func help(_ door: String) throws {
    let text = try workshop.run(door, ["--help"]).output
    #expect(text.contains("--json") && text.contains(door == "report" ? "html_path" : "drop_points"))
  }
}
