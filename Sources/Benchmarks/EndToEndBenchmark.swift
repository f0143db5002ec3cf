import Timing
import Kernels

/// Both networks whole, in batches of several sizes, on one thread and on all: a pass of each in turn.
struct EndToEndBenchmark {
  /// Images in a batch.
  static let batches = [1, 64, 1000]

  let models: BenchmarkModels
  let compute: Compute
  let stopwatch: Stopwatch
  /// Where ceilings come from.
  let kernels: KernelBenchmark.Figures

  func run(progress: (_ done: Int, _ total: Int) -> Void) throws -> [BenchmarkRow] {
    var rows: [BenchmarkRow] = []
    for (index, batch) in Self.batches.enumerated() {
      rows += try time(batch: batch)
      progress(index + 1, Self.batches.count)
    }
    return rows
  }

  private func time(batch: Int) throws -> [BenchmarkRow] {
    let threads = compute.pool.threads == 1 ? [1] : [1, compute.pool.threads]
    let tasks = threads.flatMap { threads in BenchmarkModels.Name.allCases.map { (name: $0, threads: threads) } }
    let engines = try tasks.map { task in
      let pool = ThreadPool(threads: task.threads)
      return try models.engine(task.name, capacity: batch, compute: Compute(kernels: compute.kernels, pool: pool))
    }
    let pixels = models.pixels(batch)
    let timings = pixels.withUnsafeBufferPointer { pixels in
      stopwatch.time(engines.map { engine in { _ = engine.logits(pixels, count: batch) } })
    }
    return try zip(tasks, timings).map { task, timing in
      let rate = Double(batch) / timing.median
      let ceiling = try models.loop(of: task.name, compute: compute).flatMap {
        kernels.rate($0, threads: task.threads)
      }
      let operations = Double(try models.float.network.operations(winograd: task.name == .float32))
      return BenchmarkRow(
        kind: .endToEnd, name: task.name.rawValue, shape: "\(models.float.network.input)",
        instructionSet: compute.kernels.instructionSet.rawValue, threads: task.threads, batch: batch,
        images: batch, timing: timing, rate: rate, unit: .images,
        percentOfCeiling: ceiling.map { 100 * rate * operations / $0 })
    }
  }
}
