import Timing
import Kernels

/// Every kernel: all verified, then timed in turn, each beside its ceiling.
package struct KernelBenchmark {
  /// Images in a batch, as in training and evaluation.
  package static let batch = 64

  let compute: Compute
  let reference: Kernels
  let stopwatch: Stopwatch

  package init(compute: Compute, reference: Kernels, stopwatch: Stopwatch) {
    self.compute = compute
    self.reference = reference
    self.stopwatch = stopwatch
  }

  /// What came of it.
  package struct Figures {
    package var rows: [BenchmarkRow] = []
    /// Operations a second of the loops in registers.
    var loops: [(loop: Peaks.Loop, threads: Int, rate: Double)] = []

    /// The rate of a loop.
    package func rate(_ loop: Peaks.Loop, threads: Int) -> Double? {
      loops.first { $0.loop == loop && $0.threads == threads }?.rate
    }

    /// The loops as a report has them.
    package var ceilings: [Ceiling] {
      loops.map { Ceiling(loop: $0.loop.rawValue, threads: $0.threads, rate: $0.rate / 1e9) }
    }
  }

  private struct Task {
    let item: KernelCase
    let operands: KernelOperands
    let threads: Int
    let ceiling: Ceilings.Measure?
  }

  /// Verifies every case before it times the first.
  /// - Throws: `BenchmarkError.wrongKernel`.
  package func run(_ cases: [KernelCase], progress: (_ done: Int, _ total: Int) -> Void) throws -> Figures {
    for (index, item) in cases.enumerated() {
      try item.verify(compute.kernels, against: reference, pool: compute.pool)
      progress(index + 1, cases.count)
    }
    let threads = compute.pool.threads == 1 ? [1] : [1, compute.pool.threads]
    let tasks = cases.flatMap { item in
      let operands = item.make()
      return threads.map {
        Task(item: item, operands: operands, threads: $0, ceiling: item.ceiling(threads: $0))
      }
    }
    let loops = Peaks.Loop.allCases.flatMap { loop in threads.map { Ceilings.Measure.loop(loop, threads: $0) } }
    let copies = Set(tasks.compactMap(\.ceiling)).subtracting(loops)
    return try time(tasks, loops + copies)
  }

  private func time(_ tasks: [Task], _ measures: [Ceilings.Measure]) throws -> Figures {
    let ceilings = try Ceilings(compute.kernels.instructionSet, for: measures)
    let kernels = compute.kernels
    let works = tasks.map { task in
      let pool = ThreadPool(threads: task.threads)
      return { pool.forEach(task.item.shards) { task.operands.run(kernels, $0) } }
    }
    let timings = stopwatch.time(works + measures.map(ceilings.work))
    var rates: [Ceilings.Measure: Double] = [:]
    for (measure, timing) in zip(measures, timings[works.count...]) { rates[measure] = ceilings.rate(measure, timing) }
    var figures = Figures()
    figures.rows = zip(tasks, timings).map { row($0, $1, ceiling: $0.ceiling.flatMap { rates[$0] }) }
    for case .loop(let loop, let threads) in measures {
      figures.loops.append((loop, threads, rates[.loop(loop, threads: threads)] ?? 0))
    }
    return figures
  }

  private func row(_ task: Task, _ timing: Timing, ceiling: Double?) -> BenchmarkRow {
    let rate = Double(task.item.work.amount) / timing.median
    return BenchmarkRow(
      kind: .kernel, name: task.item.name, shape: task.item.shape,
      instructionSet: compute.kernels.instructionSet.rawValue, threads: task.threads, batch: Self.batch,
      images: Self.batch, timing: timing, rate: rate / 1e9, unit: task.item.work.unit,
      percentOfCeiling: ceiling.map { 100 * rate / $0 })
  }
}

extension KernelCase {
  /// What its time is held against.
  fileprivate func ceiling(threads: Int) -> Ceilings.Measure? {
    switch work {
    case .operations(_, let loop): .loop(loop, threads: threads)
    case .moves(let read, let written, let inPlace):
      .copy(read: read, written: written, inPlace: inPlace, shards: shards, threads: threads)
    case .computes: nil
    }
  }
}

extension KernelCase.Work {
  /// Operations, or bytes read and written.
  fileprivate var amount: Int {
    switch self {
    case .operations(let count, _): count
    case .moves(let read, let written, _), .computes(let read, let written): read + written
    }
  }

  fileprivate var unit: BenchmarkRow.Unit {
    if case .operations = self { .operations } else { .bytes }
  }
}
