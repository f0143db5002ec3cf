internal import CKernels

extension Kernels {
  /// x[i] = max(x[i], 0) in place: negative values become +0; -0 and NaN stay.
  public func relu(count: Int, x: UnsafeMutablePointer<Float>) {
    precondition(count >= 0, "relu: a size is negative")
    table.pointee.relu_f32(count, x)
  }

  /// dy[i] = 0 where y[i] <= 0, in place; it stays where y[i] > 0 or is NaN.
  /// - Parameter y: the output of the forward pass.
  public func reluBackward(count: Int, y: UnsafePointer<Float>, dy: UnsafeMutablePointer<Float>) {
    precondition(count >= 0, "reluBackward: a size is negative")
    table.pointee.relu_backward_f32(count, y, dy)
  }
}
