import Catalog
import Testing

/// Old runs go, and nothing that what stays was made of.
@Suite("Pruning")
struct PruningTests {
  let fixture: Fixture
  let catalog: Catalog
  init() throws {
    fixture = try Fixture()
    catalog = try Catalog(path: fixture.path, processes: .fake())
  }

  @discardableResult
  private func run(
    _ stage: String, scheme: String? = nil, reads: [Catalog.Artifact] = [], writes: [Catalog.Artifact] = [],
    fails: Bool = false, _ results: Catalog.RunResults = .init()
  ) throws -> Int64 {
    var results = results
    results.artifacts += reads.map { .init(.input, $0) } + writes.map { .init(.output, $0) }
    let run = try catalog.begin(.plain(stage, scheme: scheme))
    try catalog.finish(run: run, fails ? .failed(error: "no", results: results) : .succeeded(results))
    return run
  }

  /// A training, and twice a conversion of it by each of two schemes.
  private func twoSchemes() throws {
    try run("train", writes: [.plain("a", "float")])
    for round in [0, 1] {
      for (index, scheme) in ["one", "two"].enumerated() {
        let digit = Character("\(2 * round + index)")
        try run("convert", scheme: scheme, reads: [.plain("a", "float")], writes: [.plain(digit, "int8-\(scheme)")])
      }
    }
  }

  private func runs() throws -> [String] { try fixture.select("SELECT id FROM run ORDER BY id") }

  private static let lineage = """
    SELECT output_path, output_sha256, depth, run, role, path, sha256, made_by, made_by_run
    FROM lineage WHERE output_sha256 IN (
      SELECT sha256 FROM artifact JOIN run_artifact ON artifact = id AND role = 'output')
    """

  @Test("the newest of each pipeline, scheme and stage stay; the file is smaller, and sound")
  func newest() throws {
    try twoSchemes()
    for _ in 0..<50 { try run("train", writes: [.plain("a", "float")], .init(metrics: bulk)) }
    let before = try fixture.bytes().count
    let pruning = try catalog.prune(keeping: 1)
    #expect(pruning.runs.map(\.id) == [2, 3] + (6..<55) && pruning.keptRuns == 4)
    // Run 1 made what the conversions read, before they read it.
    #expect(try runs() == ["1", "4", "5", "55"])
    #expect(try fixture.soundness() == ["ok"])
    #expect(try fixture.bytes().count < before / 2)
    #expect(
      try fixture.select("SELECT path, substr(sha256, 1, 1) FROM artifact ORDER BY 2") == [
        "int8-one|2", "int8-two|3", "float|a",
      ])
  }

  private var bulk: [Catalog.Metric] { (0..<400).map { .init("figure \($0)", value: 1, unit: "") } }

  @Test("what stays has the lineage that it had", arguments: [1, 2, 3])
  func lineage(keep: Int) throws {
    // The same bytes again and again, under several paths, before and after they are read; and bytes that a stage reads
    // and writes.
    for round in 0..<4 {
      let float = Character("\(round % 2)")
      try run("fetch", writes: [.plain("d", round == 2 ? "other" : "data")])
      try run("train", reads: [.plain("d", "data")], writes: [.plain(float, "float"), .plain("d", "data")])
      try run("fetch", writes: [.plain("d", "data")])
      for scheme in ["one", "two"] where round != 3 {
        try run("convert", scheme: scheme, reads: [.plain(float, "elsewhere")], writes: [.plain("e", "int8-\(scheme)")])
      }
    }
    let before = Set(try fixture.select(Self.lineage))
    let kept = Set(try fixture.select("SELECT path || sha256 FROM artifact"))
    try catalog.prune(keeping: keep)
    let after = try fixture.select(Self.lineage)
    let stay = Set(
      try fixture.select(
        "SELECT path || '|' || sha256 FROM artifact JOIN run_artifact ON artifact = id AND role = 'output'"))
    #expect(!after.isEmpty && !kept.isEmpty)
    #expect(Set(after) == before.filter { row in stay.contains { row.hasPrefix($0 + "|") } })
    #expect(try fixture.soundness() == ["ok"])
  }

  @Test("the maker that a report asks for stays: the newest that wrote these bytes, though after they were read")
  func reports() throws {
    try run("train", writes: [.plain("a", "float")])
    try run("convert", scheme: "s", reads: [.plain("a", "float")], writes: [.plain("b", "int8")])
    try run("train", writes: [.plain("a", "float")])
    try run("train", writes: [.plain("c", "float")])
    let asked = String(repeating: "a", count: 64)
    let before = try catalog.newestRun(writing: asked, to: "float")
    try catalog.prune(keeping: 1)
    #expect(before?.id == 3)
    #expect(try catalog.newestRun(writing: asked, to: "float") == before)
    #expect(try runs() == ["1", "2", "3", "4"])
  }

  @Test("everything that a run recorded goes with it, and nothing of others")
  func rows() throws {
    let results = Catalog.RunResults(
      quantizationScheme: .init(
        type: "static", profile: "octavo",
        weights: .init(dtype: "s8", quantization: "per_tensor_symmetric", range: -127...127, observer: "min_max"),
        activations: .init(dtype: "u8", quantization: "per_tensor_affine", range: 0...255, observer: "min_max")),
      quantizationParameters: [.plain("conv")], metrics: [.accuracy(.int8, 0.5)],
      epochs: [.init(epoch: 1, loss: 1, seconds: 1)],
      confusion: [.init(model: .int8, actual: 0, predicted: 0, count: 1)],
      benchmarks: [
        .init(
          kind: "kernel", name: "gemm", shape: "1 x 1", instructionSet: "scalar", threads: 1, batch: 1, images: 1,
          passes: 1, seconds: 1, secondsMin: 1, secondsMax: 1, rate: 1, unit: "GOP/s")
      ],
      emulation: .init(
        machine: "cortex-m4", processor: "Arm", images: 1, scores: 10, differingScores: 0, otherClass: 0, flashBytes: 1,
        ramBytes: 1, instructionsPerImage: nil, referenceInstructionsPerImage: nil),
      greedyFlips: [
        .init(window: 0, position: 1, float32Token: 0, int8Token: 1, float32Text: "a", int8Text: "b", margin: 1)
      ], massiveActivations: [.init(tensor: "w2", channel: 0, magnitude: 300, median: 2)], warnings: ["beware"])
    for digit in "ab" { try run("bench", writes: [.plain(digit, "out")], results) }
    let pruning = try catalog.prune(keeping: 1)
    let tables = Catalog.tables.keys.filter { $0 != "run" }.sorted()
    #expect(pruning.rows == Dictionary(uniqueKeysWithValues: tables.map { ($0, 1) }))
    for table in tables where table != "artifact" {
      #expect(try fixture.select("SELECT run FROM \(table)") == ["2"], "\(table)")
    }
    #expect(try fixture.select("SELECT substr(sha256, 1, 1) FROM artifact") == ["b"])
    #expect(try fixture.soundness() == ["ok"])
  }

  @Test("failed runs go, running ones stay, and so does the newest of all: no number is given twice")
  func statuses() throws {
    try run("train", fails: true)
    let running = try catalog.begin(.plain("train"))
    try run("train", writes: [.plain("a", "float")])
    try run("train", fails: true)
    let last = try run("train", fails: true)
    #expect(try catalog.prune(keeping: 5).runs.map(\.id) == [1, 4])
    #expect(try runs() == ["\(running)", "3", "\(last)"])
    #expect(try catalog.begin(.plain("train")) == last + 1)
    try catalog.finish(run: running, .succeeded(.init()))
  }

  @Test("runs without pipeline or scheme are a group of their own")
  func noScheme() throws {
    try run("train")
    try run("train", scheme: "s")
    try run("train")
    #expect(try catalog.prune(keeping: 1).runs.map(\.id) == [1])
  }

  @Test("a dry run says the same and changes no byte; a second pruning removes nothing")
  func dry() throws {
    try twoSchemes()
    let before = try fixture.bytes()
    let dry = try catalog.prune(keeping: 1, isDry: true)
    #expect(try fixture.bytes() == before)
    #expect(try catalog.prune(keeping: 1) == dry && !dry.runs.isEmpty)
    let after = try fixture.bytes()
    let second = try catalog.prune(keeping: 1)
    #expect(second.runs.isEmpty && second.rows.isEmpty && second.keptRuns == 3)
    #expect(try fixture.bytes() == after)
  }

  @Test("an empty catalog has nothing to lose")
  func empty() throws {
    #expect(try catalog.prune(keeping: 1).keptRuns == 0)
  }

  @Test("another process that holds the file is named, and nothing is lost")
  func busy() throws {
    try twoSchemes()
    let impatient = try Catalog(path: fixture.path, busyTimeout: 0.02)
    try fixture.shell().writeWithoutTransaction { database in
      try database.execute(sql: "BEGIN IMMEDIATE")
      #expect(throws: CatalogError.busy(path: fixture.path, seconds: 0.02)) { try impatient.prune(keeping: 1) }
      try database.execute(sql: "ROLLBACK")
    }
    #expect(try runs().count == 5)
  }
}
