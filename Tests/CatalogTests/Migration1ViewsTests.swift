import Catalog
import Testing

/// The views over rows made by hand; every expected figure is worked out by hand.
@Suite("The views")
struct Migration1ViewsTests {
  let fixture: Fixture
  init() throws {
    fixture = try Fixture()
    _ = try Catalog(path: fixture.path)
    try fixture.execute(Self.rows)
  }

  /// A run on the first of January at ten, as many minutes past as its number says.
  private static func run(
    _ id: Int, _ stage: String, scheme: String = "NULL", _ status: String = "succeeded",
    until finished: String?, error: String = "NULL", dataset: String = "NULL"
  ) -> String {
    let end = finished.map { "'2026-01-01T10:\($0)Z'" } ?? "NULL"
    return """
      INSERT INTO run (id, stage, pipeline, scheme, status, started_at, finished_at, error, dataset, command,
        octavo_version, host, cpu, instruction_set, threads, pid, process_start, boot_id)
      VALUES (\(id), '\(stage)', 'digits', \(scheme), '\(status)', '2026-01-01T10:0\(id):00.000Z', \(end),
        \(error), \(dataset), 'c', '0', 'h', 'A processor', 'avx2', 2, 1, 1, 'b');
      """
  }

  /// Train, fuse, two conversions and an evaluation of one scheme; one conversion that failed; an
  /// evaluation still at work.
  private static let rows = """
    \(run(1, "train", until: "02:30.250", dataset: "'mnist'"))
    \(run(2, "fuse", until: "02:01.000"))
    \(run(3, "convert", scheme: "'minmax'", until: "03:00.500"))
    \(run(4, "convert", scheme: "'minmax'", until: "04:00.500"))
    \(run(5, "convert", scheme: "'minmax'", "failed", until: "05:00.001", error: "'no such tensor'"))
    \(run(6, "evaluate", scheme: "'minmax'", until: "06:02.000", dataset: "'mnist'"))
    \(run(7, "evaluate", scheme: "'minmax'", "running", until: nil, dataset: "'mnist'"))
    INSERT INTO epoch VALUES (1, 1, 0.5, 0.9, 0.91, 45.0), (1, 2, 0.25, 0.95, 0.9875, 45.25);
    INSERT INTO artifact VALUES
      (1, '\(digest("a"))', 40000, 'float.safetensors', 'checkpoint'),
      (2, '\(digest("b"))', 39000, 'fused.safetensors', 'checkpoint'),
      (3, '\(digest("c"))', 9000, 'int8.safetensors', 'checkpoint'),
      (4, '\(digest("d"))', 10000, 'int8.safetensors', 'checkpoint'),
      (5, '\(digest("e"))', 120, 'minmax.yaml', 'config'),
      (6, '\(digest("b"))', 39000, './fused.safetensors', 'checkpoint');
    INSERT INTO run_artifact VALUES
      (1, 1, 'output'), (2, 1, 'input'), (2, 2, 'output'), (3, 2, 'input'), (3, 3, 'output'),
      (4, 5, 'config'), (4, 6, 'input'), (4, 4, 'output');
    INSERT INTO quantization_parameter (
      run, tensor, channel, scale, zero_point, quant_min, quant_max, dtype, scheme, observer, observed_min, observed_max)
    VALUES
      (3, 'conv1.weight', 0, 0.75, 0, -127, 127, 's8', 'per_tensor_symmetric', 'min_max', -1.0, 1.0),
      (4, 'conv1.weight', 1, 0.25, 0, -127, 127, 's8', 'per_channel_symmetric', 'min_max', -2.0, 1.0),
      (4, 'conv1.weight', 0, 0.5, 0, -127, 127, 's8', 'per_channel_symmetric', 'min_max', -1.0, 4.0),
      (4, 'conv1', 0, 0.125, 3, 0, 255, 'u8', 'per_tensor_affine', 'histogram', NULL, NULL);
    INSERT INTO metric VALUES
      (6, 'float32', '', 'accuracy', 0.9875, 'fraction'), (6, 'int8', '', 'accuracy', 0.9862, 'fraction'),
      (6, 'int8', 'conv1', 'accuracy', 0.5, 'a name that a layer may use too'),
      (6, 'float32', '', 'file_bytes', 40000.0, 'bytes'), (6, 'int8', '', 'file_bytes', 10000.0, 'bytes'),
      (6, 'float32', '', 'images_per_second', 2000.0, 'images/s'),
      (6, 'int8', '', 'images_per_second', 5000.0, 'images/s'),
      (6, '', '', 'batch', 64.0, 'images'),
      (7, 'float32', '', 'accuracy', 0.1, 'fraction');
    """

  private static func digest(_ digit: Character) -> String { String(repeating: digit, count: 64) }
  private func digest(_ digit: Character) -> String { Self.digest(digit) }

  @Test("history: newest first, each with the figure a reader looks for")
  func history() throws {
    #expect(
      try fixture.select("SELECT * FROM history") == [
        "7|digits|evaluate|minmax|mnist|running|2026-01-01 10:07:00|NULL|NULL",
        "6|digits|evaluate|minmax|mnist|succeeded|2026-01-01 10:06:00|2.0|int8 98.62 %, float32 98.75 %",
        "5|digits|convert|minmax|NULL|failed|2026-01-01 10:05:00|0.001|no such tensor",
        "4|digits|convert|minmax|NULL|succeeded|2026-01-01 10:04:00|0.5|10,000 bytes",
        "3|digits|convert|minmax|NULL|succeeded|2026-01-01 10:03:00|0.5|9,000 bytes",
        "2|digits|fuse|NULL|NULL|succeeded|2026-01-01 10:02:00|1.0|39,000 bytes",
        "1|digits|train|NULL|mnist|succeeded|2026-01-01 10:01:00|90.25|test accuracy 98.75 %",
      ])
  }

  @Test("accuracy: succeeded evaluations only, the network's figure and no layer's")
  func accuracy() throws {
    #expect(
      try fixture.select("SELECT * FROM accuracy") == [
        "6|digits|minmax|mnist|0.9875|0.9862|2026-01-01T10:06:00.000Z"
      ])
  }

  @Test("accuracy_drop: percentage points, above zero when int8 is worse")
  func accuracyDrop() throws {
    #expect(
      try fixture.select("SELECT * FROM accuracy_drop") == [
        "6|digits|minmax|mnist|98.75|98.62|0.13|2026-01-01T10:06:00.000Z"
      ])
  }

  @Test("file_size: 40,000 / 10,000 = 4")
  func fileSize() throws {
    #expect(try fixture.select("SELECT * FROM file_size") == ["6|digits|minmax|40000|10000|4.0"])
  }

  @Test("speed: 5,000 / 2,000 = 2.5, with what it depends on")
  func speed() throws {
    #expect(
      try fixture.select("SELECT * FROM speed") == [
        "6|digits|minmax|2000.0|5000.0|2.5|64|2|avx2|A processor"
      ])
  }

  @Test("scale: of the newest conversion that succeeded, with the run and the file it went into")
  func scale() throws {
    let origin = "4|int8.safetensors|\(digest("d"))"
    #expect(
      try fixture.select("SELECT * FROM scale") == [
        "digits|minmax|conv1|0|0.125|3|0|255|u8|per_tensor_affine|histogram|NULL|NULL|NULL|\(origin)",
        "digits|minmax|conv1.weight|0|0.5|0|-127|127|s8|per_channel_symmetric|min_max|-1.0|4.0|NULL|\(origin)",
        "digits|minmax|conv1.weight|1|0.25|0|-127|127|s8|per_channel_symmetric|min_max|-2.0|1.0|NULL|\(origin)",
      ])
  }

  @Test("lineage: from the int8 file back to the training, by content, not by path")
  func lineage() throws {
    let rows = try fixture.select(
      "SELECT depth, run, stage, role, path FROM lineage WHERE output_sha256 = '\(digest("d"))'")
    #expect(
      rows == [
        "1|4|convert|config|minmax.yaml",
        "1|4|convert|input|./fused.safetensors",
        "2|2|fuse|input|float.safetensors",
      ])
  }

  @Test("lineage ends when a stage writes the bytes that it read")
  func lineageEnds() throws {
    try fixture.execute("INSERT INTO run_artifact VALUES (2, 2, 'input'), (3, 2, 'output')")
    let rows = try fixture.select(
      "SELECT depth, run, path FROM lineage WHERE output_path = 'fused.safetensors' ORDER BY depth, path")
    #expect(
      rows == ["1|3|fused.safetensors", "2|2|float.safetensors", "2|2|fused.safetensors"])
  }
}
