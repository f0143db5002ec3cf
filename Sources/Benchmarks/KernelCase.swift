import Kernels
import Tensors

/// One kernel on one shape: fresh operands on demand, the same each time, cut into shards that threads can share.
package struct KernelCase: Sendable {
  /// What a kernel's time is held against.
  package enum Work: Sendable, Equatable {
    /// So many multiplications and additions, against a loop that does nothing else.
    case operations(Int, Peaks.Loop)
    /// So many bytes, against a copy of as many: in place where what is written was read.
    case moves(read: Int, written: Int, inPlace: Bool)
    /// So many bytes, but so much arithmetic that no copy is its measure.
    case computes(read: Int, written: Int)
  }

  /// The kernel, `gemm_f32`, and the layer whose shape it has.
  package let name: String
  /// The sizes of one call.
  package let shape: String
  /// What all shards together do.
  package let work: Work
  /// Calls that do the whole batch's work.
  package let shards: Int
  /// Operands of its own for whoever asks.
  package let make: @Sendable () -> KernelOperands

  package init(
    name: String, shape: String, work: Work, shards: Int, make: @escaping @Sendable () -> KernelOperands
  ) {
    self.name = name
    self.shape = shape
    self.work = work
    self.shards = shards
    self.make = make
  }
}

/// What a kernel reads and writes.
package struct KernelOperands: Sendable {
  /// Runs one shard.
  package let run: @Sendable (Kernels, Int) -> Void
  /// Everything that was written, bit for bit.
  package let results: @Sendable () -> [UInt8]

  package init(run: @escaping @Sendable (Kernels, Int) -> Void, results: @escaping @Sendable () -> [UInt8]) {
    self.run = run
    self.results = results
  }
}

extension KernelCase {
  /// Holds a kernel's results against the reference's, each on operands of its own.
  /// - Throws: `BenchmarkError.wrongKernel` at the first byte that differs.
  package func verify(_ kernels: Kernels, against reference: Kernels, pool: ThreadPool) throws {
    let (expected, found) = (results(of: reference, pool), results(of: kernels, pool))
    guard expected == found else {
      let byte = zip(expected, found).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      throw BenchmarkError.wrongKernel(
        name, shape: shape, set: kernels.instructionSet.rawValue, byte: byte ?? min(expected.count, found.count),
        of: expected.count)
    }
  }

  private func results(of kernels: Kernels, _ pool: ThreadPool) -> [UInt8] {
    let operands = make()
    pool.forEach(shards) { operands.run(kernels, $0) }
    return operands.results()
  }
}

extension AlignedBuffer {
  /// Every byte of the elements.
  package var bytes: [UInt8] { Array(UnsafeRawBufferPointer(buffer)) }
}

extension AlignedBuffer where Element == Float {
  /// Numbers of ordinary size, different ones for different seeds. Where the range holds zero, one number in sixteen is
  /// one, of either sign: a comparison that takes zeros for what they are not shows.
  convenience init(random count: Int, seed: UInt64, _ low: Double = -1, _ high: Double = 1) {
    self.init(count: count)
    var generator = SeededGenerator(seed: seed)
    let holdsZero = low < 0 && high > 0
    for index in 0..<count {
      let value = Float(generator.uniform(low, high))
      pointer[index] = holdsZero && generator.below(16) == 0 ? (value < 0 ? -0.0 : 0) : value
    }
  }
}

extension AlignedBuffer where Element: FixedWidthInteger {
  /// Integers of a range.
  convenience init(random count: Int, seed: UInt64, _ range: ClosedRange<Element>) {
    self.init(count: count)
    var generator = SeededGenerator(seed: seed)
    let span = Int(range.upperBound) - Int(range.lowerBound) + 1
    for index in 0..<count { pointer[index] = Element(Int(range.lowerBound) + generator.below(span)) }
  }
}
