internal import CKernels

extension Kernels {
  /// y[i][j] = table[x[i][j]], for `m` rows of `n` bytes. `y` may be `x`.
  /// - Parameters:
  ///   - xRow: from one row of x to the next.
  ///   - table: 256 bytes; with `isPerColumn`, as many for each column.
  ///   - yRow: from one row of y to the next.
  public func lookUp(
    m: Int, n: Int, x: UnsafePointer<UInt8>, xRow: Int, table: UnsafePointer<UInt8>, isPerColumn: Bool = false,
    y: UnsafeMutablePointer<UInt8>, yRow: Int
  ) {
    precondition(m >= 0 && n >= 0, "lookUp: a size is negative")
    var arguments = octavo_lookup_u8(
      m: m, n: n, x: x, x_row: xRow, table: table, table_step: isPerColumn ? 256 : 0, y: y, y_row: yRow)
    self.table.pointee.lookup_u8(&arguments)
  }
}
