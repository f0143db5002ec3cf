import Kernels
import Quantization

/// The integer matrix product at the heart of a quantized layer, ready for the kernels: packed weights, where each
/// sum starts, what bounds it, and how it becomes the next layer's integers.
///
/// A row of weights follows the input's memory in groups of four, so a convolution's kernel row of k * c values is
/// filled up with zeros to a multiple of four.
struct IntegerProduct: @unchecked Sendable {
  // Unchecked: tables are written once, here.

  /// Outputs.
  let out: Int
  /// Groups of four terms.
  let groups: Int
  /// What a sum can reach.
  let proof: OverflowProof
  /// Whether pairs may be added in 16 bits.
  let path: ProductPath
  private let weight: AlignedBuffer<Int8>
  private let start: Table<Int32>
  private let floatBias: Table<Float>?
  private let multipliers: Table<Float>
  private let zeroPoint: UInt8
  private let range: ClosedRange<UInt8>

  /// - Parameters:
  ///   - rowOrder: for each row of the kernel, one for a linear layer, the indices in PyTorch's weight of its values in memory order.
  ///   - relu: whether outputs below zero become zero.
  /// - Throws: `QuantizedModelError.overflow` when a sum could leave 32 bits.
  init(
    _ layer: QuantizedLayer, name: String, input: QuantizationParameters, profile: NumericProfile,
    rowOrder: [[Int]], relu: Bool
  ) throws {
    let inner = layer.weight.count / layer.out
    let rowGroups = rowOrder.map { ($0.count + 3) / 4 }
    groups = rowGroups.reduce(0, +)
    out = layer.out
    let rows = (0..<layer.out).map { channel in
      rowOrder.flatMap { order -> [Int8] in
        let values = order.map { layer.weight[channel * inner + $0] }
        return values + [Int8](repeating: 0, count: (4 - order.count % 4) % 4)
      }
    }
    // sum (x - zx) w = sum x w - zx sum w: the second part, and an integer bias, are where the sum starts.
    let starts = rows.indices.map { channel in
      let total = rows[channel].reduce(Int64(0)) { $0 + Int64($1) }
      let correction = -Int64(input.zeroPoint) * total
      if case .s32(let bias) = layer.bias { return correction + Int64(bias[channel]) }
      return correction
    }
    proof = OverflowProof(
      weights: rows, start: starts, inputMax: profile.clampRange(of: input, dtype: .u8).high)
    guard proof.fitsAccumulator else { throw QuantizedModelError.overflow(name, bound: proof.accumulatorBound) }
    path = proof.fitsPairs ? .pairwise : .wide
    start = Table(starts.map { Int32($0) })
    multipliers = Table(layer.multipliers)
    if case .f32(let bias) = layer.bias {
      floatBias = Table(
        bias.indices.map {
          Requantization.floatBias(bias[$0], input: input.scale, weight: layer.weightScale($0))
        })
    } else {
      floatBias = nil
    }
    zeroPoint = UInt8(layer.output.zeroPoint)
    let clamp = profile.clampRange(of: layer.output, dtype: .u8)
    range = (relu ? max(UInt8(clamp.low), zeroPoint) : UInt8(clamp.low))...UInt8(clamp.high)
    weight = AlignedBuffer(count: PackedWeights.sizeU8S8(n: out, groups: groups))
    PackedWeights.packU8S8(n: out, groups: groups, weights: rows.flatMap { $0 }, packed: weight.pointer)
  }

  /// Computes `rows` rows of outputs `columns` (whole panels) and stores them as integers.
  func run(
    rows: Int, columns: Range<Int>, a: UnsafePointer<UInt8>, aRow: UnsafePointer<Int32>,
    aGroup: UnsafePointer<Int32>, scratch: UnsafeMutablePointer<Int32>, output: UnsafeMutablePointer<UInt8>,
    outputRow: UnsafePointer<Int32>, kernels: Kernels
  ) {
    let first = columns.lowerBound
    kernels.gemmU8S8(
      m: rows, n: columns.count, groups: groups, a: a, aRow: aRow, aGroup: aGroup,
      weights: weight.pointer + first * groups * 4, start: start.pointer + first, accumulators: scratch,
      stride: columns.count, path: path)
    kernels.requantize(
      m: rows, n: columns.count, accumulators: scratch, stride: columns.count,
      bias: floatBias.map { $0.pointer + first }, multiplier: multipliers.pointer + first, zeroPoint: zeroPoint,
      range: range, out: output + first, outRow: outputRow)
  }
}
