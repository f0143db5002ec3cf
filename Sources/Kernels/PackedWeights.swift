/// Right-hand matrices cut into panels of 16 columns, the order in which the matrix products read them.
///
/// Packing is done once per matrix; columns past the last are filled with 0.
public enum PackedWeights {
  /// Panels for n columns.
  public static func panels(_ n: Int) -> Int { (n + Kernels.panel - 1) / Kernels.panel }

  /// Bytes of a packed (n, 4 groups) matrix.
  public static func sizeU8S8(n: Int, groups: Int) -> Int { panels(n) * groups * Kernels.panel * 4 }

  /// Packs weights for `gemmU8S8`: W[g][j][t] = weights[j * 4 * groups + 4 * g + t] goes to
  /// packed[((j / 16) * groups + g) * 64 + (j % 16) * 4 + t].
  /// - Parameters:
  ///   - weights: row-major (n, 4 groups): one row per output, padded with 0 to whole groups.
  ///   - packed: `sizeU8S8(n:groups:)` bytes.
  public static func packU8S8(
    n: Int, groups: Int, weights: UnsafePointer<Int8>, packed: UnsafeMutablePointer<Int8>
  ) {
    precondition(n >= 0 && groups >= 0, "packU8S8: a size is negative")
    let width = Kernels.panel
    for panel in 0..<panels(n) {
      let out = packed + panel * groups * width * 4
      for lane in 0..<width {
        let column = panel * width + lane
        for group in 0..<groups {
          for t in 0..<4 {
            let value = column < n ? weights[(column * groups + group) * 4 + t] : 0
            out[(group * width + lane) * 4 + t] = value
          }
        }
      }
    }
  }

  /// Floats of a packed (k, n) matrix.
  public static func sizeF32(k: Int, n: Int) -> Int { panels(n) * k * Kernels.panel }

  /// Packs a matrix for `gemmF32`: B[p][j] = b[p * stride + j] goes to packed[((j / 16) * k + p) * 16 + j % 16],
  /// which is `bRow[p] = 16 p` and `bPanel = 16 k`.
  /// - Parameters:
  ///   - b: row-major (k, n), rows `stride` apart.
  ///   - packed: `sizeF32(k:n:)` floats.
  public static func packF32(
    k: Int, n: Int, b: UnsafePointer<Float>, stride: Int, packed: UnsafeMutablePointer<Float>
  ) {
    precondition(k >= 0 && n >= 0, "packF32: a size is negative")
    let width = Kernels.panel
    for panel in 0..<panels(n) {
      let columns = min(width, n - panel * width)
      for p in 0..<k {
        let out = packed + (panel * k + p) * width
        out.update(from: b + (p * stride + panel * width), count: columns)
        (out + columns).update(repeating: 0, count: width - columns)
      }
    }
  }
}

extension Kernels {
  /// Packs the transpose of a matrix for `gemmF32`: B[p][j] = x[j * stride + p], for weights that lie as
  /// (out, in) and are multiplied from the right. The result is that of `packF32` on the transposed matrix.
  /// - Parameters:
  ///   - x: row-major (n, k), rows `stride` apart.
  ///   - packed: `PackedWeights.sizeF32(k:n:)` floats.
  public func packTransposedF32(
    k: Int, n: Int, x: UnsafePointer<Float>, stride: Int, packed: UnsafeMutablePointer<Float>
  ) {
    precondition(k >= 0 && n >= 0, "packTransposedF32: a size is negative")
    let width = Kernels.panel
    for panel in 0..<PackedWeights.panels(n) {
      let columns = min(width, n - panel * width)
      let out = packed + panel * k * width
      transpose(
        rows: columns, columns: k, x: x + panel * width * stride, stride: stride, out: out, outStride: width)
      if columns == width { continue }
      for p in 0..<k { (out + (p * width + columns)).update(repeating: 0, count: width - columns) }
    }
  }
}
