import Kernels
import Quantization

/// The integer matrix product at the heart of a layer with integer weights, ready for the kernels: packed weights, where
/// each sum starts, and what bounds it.
///
/// A row of weights follows the input's memory in groups of four, so a convolution's kernel row of k * c values is
/// filled up with zeros to a multiple of four.
struct PackedProduct: @unchecked Sendable {
  // Unchecked: tables are written once, here.

  /// Outputs.
  let out: Int
  /// Groups of four terms.
  let groups: Int
  /// What a sum can reach.
  let proof: OverflowProof
  /// Whether pairs may be added in 16 bits.
  let path: ProductPath
  /// The sum of each output's weights.
  let columnSums: [Int64]
  private let weight: AlignedBuffer<Int8>
  private let start: Table<Int32>

  /// - Parameters:
  ///   - rowOrder: `Layer.memoryRows`.
  ///   - inputMax: the largest stored activation.
  ///   - start: where the sum of an output channel starts, given the channel and the sum of its weights.
  /// - Throws: `QuantizedModelError.overflow` when a sum could leave 32 bits.
  init(
    _ layer: QuantizedWeight, name: String, rowOrder: [[Int]], inputMax: Int32,
    start: (_ channel: Int, _ total: Int64) -> Int64
  ) throws {
    let rows = layer.packedRows(rowOrder)
    out = layer.out
    groups = rowOrder.map { ($0.count + 3) / 4 }.reduce(0, +)
    columnSums = rows.map { $0.reduce(Int64(0)) { $0 + Int64($1) } }
    let starts = columnSums.enumerated().map { start($0.offset, $0.element) }
    proof = OverflowProof(weights: rows, start: starts, inputMax: inputMax)
    guard proof.fitsAccumulator else { throw QuantizedModelError.overflow(name, bound: proof.accumulatorBound) }
    path = proof.fitsPairs ? .pairwise : .wide
    self.start = Table(starts.map { Int32($0) })
    weight = AlignedBuffer(count: PackedWeights.sizeU8S8(n: out, groups: groups))
    PackedWeights.packU8S8(n: out, groups: groups, weights: rows.flatMap { $0 }, packed: weight.pointer)
  }

  /// Computes the sums of a block of rows.
  func run(_ block: ProductBlock, kernels: Kernels) {
    kernels.gemmU8S8(
      m: block.rows, n: out, groups: groups, a: block.a, aRow: block.aRow, aGroup: block.aGroup,
      weights: weight.pointer, start: start.pointer, accumulators: block.sums,
      stride: out, path: path)
  }
}

/// What one call of a product computes: some rows, pixels of an image or images of a batch, of some outputs.
struct ProductBlock {
  /// How many rows.
  var rows: Int
  /// The inputs, with the offsets of each row and of each group of four terms.
  let a: UnsafePointer<UInt8>
  let aRow: UnsafePointer<Int32>
  let aGroup: UnsafePointer<Int32>
  /// Room for the sums.
  var sums: UnsafeMutablePointer<Int32>
  /// The offset of each row's outputs.
  let outputRow: UnsafePointer<Int32>
  /// The image of the first row.
  let image: Int
  /// Whether each row is an image; else all are pixels of one.
  let rowsAreImages: Bool
}

/// A product with what becomes of its sums.
protocol BlockProduct: Sendable {
  /// What is stored.
  associatedtype Output: BitwiseCopyable & Sendable
  /// The product.
  var packed: PackedProduct { get }
  /// Stores what becomes of a block's sums.
  func store(_ block: ProductBlock, output: UnsafeMutablePointer<Output>, kernels: Kernels)
}

extension QuantizedWeight {
  /// The integers, one row per output in the order in which kernels see them, each part of `rowOrder` filled up with
  /// zeros to groups of four.
  package func packedRows(_ rowOrder: [[Int]]) -> [[Int8]] {
    let inner = inner
    return (0..<out).map { channel in
      rowOrder.flatMap { order -> [Int8] in
        let values = order.map { integers[channel * inner + $0] }
        return values + [Int8](repeating: 0, count: (4 - order.count % 4) % 4)
      }
    }
  }
}

extension Layer {
  /// For each run of values that lie side by side in memory, where they stand in PyTorch's weight of one output: a row
  /// of a convolution's kernel, the whole input of a linear layer. Empty for layers without weights.
  package func memoryRows(input: ImageShape) -> [[Int]] {
    switch operation {
    case .conv2d(let conv):
      // The next row of the kernel starts a row of the image later.
      let kernel = ImageShape(channels: input.channels, height: conv.kernel, width: conv.kernel)
      let (order, length) = (kernel.pytorchOrder, conv.kernel * input.channels)
      return (0..<conv.kernel).map { Array(order[$0 * length..<($0 + 1) * length]) }
    case .linear: return [input.pytorchOrder]
    case .batchNorm2d, .relu, .maxPool2d, .flatten: return []
    }
  }
}
