import Foundation
import Testing

/// Networks with more outputs than a byte can name, and with fewer than there are digits.
@Suite("Classes")
struct ManyClassesTests {
  @Test(
    "any number of outputs from ten on goes through every stage, the report and its limit included",
    arguments: [300, 1000])
  func many(_ outputs: Int) throws {
    let workshop = try Workshop()
    try workshop.edit("network.yaml", "out: 10}", "out: \(outputs)}")
    for stage in Stage.all { try workshop.succeed(stage) }
    #expect(
      try workshop.select("SELECT model, sum(count) FROM confusion GROUP BY model ORDER BY model")
        == ["float32|200", "int8|200"])
    // What occurred, and no row for what did not.
    #expect(try workshop.select("SELECT count(*) FROM confusion WHERE count = 0") == ["0"])
    let right = try workshop.select("SELECT sum(count) FROM confusion WHERE model = 'int8' AND actual = predicted")
    let accuracy = try workshop.select(
      "SELECT round(200 * value) FROM metric WHERE name = 'accuracy' AND model = 'int8'")
    #expect(Double(right[0]) == Double(accuracy[0]))
    #expect(try workshop.bytes("report.html").count < 2_000_000)
    #expect(try workshop.text("report.md").contains("which other of \(outputs == 300 ? "300" : "1,000") classes"))
    let sensitivity = try workshop.run(
      "sensitivity",
      ["--input", "calibrate.safetensors", "data/manifest.json", "--output", "sensitivity.json"]
        + ["--catalog", "catalog.sqlite", "--pipeline", "tiny", "--scheme", "octavo"])
    #expect(sensitivity.code == 0, "\(sensitivity.errors)")
  }

  // Ten training images or more hold every digit; of nine, the test set alone knows the last.
  @Test("fewer outputs than digits are refused before training begins, also where only the test set has the digit")
  func few() throws {
    for (training, outputs, label) in [("600", 9, 9), ("5", 5, 9)] {
      let workshop = try Workshop()
      var fetch = Stage.fetch.arguments
      fetch[try #require(fetch.firstIndex(of: "600"))] = training
      #expect(try workshop.run("fetch-mnist", fetch).code == 0)
      try workshop.edit("network.yaml", "out: 10}", "out: \(outputs)}")
      let ending = try workshop.run(.train)
      #expect(ending.code == 1)
      #expect(
        ending.errors
          == "train: error: labels: the network has \(outputs) outputs, found label \(label); give its last layer at "
          + "least \(label + 1)\n")
      #expect(!workshop.exists("train.safetensors"))
      #expect(try workshop.select("SELECT count(*) FROM epoch") == ["0"])
    }
  }
}
