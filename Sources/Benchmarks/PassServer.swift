import Timing
import Classifying
import Evaluation
import Kernels
import Layers

/// Times passes on request, so that another program can put its own between them.
///
/// A request is a line, and so is its answer:
///
///     time MODEL BATCH CALLS    seconds that CALLS calls of BATCH images took; a quarter go before, untimed
///     accuracy MODEL            the share of the test set that is classified correctly, 0 to 1
public final class PassServer {
  private let models: BenchmarkModels
  private let compute: Compute
  private var works: [Work] = []

  /// A model in batches of one size, with the seconds that each image took in every pass so far.
  private struct Work {
    let name: BenchmarkModels.Name
    let batch: Int
    let calls: Int
    let engine: any InferenceEngine
    let pixels: [Float]
    var seconds: [Double] = []

    /// Classifies batch `call` of the images.
    func run(_ call: Int) {
      let size = engine.network.input.count * batch
      _ = pixels.withUnsafeBufferPointer {
        engine.logits(UnsafeBufferPointer(rebasing: $0[call * size..<(call + 1) * size]), count: batch)
      }
    }
  }

  /// A server of two models.
  /// - Throws: `BenchmarkError` when a model's scores are not the scalar reference's.
  public init(_ models: BenchmarkModels, compute: Compute) throws {
    self.models = models
    self.compute = compute
    try models.verify(compute)
  }

  /// Answers line after line, until there is none.
  /// - Returns: what was timed.
  public func serve(next: () -> String?, write: (String) throws -> Void) throws -> BenchmarkReport {
    while let line = next() { try write(answer(line)) }
    return report
  }

  /// Answers a line.
  /// - Throws: `BenchmarkError.unknownRequest`.
  public func answer(_ line: String) throws -> String {
    let words = line.split(separator: " ").map(String.init)
    guard words.count > 1, let name = BenchmarkModels.Name(rawValue: words[1]) else {
      throw BenchmarkError.unknownRequest(line)
    }
    switch (words[0], words.count) {
    case ("time", 4):
      guard let batch = Int(words[2]), let calls = Int(words[3]), (1...65_536).contains(batch), calls > 0 else {
        throw BenchmarkError.unknownRequest(line)
      }
      return "\(try time(name, batch: batch, calls: calls))"
    case ("accuracy", 2):
      let engine = try models.engine(name, capacity: KernelBenchmark.batch, compute: compute)
      return "\(accuracy(of: engine))"
    default: throw BenchmarkError.unknownRequest(line)
    }
  }

  /// What was timed so far.
  public var report: BenchmarkReport {
    let rows = works.map { work in
      let images = work.batch * work.calls
      let timing = Timing(seconds: work.seconds)
      return BenchmarkRow(
        kind: .endToEnd, name: work.name.rawValue, shape: "\(models.float.network.input)",
        instructionSet: compute.kernels.instructionSet.rawValue, threads: compute.pool.threads, batch: work.batch,
        images: images, timing: timing, rate: Double(images) / timing.median, unit: .images)
    }
    return BenchmarkReport(dataset: models.dataset, rows: rows)
  }

  private func time(_ name: BenchmarkModels.Name, batch: Int, calls: Int) throws -> Double {
    let index = try index(name, batch: batch, calls: calls)
    let work = works[index]
    for call in 0..<(calls + 3) / 4 { work.run(call) }
    let seconds = Stopwatch.seconds { for call in 0..<calls { work.run(call) } }
    works[index].seconds.append(seconds)
    return seconds
  }

  private func index(_ name: BenchmarkModels.Name, batch: Int, calls: Int) throws -> Int {
    let known = works.firstIndex { $0.name == name && $0.batch == batch && $0.calls == calls }
    if let known { return known }
    works.append(
      Work(
        name: name, batch: batch, calls: calls,
        engine: try models.engine(name, capacity: batch, compute: compute), pixels: models.pixels(batch * calls)))
    return works.count - 1
  }

  private func accuracy(of engine: some InferenceEngine) -> Double {
    Classification(of: models.images, by: engine).accuracy
  }
}
