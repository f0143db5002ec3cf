import Benchmarks
import Catalog
import Kernels
import Layers
import TestSupport
import Testing

/// A whole benchmark of a tiny network. No claim about time: only about what is measured and what becomes of it.
@Suite struct BenchmarkTests {
  private static let report = Result {
    try Benchmark.run(Sample.models(), compute: Compute(.best, threads: 2), passes: 1)
  }

  @Test func everythingIsMeasured() throws {
    let report = try Self.report.get()
    #expect(Set(report.rows.map(\.kind)) == Set(BenchmarkRow.Kind.allCases))
    let networks = report.rows.filter { $0.kind == .endToEnd }.map { "\($0.name) \($0.batch) \($0.threads)" }
    let expected = [1, 64, 1000].flatMap { batch in
      [1, 2].flatMap { threads in ["float32", "int8"].map { "\($0) \(batch) \(threads)" } }
    }
    #expect(networks == expected)
    #expect(report.ceilings.map { "\($0.loop) \($0.threads)" }.count == 6)
    #expect(
      report.growth.map { "\($0.model) \($0.over.rawValue) \($0.sizes)" } == [
        "float32 images [2, 5, 10, 21]", "int8 images [2, 5, 10, 21]", "evaluate images [2, 5, 10, 21]",
        "float32 batch [1, 4, 16, 64, 256]", "int8 batch [1, 4, 16, 64, 256]", "float32 threads [1, 2]",
        "int8 threads [1, 2]", "float32 channels [8, 16, 32, 64]", "int8 channels [8, 16, 32, 64]",
      ])
    #expect(report.growth.allSatisfy { $0.timeExponent != nil })
  }

  @Test func itsFileReadsBack() throws {
    let report = try Self.report.get()
    #expect(try BenchmarkReport(json: report.json()) == report)
  }

  @Test func itsRowsGoThroughTheCatalog() throws {
    let folder = try TemporaryFolder()
    let catalog = try Catalog(path: folder.path("catalog.sqlite"))
    let run = try catalog.begin(
      .init(stage: "bench", command: ["bench"], octavoVersion: "0", cpu: "x", instructionSet: "y", threads: 2))
    let record = try Self.report.get().record
    try catalog.finish(run: run, .succeeded(record))
    #expect(try Set(catalog.benchmarks(of: run)) == Set(record.benchmarks))
    let names = try catalog.metrics(of: run).map { "\($0.name) \($0.model?.rawValue ?? "-")" }
    #expect(Set(names).count == record.metrics.count)
    for name in [
      "ceiling_f32_1_threads -", "ceiling_wide_2_threads -", "time_exponent_over_batch int8",
      "evaluate_time_exponent_over_images -", "time_exponent_over_channels float32",
    ] { #expect(names.contains(name), "\(name)") }
  }

  @Test func aNetworkOfAWidthQuantizes() throws {
    let models = try GrowthNetwork.models(channels: 4, like: Sample.models(), compute: Compute(.best))
    #expect(models.float.network.layers.count == 5)
    #expect(models.int8.layers.keys.sorted() == ["conv1", "conv2", "fc"])
    try models.verify(Compute(.best))
  }
}
