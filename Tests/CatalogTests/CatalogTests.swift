import Catalog
import Foundation
import GRDB
import Testing

@Suite("Recording runs")
struct CatalogTests {
  let fixture: Fixture
  init() throws { fixture = try Fixture() }

  private func opened() throws -> Catalog {
    try Catalog(
      path: fixture.path, busyTimeout: 0.02, processes: .fake(),
      now: { Date(timeIntervalSince1970: 1_767_225_600.125) }, uptime: { 7 })
  }

  @Test("a run that begins is there at once, with all that is known of it")
  func begins() throws {
    let run = try opened().begin(
      .plain(artifacts: [.init(.input, .plain("a", "fused.safetensors"))]))
    let columns = """
      id, stage, pipeline, scheme, status, started_at, finished_at, duration_s, error, seed, dataset, command,
      octavo_version, git_commit, host, cpu, instruction_set, threads, pid, process_start, boot_id,
      peak_memory_bytes
      """
    #expect(
      try fixture.select("SELECT \(columns) FROM run") == [
        "\(run)|convert|digits|per-channel|running|2026-01-01T00:00:00.125Z|NULL|NULL|NULL|7|mnist|"
          + "convert --config 'a b.yaml'|0.1.0|NULL|press|A processor|avx2|2|100|5000|boot-1|NULL"
      ])
    #expect(
      try fixture.select("SELECT run, role, path FROM run_artifact JOIN artifact ON id = artifact")
        == ["\(run)|input|fused.safetensors"])
  }

  @Test("a run that succeeds tells everything, and it is read back as it was told")
  func succeeds() throws {
    let catalog = try opened()
    let run = try catalog.begin(.plain())
    let results = Catalog.RunResults(
      artifacts: [.init(.config, .plain("b", "a.yaml")), .init(.output, .plain("c", "int8.safetensors"))],
      quantizationParameters: [.plain("w", channel: 0), .plain("w", channel: 1, scale: 0x1.fffffep-20)],
      metrics: [.accuracy(.float32, 0.5), .accuracy(.int8, 0.25)],
      epochs: [.init(epoch: 1, loss: 0.1, trainAccuracy: 0.5, testAccuracy: nil, seconds: 2)],
      confusion: [.init(model: .int8, actual: 3, predicted: 5, count: 12)])
    try catalog.finish(run: run, .succeeded(results))

    let row = try #require(try catalog.run(run))
    #expect(row.status == .succeeded)
    #expect(row.seconds == 0)
    #expect(row.peakMemoryBytes == 4096)
    #expect(row.process == ProcessIdentity(host: "press", pid: 100, startTicks: 5000, bootID: "boot-1"))
    #expect(try catalog.artifacts(of: run) == results.artifacts)
    #expect(try catalog.quantizationParameters(of: run) == results.quantizationParameters)
    #expect(try catalog.metrics(of: run) == results.metrics)
    #expect(try catalog.epochs(of: run) == results.epochs)
    #expect(try catalog.confusion(of: run) == results.confusion)
  }

  /// Catches a scale rounded through decimal text, which changes the integers computed from it.
  @Test("a float32 scale is held exactly")
  func exactScale() throws {
    let catalog = try opened()
    let run = try catalog.begin(.plain())
    let scale: Float = 0.1
    try catalog.finish(run: run, .succeeded(.init(quantizationParameters: [.plain("w", scale: scale)])))
    let stored = try fixture.shell().read {
      try Double.fetchOne($0, sql: "SELECT scale FROM quantization_parameter")
    }
    #expect(stored == 0.100000001490116119384765625)
  }

  @Test("figures that are not numbers are kept as such, and infinite ones too")
  func notANumber() throws {
    let catalog = try opened()
    let run = try catalog.begin(.plain("train", scheme: nil))
    try catalog.finish(
      run: run,
      .succeeded(
        .init(
          metrics: [
            .init("sqnr", value: .infinity, unit: "dB"), .init("worse", value: .nan, unit: "dB"),
          ],
          epochs: [.init(epoch: 1, loss: .nan, seconds: 1)])))
    #expect(try catalog.metrics(of: run).map(\.value.description) == ["inf", "nan"])
    #expect(try catalog.epochs(of: run)[0].loss.isNaN)
    #expect(try fixture.select("SELECT result FROM history") == ["loss is not a number"])
  }

  @Test("a failed run says why, and may still tell its figures")
  func fails() throws {
    let catalog = try opened()
    let run = try catalog.begin(.plain())
    try catalog.finish(
      run: run,
      .failed(error: "accuracy: 91.00 %, limit 97.00 %", results: .init(metrics: [.accuracy(.int8, 0.91)])))
    #expect(
      try fixture.select("SELECT status, result FROM history") == [
        "failed|accuracy: 91.00 %, limit 97.00 %"
      ])
    #expect(try catalog.metrics(of: run).count == 1)
  }

  @Test("all or nothing: a refused row leaves the run running and none of its rows")
  func allOrNothing() throws {
    let catalog = try opened()
    let run = try catalog.begin(.plain())
    let results = Catalog.RunResults(
      artifacts: [.init(.output, .plain("c", "int8.safetensors"))],
      quantizationParameters: [.plain("w")],
      metrics: [.accuracy(.int8, 0.9), .accuracy(.int8, 0.8)])
    let error = line { try catalog.finish(run: run, .succeeded(results)) }
    #expect(error?.hasPrefix("catalog \(fixture.path): a row was refused (UNIQUE constraint failed") == true)
    #expect(try catalog.run(run)?.status == .running)
    for table in ["artifact", "run_artifact", "quantization_parameter", "metric"] {
      #expect(try fixture.select("SELECT count(*) FROM \(table)") == ["0"], "\(table)")
    }
    try catalog.finish(run: run, .succeeded(.init(metrics: [.accuracy(.int8, 0.9)])))
    #expect(try catalog.run(run)?.status == .succeeded)
  }

  @Test("a run is closed once")
  func closedOnce() throws {
    let catalog = try opened()
    let run = try catalog.begin(.plain())
    try catalog.finish(run: run, .succeeded(.init()))
    #expect(
      throws: CatalogError.closedRun(path: fixture.path, run: run, status: "succeeded")
    ) { try catalog.finish(run: run, .failed(error: "late")) }
    #expect(throws: CatalogError.unknownRun(path: fixture.path, run: 99)) {
      try catalog.finish(run: 99, .failed(error: "who?"))
    }
  }

  @Test("busy beyond the timeout is a clear error, and afterwards the run can be recorded")
  func busy() throws {
    let catalog = try opened()
    let run = try catalog.begin(.plain())
    let shell = try fixture.shell()
    try shell.writeWithoutTransaction { database in
      try database.execute(sql: "BEGIN IMMEDIATE")
      #expect(
        line { try catalog.finish(run: run, .succeeded(.init())) }
          == "catalog \(fixture.path): busy for 0.02 s: another process holds it; "
          + "end that process or its transaction, then run again")
      try database.execute(sql: "ROLLBACK")
    }
    try catalog.finish(run: run, .succeeded(.init()))
  }

  @Test("the same bytes under the same path are one artifact, read by many runs")
  func sharedArtifact() throws {
    let catalog = try opened()
    let file = Catalog.RunArtifact(.output, .plain("a", "float.safetensors"))
    let train = try catalog.begin(.plain("train", scheme: nil))
    try catalog.finish(run: train, .succeeded(.init(artifacts: [file, file])))
    let fuse = try catalog.begin(.plain("fuse", scheme: nil, artifacts: [.init(.input, file.artifact)]))
    try catalog.finish(run: fuse, .succeeded(.init(artifacts: [.init(.input, file.artifact)])))
    #expect(try fixture.select("SELECT count(*) FROM artifact") == ["1"])
    #expect(
      try fixture.select("SELECT run, role FROM run_artifact ORDER BY run")
        == ["\(train)|output", "\(fuse)|input"])
  }

  /// Eight writers, fifty runs each, a connection of their own each: none waits in vain, none is lost.
  @Test("parallel writers lose nothing")
  func parallelWriters() async throws {
    let fixture = self.fixture
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          let catalog = try Catalog(path: fixture.path)
          for number in 0..<50 {
            let run = try catalog.begin(.plain(scheme: "writer-\(writer)"))
            let digit = Character(String(writer))
            try catalog.finish(
              run: run,
              .succeeded(
                .init(
                  artifacts: [.init(.output, .plain(digit, "file-\(number)"))],
                  metrics: [.accuracy(.int8, Double(number) / 50)])))
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try fixture.select("SELECT status, count(*) FROM run GROUP BY status") == ["succeeded|400"])
    #expect(try fixture.select("SELECT count(*) FROM metric") == ["400"])
    #expect(try fixture.select("SELECT count(*), count(DISTINCT artifact) FROM run_artifact") == ["400|400"])
    #expect(try fixture.soundness() == ["ok"])
  }
}
