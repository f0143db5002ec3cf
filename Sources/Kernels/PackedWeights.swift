/// Integer weights cut into panels of 16 columns, the order in which the integer product reads them.
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
}
