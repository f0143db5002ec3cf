import Catalog
import GRDB
import Testing

/// Who made a file's ancestors, what each layer costs, and whether a difference may be chance.
@Suite("The views of version 5")
struct Migration5Tests {
  let fixture: Fixture
  let catalog: Catalog
  init() throws {
    fixture = try Fixture()
    catalog = try Catalog(path: fixture.path)
  }

  @discardableResult
  private func run(
    _ stage: String, scheme: String? = "s", config: [Catalog.Artifact] = [], reads: [Catalog.Artifact] = [],
    writes: [Catalog.Artifact] = [], _ metrics: [Catalog.Metric] = [], fails: Bool = false
  ) throws -> Int64 {
    let files =
      config.map { Catalog.RunArtifact(.config, $0) } + reads.map { .init(.input, $0) }
      + writes.map { .init(.output, $0) }
    let run = try catalog.begin(.plain(stage, scheme: scheme))
    let results = Catalog.RunResults(artifacts: files, metrics: metrics)
    try catalog.finish(run: run, fails ? .failed(error: "no", results: results) : .succeeded(results))
    return run
  }

  @Test("lineage: every ancestor with who read it and who made it; what came from outside was made by none")
  func lineage() throws {
    let (data, config) = (Catalog.Artifact.plain("a", "data", bytes: 7), Catalog.Artifact.plain("c", "train.yaml"))
    try run("train", scheme: nil, config: [config], reads: [data], writes: [.plain("d", "old")], fails: true)
    try run("train", scheme: nil, config: [config], reads: [data], writes: [.plain("d", "float")])
    // The same bytes once more, after they were read: another maker, and none of this file's.
    try run("convert", reads: [.plain("d", "renamed")], writes: [.plain("e", "int8")])
    try run("train", scheme: nil, config: [config], writes: [.plain("d", "float")])
    let rows = try fixture.select(
      """
      SELECT depth, run, stage, pipeline, scheme, role, kind, path, bytes, made_by, made_by_run
      FROM lineage WHERE output_path = 'int8'
      """)
    #expect(
      rows == [
        "1|3|convert|digits|s|input|checkpoint|renamed|1000|train|2",
        "2|2|train|digits|NULL|config|checkpoint|train.yaml|1000|NULL|NULL",
        "2|2|train|digits|NULL|input|checkpoint|data|7|NULL|NULL",
      ])
  }

  @Test("lineage: bytes read under the path they were written to, by the newest run before the reader")
  func newestMaker() throws {
    for _ in 0..<3 { try run("fetch", scheme: nil, writes: [.plain("a", "data")]) }
    try run("train", scheme: nil, reads: [.plain("a", "data")], writes: [.plain("b", "float")])
    #expect(try fixture.select("SELECT made_by_run FROM lineage WHERE output_path = 'float'") == ["3"])
  }

  private func costs(_ layer: String, _ accuracy: Double, agreement: Double = 1, sqnr: Double = 40) -> [Catalog.Metric]
  {
    [("accuracy", accuracy, "fraction"), ("agreement", agreement, "fraction"), ("sqnr", sqnr, "dB")].map {
      Catalog.Metric("sensitivity_\($0.0)", model: .int8, layer: layer, value: $0.1, unit: $0.2)
    }
  }

  @Test("sensitivity: the most costly layer first, of the newest run that succeeded of each scheme")
  func sensitivity() throws {
    try run("sensitivity", scheme: "b", [.accuracy(.float32, 0.9)] + costs("old", 0.1))
    try run(
      "sensitivity", scheme: "b",
      [.accuracy(.float32, 0.9)] + costs("conv", 0.9, sqnr: 30) + costs("fc", 0.875, agreement: 0.95, sqnr: 50)
        + costs("last", 0.9, agreement: 0.5) + costs("free", 0.9, sqnr: .infinity))
    try run("sensitivity", scheme: "a", costs("conv", 0.5))
    try run("sensitivity", scheme: "a", [.accuracy(.float32, 0.9)] + costs("conv", 0.1), fails: true)
    try run("evaluate", scheme: "a", costs("conv", 0.2))
    #expect(
      try fixture.select(
        """
        SELECT scheme, layer, float32_percent, int8_percent, drop_points, agreement_percent, sqnr_db, run
        FROM sensitivity
        """) == [
          "a|conv|NULL|50.0|NULL|100.0|40.0|3", "b|fc|90.0|87.5|2.5|95.0|50.0|2", "b|last|90.0|90.0|0.0|50.0|40.0|2",
          "b|conv|90.0|90.0|0.0|100.0|30.0|2", "b|free|90.0|90.0|0.0|100.0|inf|2",
        ])
  }

  @Test("paired_test: accuracy_drop's columns and the test; NULL where an evaluation did not count")
  func pairedTest() throws {
    try run("evaluate", [.accuracy(.float32, 0.75), .accuracy(.int8, 0.5)])
    try run(
      "evaluate",
      [
        .accuracy(.float32, 0.75), .accuracy(.int8, 0.5), .init("only_float32_right", value: 3, unit: "images"),
        .init("only_int8_right", value: 1, unit: "images"), .init("mcnemar_p", value: 0.625, unit: ""),
        // A figure of that name that is not the network's.
        .init("mcnemar_p", layer: "conv", value: 0.1, unit: ""),
      ])
    #expect(
      try fixture.select(
        "SELECT run, drop_points, only_float32_right, only_int8_right, mcnemar_p FROM paired_test")
        == ["2|25.0|3|1|0.625", "1|25.0|NULL|NULL|NULL"])
    let shared = "run, pipeline, scheme, dataset, float32_percent, int8_percent, drop_points, started_at"
    #expect(
      try fixture.select("SELECT \(shared) FROM paired_test") == fixture.select("SELECT * FROM accuracy_drop"))
  }

  /// Catches a column's name or comment that slipped to its neighbour: names must be what the SELECT itself would give.
  @Test(
    "the older views have the columns that they had", arguments: ["accuracy", "speed", "scale", "scheme", "benchmarks"])
  func columns(view: String) throws {
    let sql = try #require(try fixture.select("SELECT sql FROM sqlite_schema WHERE name = '\(view)'").first)
    let body = try #require(sql.split(separator: "\n) AS\n", maxSplits: 1).last)
    let names = try fixture.shell().read { try $0.makeStatement(sql: String(body)).columnNames }
    #expect(try fixture.select("SELECT name FROM pragma_table_info('\(view)')") == names)
  }
}
