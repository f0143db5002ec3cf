import Timing

/// One piece of work that was verified and then timed.
public struct BenchmarkRow: Sendable, Equatable, Codable {
  /// What kind of work it is.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// One kernel on one shape.
    case kernel
    /// A whole network on batches of images.
    case endToEnd = "end_to_end"
    /// One size of several, to see how time and memory grow.
    case growth
  }

  /// How a rate is counted.
  public enum Unit: String, Sendable, Codable, CaseIterable {
    /// Thousands of millions of multiplications and additions a second.
    case operations = "GOP/s"
    /// Thousands of millions of bytes, read and written, a second.
    case bytes = "GB/s"
    /// Images a second.
    case images = "images/s"
  }

  /// What kind of work it is.
  public var kind: Kind
  /// What was done: `gemm_f32 conv2`, `int8`, `float32 over batch`.
  public var name: String
  /// On what: `784 x 32 x 144`, `1x28x28`.
  public var shape: String
  /// The kernels that did it.
  public var instructionSet: String
  /// The threads that did it.
  public var threads: Int
  /// Images in a call.
  public var batch: Int
  /// Images in a pass.
  public var images: Int
  /// How long a pass took.
  public var timing: Timing
  /// By the median.
  public var rate: Double
  /// How the rate is counted.
  public var unit: Unit
  /// The rate in percent of what this machine can reach; nil where nothing such was measured.
  public var percentOfCeiling: Double?
  /// The most memory that the work took beyond its inputs; nil where it was not measured.
  public var memoryBytes: Int64?

  /// Work with the given figures.
  public init(
    kind: Kind, name: String, shape: String, instructionSet: String, threads: Int, batch: Int, images: Int,
    timing: Timing, rate: Double, unit: Unit, percentOfCeiling: Double? = nil, memoryBytes: Int64? = nil
  ) {
    self.kind = kind
    self.name = name
    self.shape = shape
    self.instructionSet = instructionSet
    self.threads = threads
    self.batch = batch
    self.images = images
    self.timing = timing
    self.rate = rate
    self.unit = unit
    self.percentOfCeiling = percentOfCeiling
    self.memoryBytes = memoryBytes
  }
}

/// What the machine can reach.
public struct Ceiling: Sendable, Equatable, Codable {
  /// The loop: `f32`, `pairwise`, `wide`.
  public var loop: String
  /// On so many threads.
  public var threads: Int
  /// Thousands of millions of multiplications and additions a second.
  public var rate: Double

  /// The rate of a loop.
  public init(loop: String, threads: Int, rate: Double) {
    self.loop = loop
    self.threads = threads
    self.rate = rate
  }
}

/// How time and memory grow with one size.
public struct Growth: Sendable, Equatable, Codable {
  /// What grows.
  public enum Size: String, Sendable, Codable, CaseIterable {
    /// Images in all, in batches of one size.
    case images
    /// Images in a batch.
    case batch
    /// Threads, for the same images.
    case threads
    /// Feature maps of a network of two convolutions.
    case channels
  }

  /// `float32`, `int8`; `evaluate`, both one after the other with all figures.
  public var model: String
  /// What grows.
  public var over: Size
  /// The sizes that were measured.
  public var sizes: [Int]
  /// The exponent of time; nil where fewer than two sizes were measured.
  public var timeExponent: Double?
  /// The exponent of memory; nil where it was not measured.
  public var memoryExponent: Double?

  /// Exponents over some sizes.
  public init(model: String, over: Size, sizes: [Int], timeExponent: Double?, memoryExponent: Double?) {
    self.model = model
    self.over = over
    self.sizes = sizes
    self.timeExponent = timeExponent
    self.memoryExponent = memoryExponent
  }
}
