import Timing
import Kernels

/// Verifies, then times: kernels, whole networks, and how time and memory grow.
public enum Benchmark {
  /// How long a pass of a kernel lasts at least, in seconds, and one of a network.
  private static let (kernelSeconds, networkSeconds) = (0.002, 0.02)
  /// How long a pass over the test set may last.
  private static let passSeconds = 4.0

  /// Measures everything.
  /// - Parameters:
  ///   - passes: timed passes of each piece of work, an odd number.
  ///   - say: told a line for each part.
  ///   - progress: told how much of a part is done.
  /// - Throws: `BenchmarkError` when a result is not the scalar reference's; nothing is timed then.
  public static func run(
    _ models: BenchmarkModels, compute: Compute, passes: Int, say: (String) -> Void = { _ in },
    progress: (_ done: Int, _ total: Int, _ what: String) -> Void = { _, _, _ in }
  ) throws -> BenchmarkReport {
    let set = compute.kernels.instructionSet
    let cases = try KernelCase.all(of: models.float.network, batch: KernelBenchmark.batch)
    try models.verify(compute)
    say("both models' scores are those of scalar; \(cases.count) kernels of \(set.rawValue) come first")
    let kernels = try KernelBenchmark(
      compute: compute, reference: Kernels(.scalar),
      stopwatch: Stopwatch(passes: passes, leastSeconds: kernelSeconds)
    ).run(cases) { progress($0, $1, "kernels") }
    let stopwatch = Stopwatch(passes: passes, leastSeconds: networkSeconds)
    let networks = try EndToEndBenchmark(models: models, compute: compute, stopwatch: stopwatch, kernels: kernels)
      .run { progress($0, $1, "networks") }
    let slowest = networks.filter { $0.batch == KernelBenchmark.batch }.map(\.rate).min() ?? 1
    let (sizes, fits) = try GrowthBenchmark(
      models: models, compute: compute, stopwatch: stopwatch, mostImages: max(Int(slowest * passSeconds), 8)
    ).run { progress($0, $1, "growth") }
    let report = BenchmarkReport(
      dataset: models.dataset, ceilings: kernels.ceilings, rows: kernels.rows + networks + sizes, growth: fits)
    say(report.headline)
    return report
  }
}
