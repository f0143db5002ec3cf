internal import CKernels

extension Kernels {
  /// What a byte of a sum stands for: (byte - zeroPoint) scale.
  public struct Addend {
    /// The bytes.
    public let bytes: UnsafePointer<UInt8>
    /// The byte that stands for zero.
    public let zeroPoint: UInt8
    /// The real size of a step.
    public let scale: Float

    /// Bytes of the given meaning.
    public init(_ bytes: UnsafePointer<UInt8>, zeroPoint: UInt8, scale: Float) {
      (self.bytes, self.zeroPoint, self.scale) = (bytes, zeroPoint, scale)
    }
  }

  /// y[i] = f32(f32((a[i] - za) sa) + f32((b[i] - zb) sb)), for `count` bytes each.
  public func add(count: Int, _ a: Addend, _ b: Addend, y: UnsafeMutablePointer<Float>) {
    precondition(count >= 0, "add: a size is negative")
    var arguments = octavo_add_u8(
      count: count, a: a.bytes, b: b.bytes, a_zero_point: Int32(a.zeroPoint), b_zero_point: Int32(b.zeroPoint),
      a_scale: a.scale, b_scale: b.scale, y: y)
    table.pointee.add_u8(&arguments)
  }
}
