internal import CKernels

/// The grid onto which a matrix's values are rounded while they stay floats: one factor for all columns, or one each.
///
///     v = fma(x + bias, factor, zeroPoint);  r = rne(v) - zeroPoint    or    v = (x + bias) / factor;  r = rne(v)
///     y = clamp(r, range), zeros as +0; NaN stays NaN
///
/// and v passes, that is, gradients pass through it, when r lies within the range and, with `relu`, v > 0.
public struct FakeQuantization: @unchecked Sendable {
  // Unchecked: kernels read what its pointers name, and whoever makes one keeps writers away meanwhile.

  /// One for each column, nil for none.
  public var bias: UnsafePointer<Float>?
  /// One for each column where `isPerColumn`, else one.
  public var factor: UnsafePointer<Float>
  /// Whether every column has a factor of its own.
  public var isPerColumn: Bool
  /// Whether values are divided by the factor, not multiplied.
  public var divides: Bool
  /// Whether gradients stop where v is not positive. The range starts at 0 then.
  public var relu: Bool
  /// What is added before rounding and taken away behind it, so that ties fall where a zero point lets them fall; 0 with a
  /// bias, with `relu`, and where values are divided.
  public var zeroPoint: Float
  /// The integers in use, less the zero point; 0 is one of them.
  public var range: ClosedRange<Float>

  /// A grid of the given parts.
  public init(
    bias: UnsafePointer<Float>? = nil, factor: UnsafePointer<Float>, isPerColumn: Bool, divides: Bool,
    relu: Bool = false, zeroPoint: Float = 0, range: ClosedRange<Float>
  ) {
    precondition(zeroPoint == 0 || (bias == nil && !divides && !relu), "a zero point stands by itself")
    self.bias = bias
    self.factor = factor
    self.isPerColumn = isPerColumn
    self.divides = divides
    self.relu = relu
    self.zeroPoint = zeroPoint
    self.range = range
  }

  fileprivate func arguments(
    _ m: Int, _ n: Int, _ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>
  ) -> octavo_fake_quantize_f32 {
    precondition(m >= 0 && n >= 0, "fakeQuantize: a size is negative")
    return octavo_fake_quantize_f32(
      m: m, n: n, x: x, bias: bias, factor: factor, step: isPerColumn ? 1 : 0, divide: divides, relu: relu,
      zero_point: zeroPoint, low: range.lowerBound, high: range.upperBound, out: out)
  }
}

extension Kernels {
  /// out = y for `m` rows of `n` values each, which lie side by side.
  public func fakeQuantize(
    m: Int, n: Int, x: UnsafePointer<Float>, _ grid: FakeQuantization, out: UnsafeMutablePointer<Float>
  ) {
    var arguments = grid.arguments(m, n, x, out)
    table.pointee.fake_quantize_f32(&arguments)
  }

  /// dx = dy * slope where v passes, else +0: the straight-through estimator. `dx` may be `dy`.
  /// - Parameter slope: one for each column or one, as the grid's factors are.
  public func fakeQuantizeBackward(
    m: Int, n: Int, x: UnsafePointer<Float>, _ grid: FakeQuantization, slope: UnsafePointer<Float>,
    dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>
  ) {
    var arguments = grid.arguments(m, n, x, dx)
    table.pointee.fake_quantize_backward_f32(&arguments, slope, dy)
  }

  /// Adds to `sum`, one for each column or one, as the grid's factors are, what a learned scale's gradient is made of:
  /// dy * (rne(v) - v) where v passes, dy * y elsewhere, in double and row by row.
  public func fakeQuantizeScaleGradient(
    m: Int, n: Int, x: UnsafePointer<Float>, _ grid: FakeQuantization, dy: UnsafePointer<Float>,
    sum: UnsafeMutablePointer<Double>
  ) {
    // Nothing is written there.
    var arguments = grid.arguments(m, n, x, UnsafeMutablePointer(mutating: x))
    table.pointee.fake_quantize_scale_gradient_f32(&arguments, dy, sum)
  }

  /// Widens `low` and `high`, one of each for each column, by the columns of `m` rows of `n` values. A NaN in a column
  /// makes both of its ends NaN; zeros come out as +0.
  public func columnRange(
    m: Int, n: Int, x: UnsafePointer<Float>, low: UnsafeMutablePointer<Float>, high: UnsafeMutablePointer<Float>
  ) {
    precondition(m >= 0 && n >= 0, "columnRange: a size is negative")
    table.pointee.column_range_f32(m, n, x, low, high)
  }
}
