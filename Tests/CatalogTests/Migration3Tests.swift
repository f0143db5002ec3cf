import Catalog
import Testing

/// What was timed, and the newest of it.
@Suite("The benchmarks")
struct Migration3Tests {
  let fixture: Fixture
  let catalog: Catalog
  init() throws {
    fixture = try Fixture()
    catalog = try Catalog(path: fixture.path)
  }

  private static let kernel = Catalog.Benchmark(
    kind: "kernel", name: "gemm_f32 conv2", shape: "784 x 32 x 144", instructionSet: "avx2", threads: 1, batch: 64,
    images: 64, passes: 7, seconds: 0.0025, secondsMin: 0.002, secondsMax: 0.003, rate: 185, unit: "GOP/s",
    percentOfCeiling: 72.5)
  private static let growth = Catalog.Benchmark(
    kind: "growth", name: "int8 over images", shape: "1x28x28", instructionSet: "avx2", threads: 2, batch: 64,
    images: 25, passes: 1, seconds: 0.5, secondsMin: 0.5, secondsMax: 0.5, rate: 50, unit: "images/s",
    memoryBytes: 1_000_000)

  private func run(_ benchmarks: [Catalog.Benchmark], cpu: String = "A processor") throws -> Int64 {
    let run = try catalog.begin(
      .init(
        stage: "bench", pipeline: "digits", scheme: "s", command: ["bench"], octavoVersion: "0", gitCommit: "c0ffee",
        cpu: cpu, instructionSet: "avx2", threads: 2))
    try catalog.finish(run: run, .succeeded(.init(benchmarks: benchmarks)))
    return run
  }

  @Test("rows come back as they were recorded, kernels first")
  func roundTrip() throws {
    let run = try run([Self.growth, Self.kernel])
    #expect(try catalog.benchmarks(of: run) == [Self.kernel, Self.growth])
    #expect(try catalog.benchmarks(of: run + 1) == [])
  }

  @Test("the view: of each piece of work the newest, of each processor; none of a run that failed")
  func view() throws {
    _ = try run([Self.kernel, Self.growth])
    var faster = Self.kernel
    (faster.seconds, faster.rate) = (0.002, 231.25)
    _ = try run([faster])
    _ = try run([Self.kernel], cpu: "Another")
    let failed = try catalog.begin(.plain("bench"))
    try catalog.finish(run: failed, .failed(error: "no", results: .init(benchmarks: [Self.kernel])))
    let rows = try fixture.select(
      """
      SELECT pipeline, scheme, kind, name, shape, instruction_set, threads, batch, images, milliseconds,
        spread_percent, rate, unit, percent_of_ceiling, memory_bytes, cpu, git_commit, run FROM benchmarks
      """)
    let kernel = "digits|s|kernel|gemm_f32 conv2|784 x 32 x 144|avx2|1|64|64"
    #expect(
      rows == [
        "digits|s|growth|int8 over images|1x28x28|avx2|2|64|25|500.0|0.0|50.0|images/s|NULL|1000000|A processor|c0ffee|1",
        "\(kernel)|2.5|50.0|185.0|GOP/s|72.5|NULL|Another|c0ffee|3",
        "\(kernel)|2.0|50.0|231.25|GOP/s|72.5|NULL|A processor|c0ffee|2",
      ])
  }

  @Test("the schema refuses what is no measurement")
  func refuses() throws {
    let wrong: [(inout Catalog.Benchmark) -> Void] = [
      { $0.kind = "guess" }, { $0.unit = "furlongs" }, { $0.passes = 0 }, { $0.threads = 0 }, { $0.seconds = 0 },
      { $0.secondsMin = 1 }, { $0.secondsMax = 0.001 }, { $0.rate = 0 }, { $0.name = "" }, { $0.images = 0 },
      { $0.percentOfCeiling = 0 }, { $0.memoryBytes = -1 },
    ]
    for (index, change) in wrong.enumerated() {
      var row = Self.kernel
      change(&row)
      #expect(line { _ = try run([row]) } != nil, "change \(index)")
    }
    #expect(line { _ = try run([Self.kernel, Self.kernel]) } != nil)
  }
}
