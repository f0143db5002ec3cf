/// A static bound on what a layer's integer product can reach, for every possible input, proved from its weights.
///
/// An accumulator is `start + sum of x[k] * w[k]` with `x` in `0 ... inputMax`. Whatever the inputs and the order of
/// the sum, no partial sum exceeds `|start| + inputMax * sum |w|`; where that fits in s32, no accumulator overflows.
/// A vector path that adds two products in 16 bits before it widens them (x86's vpmaddubsw) is exact where no pair
/// of neighbouring weights can exceed s16.
public struct OverflowProof: Sendable, Equatable {
  /// The largest magnitude any partial sum of any output channel can reach.
  public let accumulatorBound: Int64
  /// The largest magnitude of the sum of two neighbouring products.
  public let pairBound: Int64

  /// Whether 32-bit accumulators are exact.
  public var fitsAccumulator: Bool { accumulatorBound <= Int64(Int32.max) }
  /// Whether 16-bit pair sums are exact.
  public var fitsPairs: Bool { pairBound <= Int64(Int16.max) }

  /// The bounds of a product with the given weights.
  /// - Parameters:
  ///   - weights: one row per output channel, in the order in which a kernel sees them, neighbours paired from the
  ///     start: `weights[2 * i]` with `weights[2 * i + 1]`.
  ///   - start: the value from which each channel's sum starts, one per row.
  ///   - inputMax: the largest activation, at most 255.
  public init(weights: [[Int8]], start: [Int64], inputMax: Int32) {
    precondition(weights.count == start.count, "one start per output channel")
    let inputMax = Int64(inputMax)
    var accumulatorBound: Int64 = 0
    var pairBound: Int64 = 0
    for (row, first) in zip(weights, start) {
      let total = row.reduce(Int64(0)) { $0 + Int64($1.magnitude) }
      accumulatorBound = max(accumulatorBound, Int64(first.magnitude) + inputMax * total)
      for pair in stride(from: 0, to: row.count, by: 2) {
        let a = Int64(row[pair])
        let b = pair + 1 < row.count ? Int64(row[pair + 1]) : 0
        // Inputs are not negative: the extremes take all positive weights, or all negative ones.
        let positive = max(a, 0) + max(b, 0)
        let negative = -(min(a, 0) + min(b, 0))
        pairBound = max(pairBound, inputMax * max(positive, negative))
      }
    }
    self.accumulatorBound = accumulatorBound
    self.pairBound = pairBound
  }
}
