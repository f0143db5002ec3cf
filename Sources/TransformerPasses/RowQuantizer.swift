import Kernels
import Tensors
import Transformer

/// Rows of weights as integers within -127 ... 127: q = rne(w / scale), scale = max |w| / 127 of the row, or of the matrix.
///
/// A row of zeros gets the scale 1: 0 / 0 is no number.
struct RowQuantizer: MatrixQuantizer {
  let matrix: ConvertTransformer.Matrix
  let rows: MatrixRows
  private let compute: Compute
  /// The sum of each row's integers.
  private let sums: [Int32]

  /// Reads the matrix: once, or twice where all rows share a scale.
  /// - Throws: `ConvertTransformerError` for a row that is not finite, and for a sum that could overflow.
  init(
    _ tensor: TransformerTensor, _ rows: MatrixRows, isPerTensor: Bool, inputScale: Float?, compute: Compute
  ) throws(ConvertTransformerError) {
    (self.rows, self.compute) = (rows, compute)
    let whole = isPerTensor ? try rows.map(compute) { row, _ in Self.largest(row, rows.inner, compute) }.max() : nil
    let found = try rows.map(compute) { row, _ in Self.read(row, rows.inner, largest: whole, compute) }
    if let row = found.firstIndex(where: { !$0.scale.isFinite }) { throw .notFinite(rows.name, row: row) }
    let bound = 255 * (found.map(\.magnitude).max() ?? 0)
    guard bound <= Int64(Int32.max) else { throw .overflow(tensor.name, bound: bound) }
    sums = found.map(\.sum)
    let scales = found.map(\.scale)
    matrix = .init(
      tensor: tensor, rows: rows.out, scales: scales, least: scales.min() ?? 0, largest: scales.max() ?? 0,
      inputScale: inputScale,
      accumulatorBound: bound)
  }

  var small: [String: Tensor] {
    [
      TransformerCheckpoint.scaleName(matrix.tensor): Tensor([out], matrix.scales),
      TransformerCheckpoint.sumName(matrix.tensor): Tensor([out], sums),
    ]
  }

  func panelByteCount(_ part: MatrixPart) -> Int { PackedMatrix.groups(rows.inner) * Kernels.panel * 4 }

  func write(_ part: MatrixPart, panel: Int, to bytes: UnsafeMutableRawPointer) -> Int? {
    let width = Kernels.panel
    let places = bytes.assumingMemoryBound(to: Int8.self)
    places.update(repeating: 0, count: panelByteCount(part))
    for lane in 0..<min(width, out - panel * width) {
      let index = panel * width + lane
      rows.withRow(index) { row in
        Self.withQuantized(row, rows.inner, scale: matrix.scales[index], compute) { q in
          for term in 0..<rows.inner {
            places[(term / 4 * width + lane) * 4 + term % 4] = Int8(truncatingIfNeeded: Int32(q[term]) - 128)
          }
        }
      }
    }
    return nil
  }

  /// The largest magnitude of a row; NaN where one is no number.
  private static func largest(_ row: UnsafePointer<Float>, _ count: Int, _ compute: Compute) -> Float {
    let range = compute.kernels.range(count: count, x: row)
    return max(-range.low, range.high)
  }

  /// A row's scale, the sum of its integers and that of their magnitudes; of a row that is not finite, a scale that is not.
  private static func read(
    _ row: UnsafePointer<Float>, _ count: Int, largest: Float?, _ compute: Compute
  ) -> (scale: Float, sum: Int32, magnitude: Int64) {
    let own = Self.largest(row, count, compute)
    guard own.isFinite else { return (own, 0, 0) }
    let quotient = (largest ?? own) / 127
    let scale = quotient == 0 ? 1 : quotient
    guard scale.isFinite else { return (1, 0, 0) }
    var (sum, magnitude) = (Int32(0), Int64(0))
    withQuantized(row, count, scale: scale, compute) { q in
      for term in 0..<count {
        let value = Int32(q[term]) - 128
        sum &+= value
        magnitude += Int64(abs(value))
      }
    }
    return (scale, sum, magnitude)
  }

  /// The row in bytes, with zero point 128.
  private static func withQuantized(
    _ row: UnsafePointer<Float>, _ count: Int, scale: Float, _ compute: Compute, _ body: (UnsafePointer<UInt8>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { q in
      let bytes = q.baseAddress.unsafelyUnwrapped
      compute.kernels.quantize(
        count: count, x: row, scale: scale, zeroPoint: 128, range: 1...255, rule: .divide, q: bytes)
      body(bytes)
    }
  }
}
