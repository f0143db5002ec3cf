internal import CKernels

extension Kernels {
  /// The least and the greatest of `count` values, zeros as +0; infinity and -infinity of none. A NaN anywhere makes
  /// both NaN.
  public func range(count: Int, x: UnsafePointer<Float>) -> (low: Float, high: Float) {
    precondition(count >= 0, "range: a size is negative")
    var (low, high): (Float, Float) = (0, 0)
    table.pointee.range_f32(count, x, &low, &high)
    return (low, high)
  }
}
