import Kernels
import Quantization

/// The integer matrix product at the heart of a layer with integer weights, ready for the kernels: packed weights, where
/// each sum starts, and what bounds it.
///
/// A row of weights follows the input's memory in groups of four, each run of values that lie side by side, a
/// convolution's kernel row, say, filled up with zeros. Where an output sums terms of its own channel alone, each is one
/// group.
package struct PackedProduct: @unchecked Sendable {
  // Unchecked: tables are written once, here.

  /// Outputs.
  package let out: Int
  /// Groups of terms.
  package let groups: Int
  /// What a sum can reach.
  package let proof: OverflowProof
  /// Whether pairs may be added in 16 bits.
  package let path: ProductPath
  /// The sum of each output's weights.
  package let columnSums: [Int64]
  private let weight: Weight
  private let start: AlignedBuffer<Int32>

  /// Weights as a kernel reads them.
  private enum Weight {
    case runs(AlignedBuffer<Int8>)
    case ownChannel(AlignedBuffer<Int16>)
  }

  /// - Parameters:
  ///   - order: how its terms lie in memory.
  ///   - inputMax: the largest stored activation.
  ///   - start: where the sum of an output channel starts, given the channel and the sum of its weights.
  /// - Throws: `OverflowError` when a sum could leave 32 bits.
  package init(
    _ layer: QuantizedWeight, name: String, order: TermOrder, inputMax: Int32,
    start: (_ channel: Int, _ total: Int64) -> Int64
  ) throws {
    let rows = layer.rows(order)
    out = layer.out
    columnSums = rows.map { $0.reduce(Int64(0)) { $0 + Int64($1) } }
    let starts = columnSums.enumerated().map { start($0.offset, $0.element) }
    proof = OverflowProof(weights: rows, start: starts, inputMax: inputMax)
    guard proof.fitsAccumulator else { throw OverflowError(layer: name, bound: proof.accumulatorBound) }
    self.start = AlignedBuffer(starts.map { Int32($0) })
    switch order {
    case .runs(let runs):
      groups = runs.map { ($0.count + 3) / 4 }.reduce(0, +)
      path = proof.fitsPairs ? .pairwise : .wide
      let packed = AlignedBuffer<Int8>(count: PackedWeights.sizeU8S8(n: out, groups: groups))
      PackedWeights.packU8S8(n: out, groups: groups, weights: rows.flatMap { $0 }, packed: packed.pointer)
      weight = .runs(packed)
    case .ownChannel(let taps):
      groups = taps
      path = .wide
      weight = .ownChannel(AlignedBuffer(PackedWeights.packDepthwise(rows, taps: taps)))
    }
  }

  /// Computes the sums of a block of rows.
  package func run(_ block: ProductBlock, kernels: Kernels) {
    switch weight {
    case .runs(let weight):
      kernels.gemmU8S8(
        m: block.rows, n: out, groups: groups, a: block.a, aRow: block.aRow, aGroup: block.aGroup,
        weights: weight.pointer, start: start.pointer, accumulators: block.sums, stride: out, path: path)
    case .ownChannel(let weight):
      kernels.depthwiseU8S8(
        m: block.rows, channels: out, taps: groups, a: block.a, aRow: block.aRow, aTap: block.aGroup,
        weights: weight.pointer, start: start.pointer, accumulators: block.sums)
    }
  }
}

/// What one call of a product computes: some rows, of all outputs. A row may be a pixel's patch, an image, a token.
package struct ProductBlock {
  /// How many rows.
  package var rows: Int
  /// The inputs, with the offsets of each row and of each group of terms.
  package let a: UnsafePointer<UInt8>
  package let aRow: UnsafePointer<Int32>
  package let aGroup: UnsafePointer<Int32>
  /// Room for the sums.
  package var sums: UnsafeMutablePointer<Int32>
  /// The offset of each row's outputs.
  package let outputRow: UnsafePointer<Int32>
  /// Which scale is the first row's, where a call chose several.
  package let scale: Int
  /// Scales from one row to the next: 0 where all rows share one.
  package let scaleStep: Int

  /// A block of the given rows.
  package init(
    rows: Int, a: UnsafePointer<UInt8>, aRow: UnsafePointer<Int32>, aGroup: UnsafePointer<Int32>,
    sums: UnsafeMutablePointer<Int32>, outputRow: UnsafePointer<Int32>, scale: Int, scaleStep: Int
  ) {
    (self.rows, self.a, self.aRow, self.aGroup) = (rows, a, aRow, aGroup)
    (self.sums, self.outputRow, self.scale, self.scaleStep) = (sums, outputRow, scale, scaleStep)
  }
}

/// A product with what becomes of its sums.
package protocol BlockProduct: Sendable {
  /// What is stored.
  associatedtype Output: BitwiseCopyable & Sendable
  /// The product.
  var packed: PackedProduct { get }
  /// Stores what becomes of a block's sums.
  func store(_ block: ProductBlock, output: UnsafeMutablePointer<Output>, kernels: Kernels)
}

extension QuantizedWeight {
  /// The integers, one row per output in the order in which kernels see them, each run filled up with zeros to groups of
  /// four.
  package func rows(_ order: TermOrder) -> [[Int8]] {
    let inner = inner
    return (0..<out).map { channel in
      switch order {
      case .runs(let runs):
        runs.flatMap { run -> [Int8] in
          let values = run.map { integers[channel * inner + $0] }
          return values + [Int8](repeating: 0, count: (4 - run.count % 4) % 4)
        }
      case .ownChannel: Array(integers[channel * inner..<(channel + 1) * inner])
      }
    }
  }
}

/// A layer whose sums could leave 32 bits.
public struct OverflowError: Error, Equatable, CustomStringConvertible {
  /// The layer's name.
  public let layer: String
  /// What a sum can reach.
  public let bound: Int64

  /// An overflow of the given sum.
  package init(layer: String, bound: Int64) {
    self.layer = layer
    self.bound = bound
  }

  /// One line: where, expected, found, what to do.
  public var description: String {
    "layer '\(layer)': a sum can reach \(bound), expected at most \(Int32.max); use fewer inputs or a narrower range"
  }
}
