import Catalog
import Findings
import FindingsSupport
import Testing

@Suite("What differs between two runs")
struct RunDifferenceTests {
  let shelf: Shelf
  init() throws { shelf = try Shelf() }

  /// The lines of the comparison, runs of spaces taken for one.
  private func lines(_ first: Int64, _ second: Int64) throws -> [String] {
    try RunDifference(first, second, in: shelf.catalog).plain().split(separator: "\n").map { line in
      line.split(separator: " ").joined(separator: " ")
    }
  }

  private func convert(
    weightMax: Int32 = 127, scales: [Catalog.QuantizationParameter] = [], metrics: [Catalog.Metric] = [],
    config: Character = "c", output: Character = "e", path: String = "int8"
  ) throws -> Int64 {
    try shelf.run(
      "convert", inputs: [.file("1", "float")], outputs: [.file(output, path)],
      results: .init(
        artifacts: [.init(.config, .file(config, "s.yaml"))], quantizationScheme: .sample(weightMax: weightMax),
        quantizationParameters: scales, metrics: metrics))
  }

  @Test("runs that differ in nothing say so, kind by kind")
  func equal() throws {
    let scales: [Catalog.QuantizationParameter] = [.sample("conv", 0, 0.5)]
    // NaN is no difference from NaN.
    let metrics = [Catalog.Metric("x", value: .nan, unit: "")]
    let runs = try (0..<2).map { _ in try convert(scales: scales, metrics: metrics, output: "a") }
    #expect(
      try lines(runs[0], runs[1]) == [
        "Runs 1 and 2, both convert.", "Settings: all 10 equal.", "Files.", "Role Path Run 1 Run 2 Content",
        "------ ------ ------------ ------------ -------", "config s.yaml cccccccccccc cccccccccccc equal",
        "input float 111111111111 111111111111 equal", "output int8 aaaaaaaaaaaa aaaaaaaaaaaa equal",
        "Keys of the scheme: all 14 equal.", "Scales: all 1 equal.", "Figures: all 1 equal.", "Epochs' figures: none.",
        "Confusion counts: none.",
      ])
  }

  @Test("what differs is there with both values, and nothing else")
  func different() throws {
    let first = try convert(
      scales: [.sample("conv", 0, 0.5), .sample("conv", 1, 0.25), .sample("gone", 0, 1)],
      metrics: [.accuracy(.int8, 0.5), .accuracy(.float32, 0.75)], config: "c", output: "a")
    let second = try convert(
      weightMax: 63, scales: [.sample("conv", 0, 0.5), .sample("conv", 1, 0.25, zeroPoint: 3)],
      metrics: [.accuracy(.int8, 0.625), .accuracy(.float32, 0.75)], config: "d", output: "b", path: "int8-63")
    let found = try lines(first, second)
    for line in [
      "config s.yaml cccccccccccc dddddddddddd differs", "output int8, int8-63 aaaaaaaaaaaa bbbbbbbbbbbb differs",
      "Keys of the scheme that differ: 1 of 14.", "weight_max 127 63", "Scales that differ: 2 of 3.",
      "conv 1 0.25, zero point 0, s8 -127...127 0.25, zero point 3, s8 -127...127",
      "gone 0 1.0, zero point 0, s8 -127...127 –", "Figures that differ: 1 of 2.", "accuracy int8 fraction 0.5 0.625",
    ] {
      #expect(found.contains(line), "\(line)")
    }
    #expect(!found.contains { $0.hasPrefix("conv 0") || $0.contains("float32") || $0.hasPrefix("weight_min") })
  }

  @Test("twenty scales at most, and a count of the rest", arguments: [20, 21, 45])
  func manyScales(_ count: Int) throws {
    let runs = try [Float(1), 2].map { factor in
      try convert(scales: (0..<count).map { .sample("conv", $0, factor) }, output: "a")
    }
    let found = try lines(runs[0], runs[1])
    #expect(found.filter { $0.hasPrefix("conv ") }.count == 20)
    #expect(found.contains("Scales that differ: \(count) of \(count)."))
    #expect(found.filter { $0.hasPrefix("… and ") } == (count > 20 ? ["… and \(count - 20) more"] : []))
  }

  @Test("epochs by number and figure, confusion counts by classes; seconds are no difference")
  func trainings() throws {
    func train(_ losses: [Double], tests: [Double?], counts: [Int], seconds: Double) throws -> Int64 {
      try shelf.run(
        "train",
        results: .init(
          epochs: zip(losses, tests).enumerated().map {
            .init(
              epoch: $0 + 1, loss: $1.0, trainAccuracy: 0.5, testAccuracy: $1.1, seconds: seconds * Double($0 + 1))
          },
          confusion: counts.enumerated().map { .init(model: .int8, actual: 3, predicted: $0, count: $1) }))
    }
    let first = try train([1, .nan], tests: [0.25, nil], counts: [5, 6], seconds: 1)
    let second = try train([1, .nan, 0.5], tests: [0.75, nil, nil], counts: [5, 1000], seconds: 2)
    let found = try lines(first, second)
    let start = try #require(found.firstIndex { $0.hasPrefix("Epochs' figures") })
    #expect(
      found[start...].filter { !$0.hasPrefix("-") } == [
        "Epochs' figures that differ: 3 of 7.", "Epoch Name Run 1 Run 2", "1 test accuracy 0.25 0.75", "3 loss – 0.5",
        "3 train accuracy – 0.5", "Confusion counts that differ: 1 of 2.",
        "Model Actual Predicted Run 1 Run 2", "int8 3 1 6 1,000",
      ])
    #expect(try lines(first, first).suffix(2) == ["Epochs' figures: all 5 equal.", "Confusion counts: all 2 equal."])
  }

  @Test("runs of other settings, and with other files, show them")
  func settings() throws {
    let first = try shelf.run("train", scheme: nil, seed: 1)
    let second = try shelf.run("train", scheme: nil, seed: 2, failing: true, outputs: [.file("a", "float")])
    let found = try lines(first, second)
    for line in [
      "Settings that differ: 2 of 10.", "status succeeded failed", "Error of run 1: –", "Error of run 2: stopped",
      "seed 1 2",
      "output float – aaaaaaaaaaaa in one only", "Keys of the scheme: none.", "Scales: none.", "Figures: none.",
    ] {
      #expect(found.contains(line), "\(line)")
    }
    #expect(try lines(first, first).contains("Files: none."))
  }

  @Test("two stages are not compared")
  func stages() throws {
    let (first, second) = (try shelf.run("fuse"), try shelf.run("convert"))
    let error = FindingsError.differentStages(first, "fuse", second, "convert")
    #expect(throws: error) { try RunDifference(first, second, in: shelf.catalog) }
    #expect(
      "\(error)" == "runs 1 and 2: expected two runs of one stage, found fuse and convert; "
        + "`make history` lists the runs")
  }

  @Test("an unknown run is named, whichever it is")
  func unknown() throws {
    let run = try shelf.run("fuse")
    let error = FindingsError.unknownRun(9, catalog: shelf.catalog.path)
    #expect(throws: error) { try RunDifference(run, 9, in: shelf.catalog) }
    #expect(throws: error) { try RunDifference(9, run, in: shelf.catalog) }
  }
}
