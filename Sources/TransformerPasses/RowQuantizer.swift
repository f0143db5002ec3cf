import Kernels
import Transformer

/// Rows of weights as integers within -127 ... 127: q = rne(w / scale), scale = max |w| / 127 of the row, or of the matrix.
///
/// A row of zeros gets the scale 1: 0 / 0 is no number.
struct RowQuantizer {
  private let rows: MatrixRows
  private let scheme: TransformerScheme
  private let compute: Compute

  /// What a first reading of a matrix finds.
  struct Found {
    /// The scale of each row.
    var scales: [Float]
    /// The sum of each row's integers.
    var sums: [Int32]
    /// The largest that any partial sum of a row can reach, with rows of 0 ... 255.
    var accumulatorBound: Int64
  }

  init(_ rows: MatrixRows, scheme: TransformerScheme, compute: Compute) {
    (self.rows, self.scheme, self.compute) = (rows, scheme, compute)
  }

  /// Reads the matrix twice: for its scales, then for what its integers sum to.
  func find() -> Found {
    let largest = forEachRow { row, _ -> Float in
      let range = compute.kernels.range(count: rows.inner, x: row)
      return max(-range.low, range.high)
    }
    // Rows that are not finite are for the caller to find.
    guard largest.allSatisfy(\.isFinite) else { return Found(scales: largest, sums: [], accumulatorBound: 0) }
    let whole = largest.max() ?? 0
    let scales = largest.map { own -> Float in
      let scale = (scheme.weights == .perTensor ? whole : own) / 127
      return scale == 0 ? 1 : scale
    }
    let totals = forEachRow { row, index -> (sum: Int32, magnitude: Int64) in
      withQuantized(row, scale: scales[index]) { q in
        var (sum, magnitude) = (Int32(0), Int64(0))
        for term in 0..<rows.inner {
          let value = Int32(q[term]) - 128
          sum &+= value
          magnitude += Int64(abs(value))
        }
        return (sum, magnitude)
      }
    }
    return Found(
      scales: scales, sums: totals.map(\.sum), accumulatorBound: 255 * (totals.map(\.magnitude).max() ?? 0))
  }

  /// The packed bytes of a panel of 16 rows.
  func pack(panel: Int, scales: [Float], into bytes: UnsafeMutablePointer<Int8>) {
    let (width, groups) = (Kernels.panel, PackedMatrix.groups(rows.inner))
    bytes.update(repeating: 0, count: groups * width * 4)
    for lane in 0..<min(width, rows.out - panel * width) {
      let index = panel * width + lane
      withRow(index) { row in
        withQuantized(row, scale: scales[index]) { q in
          for term in 0..<rows.inner {
            bytes[(term / 4 * width + lane) * 4 + term % 4] = Int8(truncatingIfNeeded: Int32(q[term]) - 128)
          }
        }
      }
    }
  }

  private func withRow<Result>(_ index: Int, _ body: (UnsafePointer<Float>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.inner) { row in
      rows.read(index, into: row)
      // A row is never empty.
      return body(UnsafePointer(row.baseAddress.unsafelyUnwrapped))
    }
  }

  private func forEachRow<Result: Sendable>(
    _ body: @Sendable (UnsafePointer<Float>, Int) -> Result
  ) -> [Result] {
    [Result](unsafeUninitializedCapacity: rows.out) { results, count in
      // Unchecked: each shard writes places of its own.
      nonisolated(unsafe) let places = results
      let size = Kernels.panel
      compute.pool.forEach((rows.out + size - 1) / size) { shard in
        for index in shard * size..<min((shard + 1) * size, rows.out) {
          withRow(index) { row in places.initializeElement(at: index, to: body(row, index)) }
        }
      }
      count = rows.out
    }
  }

  /// The row in bytes, with zero point 128.
  private func withQuantized<Result>(
    _ row: UnsafePointer<Float>, scale: Float, _ body: (UnsafePointer<UInt8>) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: rows.inner) { q in
      let bytes = q.baseAddress.unsafelyUnwrapped
      compute.kernels.quantize(
        count: rows.inner, x: row, scale: scale, zeroPoint: 128, range: 1...255, rule: .divide, q: bytes)
      return body(bytes)
    }
  }
}
