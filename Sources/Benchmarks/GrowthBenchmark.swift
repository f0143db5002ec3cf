import Timing
import Classifying
import Evaluation
import Kernels
import Layers
import QuantizedLayers
import Tensors

/// How time and memory grow with the number of images, the batch, the threads and the width of a network.
///
/// Memory is what making an engine and running it takes at its height, beyond models and images.
struct GrowthBenchmark {
  /// Batches that are compared.
  static let batches = [1, 4, 16, 64, 256]
  /// Channels that are compared.
  static let channels = [8, 16, 32, 64]
  /// Images in a batch, where the batch does not grow.
  static let batch = 64
  /// Sizes of the test set that are compared, each half of the next.
  private static let halvings = 4
  /// Timed passes over the test set: it is long, and each covers many batches.
  private static let passesOverImages = 3

  let models: BenchmarkModels
  let compute: Compute
  let stopwatch: Stopwatch
  /// The most images that are classified in a pass: the whole test set, but where that takes too long.
  let mostImages: Int

  /// One size of a series, ready to be measured.
  private struct Point {
    let size: Int
    let models: BenchmarkModels
    let compute: Compute
    let batch: Int
    let images: ImageSet
    let shape: String
  }

  /// Everything that is measured, and what it grows like.
  func run(progress: (_ done: Int, _ total: Int) -> Void) throws -> (rows: [BenchmarkRow], fits: [Growth]) {
    var (rows, fits): ([BenchmarkRow], [Growth]) = ([], [])
    for (index, size) in Growth.Size.allCases.enumerated() {
      let points = try points(over: size)
      for model in BenchmarkModels.Name.allCases {
        let series = try measure(model, over: size, points)
        rows += series
        fits.append(fit(model.rawValue, size, points, series))
      }
      if size == .images {
        let series = try points.map(evaluate)
        rows += series
        fits.append(fit("evaluate", size, points, series))
      }
      progress(index + 1, Growth.Size.allCases.count)
    }
    return (rows, fits)
  }

  private func points(over size: Growth.Size) throws -> [Point] {
    let shape = "\(models.float.network.input)"
    let batch = models.images.repeated(to: Self.batch)
    switch size {
    case .images:
      let count = min(models.images.count, mostImages)
      return Set((0..<Self.halvings).map { max(count >> $0, 1) }).sorted().map {
        Point(
          size: $0, models: models, compute: compute, batch: Self.batch, images: models.images.prefix($0), shape: shape)
      }
    case .batch:
      return Self.batches.map {
        Point(
          size: $0, models: models, compute: compute, batch: $0, images: models.images.repeated(to: $0), shape: shape)
      }
    case .threads:
      return (1...compute.pool.threads).map {
        Point(
          size: $0, models: models, compute: Compute(kernels: compute.kernels, pool: ThreadPool(threads: $0)),
          batch: Self.batch, images: batch, shape: shape)
      }
    case .channels:
      return try Self.channels.map {
        Point(
          size: $0, models: try GrowthNetwork.models(channels: $0, like: models, compute: compute), compute: compute,
          batch: Self.batch, images: batch, shape: "\($0) channels")
      }
    }
  }

  /// The memory of each point by itself, then the times of all in turn.
  private func measure(
    _ model: BenchmarkModels.Name, over size: Growth.Size, _ points: [Point]
  ) throws -> [BenchmarkRow] {
    let memory = try points.map { point in
      try PeakMemory.system.during { try work(model, point)() }.bytes
    }
    let passes = size == .images ? min(stopwatch.passes, Self.passesOverImages) : stopwatch.passes
    let stopwatch = Stopwatch(passes: passes, leastSeconds: stopwatch.leastSeconds)
    let timings = stopwatch.time(try points.map { try work(model, $0) })
    return points.indices.map {
      row("\(model.rawValue) over \(size.rawValue)", points[$0], timings[$0], memoryBytes: memory[$0])
    }
  }

  /// Classifies a point's images, batch by batch, with an engine of its own.
  private func work(_ model: BenchmarkModels.Name, _ point: Point) throws -> () -> Void {
    let engine = try point.models.engine(model, capacity: point.batch, compute: point.compute)
    return { Self.classify(point.images, by: engine) }
  }

  private static func classify(_ images: ImageSet, by engine: some InferenceEngine) {
    _ = Classification(of: images, by: engine)
  }

  /// All that `evaluate` computes but speed: it must not take more memory for more images.
  private func evaluate(_ point: Point) throws -> BenchmarkRow {
    let (seconds, bytes) = try PeakMemory.system.during {
      let float = try FloatEngine(models.float, capacity: point.batch, convolution: .winograd, compute: compute)
      let int8 = try QuantizedEngine(models.int8, capacity: point.batch, compute: compute)
      return try Stopwatch.seconds {
        _ = try FloatInt8Comparison(
          float: float, int8: int8, floatBytes: 1, int8Bytes: 1, images: point.images, dataset: models.dataset)
      }
    }
    return row("evaluate over images", point, Timing(seconds: [seconds]), memoryBytes: bytes)
  }

  private func fit(_ model: String, _ size: Growth.Size, _ points: [Point], _ rows: [BenchmarkRow]) -> Growth {
    let sizes = points.map { Double($0.size) }
    let memory = rows.compactMap { $0.memoryBytes.map(Double.init) }
    return Growth(
      model: model, over: size, sizes: points.map(\.size),
      timeExponent: PowerLaw(sizes, rows.map(\.timing.median))?.exponent,
      memoryExponent: memory.count == sizes.count ? PowerLaw(sizes, memory)?.exponent : nil)
  }

  private func row(_ name: String, _ point: Point, _ timing: Timing, memoryBytes: Int64?) -> BenchmarkRow {
    BenchmarkRow(
      kind: .growth, name: name, shape: point.shape,
      instructionSet: point.compute.kernels.instructionSet.rawValue, threads: point.compute.pool.threads,
      batch: point.batch, images: point.images.count, timing: timing, rate: Double(point.images.count) / timing.median,
      unit: .images, memoryBytes: memoryBytes)
  }
}
