import Catalog
import Foundation
import Testing

@Suite("The schema")
struct Migration1Tests {
  let fixture: Fixture
  init() throws {
    fixture = try Fixture()
    _ = try Catalog(path: fixture.path)
  }

  @Test("every table is STRICT")
  func strict() throws {
    let tables = try fixture.select(
      """
      SELECT name, strict FROM pragma_table_list
      WHERE schema = 'main' AND type = 'table' AND name <> 'sqlite_schema' ORDER BY name
      """)
    #expect(
      tables == [
        "artifact|1", "benchmark|1", "confusion|1", "emulation|1", "epoch|1", "greedy_flip|1",
        "massive_activation|1", "metric|1", "quantization_parameter|1", "quantization_scheme|1", "run|1",
        "run_artifact|1", "warning|1",
      ])
  }

  @Test("the header says whose file it is and which version")
  func header() throws {
    #expect(try fixture.select("PRAGMA application_id") == ["1329812566"])
    #expect(try fixture.bytes()[68..<72] == .init("OCTV".utf8))
    #expect(try fixture.select("PRAGMA user_version") == ["8"])
    #expect(try fixture.select("PRAGMA journal_mode") == ["delete"])
  }

  @Test("every table and view explains itself in .schema")
  func comments() throws {
    let silent = try fixture.select(
      """
      SELECT name FROM sqlite_schema
      WHERE type IN ('table', 'view') AND sql NOT GLOB '*' || char(10) || ' * -- *'
      """)
    #expect(silent == [])
  }

  @Test(
    "a run that contradicts itself is refused",
    arguments: [
      ("'', 'p', 's', 'running', NOW, NULL, NULL", "no stage"),
      ("'fuse', NULL, 's', 'running', NOW, NULL, NULL", "a scheme of no pipeline"),
      ("'fuse', 'p', 's', 'ok', NOW, NULL, NULL", "an unknown status"),
      ("'fuse', 'p', 's', 'running', '2026-01-01 00:00:00', NULL, NULL", "another time format"),
      ("'fuse', 'p', 's', 'running', '2026-13-01T00:00:00.000Z', NULL, NULL", "a thirteenth month"),
      ("'fuse', 'p', 's', 'succeeded', NOW, 'yesterday', NULL", "another time format at the end"),
      ("'fuse', 'p', 's', 'running', NOW, NOW, NULL", "at work, yet ended"),
      ("'fuse', 'p', 's', 'succeeded', NOW, NULL, NULL", "ended at no time"),
      ("'fuse', 'p', 's', 'succeeded', NOW, NOW, 'no'", "succeeded, yet an error"),
      ("'fuse', 'p', 's', 'failed', NOW, NOW, NULL", "failed for no reason"),
      ("'fuse', 'p', 's', 'lost', NOW, NOW, 'x'", "lost, yet ended"),
    ])
  func refusedRun(values: String, why: String) throws {
    let error = line { try insertRun(values) }
    #expect(error?.contains("CHECK constraint failed") == true, "\(why): \(error ?? "accepted")")
  }

  @Test(
    "a row that breaks a rule is refused",
    arguments: [
      ("metric VALUES (2, '', '', 'accuracy', 1.0, '')", "FOREIGN KEY"),
      ("metric VALUES (1, 'int4', '', 'accuracy', 1.0, '')", "CHECK"),
      ("metric VALUES (1, '', '', 'accuracy', 'good', '')", "cannot store TEXT value in REAL column"),
      ("metric VALUES (1, '', '', 'a', 1.0, ''), (1, '', '', 'a', 2.0, '')", "UNIQUE"),
      ("epoch VALUES (1, 0, 0.5, NULL, NULL, 1.0)", "CHECK"),
      ("epoch VALUES (1, 1, 0.5, 1.5, NULL, 1.0)", "CHECK"),
      ("confusion VALUES (1, 'int8', 0, 0, -1)", "CHECK"),
      ("artifact VALUES (1, 'abc', 1, 'p', 'k')", "CHECK"),
      ("artifact VALUES (1, '\(String(repeating: "A", count: 64))', 1, 'p', 'k')", "CHECK"),
      ("run_artifact VALUES (1, 9, 'output')", "FOREIGN KEY"),
    ])
  func refusedRow(values: String, why: String) throws {
    try insertRun("'convert', 'p', 's', 'running', NOW, NULL, NULL")
    let error = line { try fixture.execute("INSERT INTO \(values)") }
    #expect(error?.contains(why) == true, "\(error ?? "accepted")")
  }

  /// Channel, scale, zero point, quant min and max, scheme, observed min and max.
  @Test(
    "a quantization parameter that cannot be is refused",
    arguments: [
      ("0, 0.0, 0, -127, 127, 'per_tensor_affine', 0, 1", "a scale of zero"),
      ("0, -0.1, 0, -127, 127, 'per_tensor_affine', 0, 1", "a negative scale"),
      ("0, 0.1, 200, -127, 127, 'per_tensor_affine', 0, 1", "a zero point out of range"),
      ("1, 0.1, 0, -127, 127, 'per_tensor_affine', 0, 1", "a channel of a tensor that has one scale"),
      ("0, 0.1, 0, 127, -127, 'per_tensor_affine', 0, 1", "an empty range of integers"),
      ("0, 0.1, 0, -127, 127, 'affine', 0, 1", "a scheme without granularity"),
      ("0, 0.1, 0, -127, 127, 'per_tensor_affine', 1, 0", "a range upside down"),
      ("0, 0.1, 0, -127, 127, 'per_tensor_affine', 1, NULL", "half a range"),
    ])
  func refusedParameter(values: String, why: String) throws {
    try insertRun("'convert', 'p', 's', 'running', NOW, NULL, NULL")
    let insert = """
      INSERT INTO quantization_parameter (run, tensor, dtype, observer, channel, scale, zero_point, quant_min,
        quant_max, scheme, observed_min, observed_max)
      VALUES (1, 't', 's8', 'min_max',
      """
    try fixture.execute(insert + "9, 0.1, 0, -127, 127, 'per_channel_affine', 0, 1)")
    let error = line { try fixture.execute(insert + values + ")") }
    #expect(error?.contains("CHECK constraint failed") == true, "\(why): \(error ?? "accepted")")
  }

  private func insertRun(_ values: String) throws {
    let values = values.replacingOccurrences(of: "NOW", with: "'2026-01-01T00:00:00.000Z'")
    try fixture.execute(
      """
      INSERT INTO run (id, stage, pipeline, scheme, status, started_at, finished_at, error, command,
        octavo_version, host, cpu, instruction_set, threads, pid, process_start, boot_id)
      VALUES (1, \(values), 'c', '0', 'h', 'c', 'scalar', 1, 1, 1, 'b')
      """)
  }
}
