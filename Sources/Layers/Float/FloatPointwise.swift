import Kernels
import Networks

/// A function of each value by itself, with the slope that PyTorch gives it where it has a corner.
enum Pointwise {
  case relu6
  case leakyReLU(slope: Float)
  case hardSwish
  case sigmoid

  /// f(x) of a row.
  func apply(_ x: UnsafePointer<Float>, count: Int, to y: UnsafeMutablePointer<Float>) {
    switch self {
    case .relu6: for index in 0..<count { y[index] = min(max(x[index], 0), 6) }
    case .leakyReLU(let slope): for index in 0..<count { y[index] = x[index] > 0 ? x[index] : x[index] * slope }
    case .hardSwish: for index in 0..<count { y[index] = x[index] * min(max(x[index] + 3, 0), 6) / 6 }
    case .sigmoid: for index in 0..<count { y[index] = Self.sigmoid(x[index]) }
    }
  }

  /// dx = dy f'(x) of a row.
  func backward(
    _ dy: UnsafePointer<Float>, x: UnsafePointer<Float>, y: UnsafePointer<Float>, count: Int,
    to dx: UnsafeMutablePointer<Float>
  ) {
    switch self {
    case .relu6: for index in 0..<count { dx[index] = x[index] > 0 && x[index] < 6 ? dy[index] : 0 }
    case .leakyReLU(let slope): for index in 0..<count { dx[index] = x[index] > 0 ? dy[index] : dy[index] * slope }
    case .hardSwish:
      for index in 0..<count {
        dx[index] = x[index] < -3 ? 0 : x[index] <= 3 ? dy[index] * (x[index] / 3 + 0.5) : dy[index]
      }
    case .sigmoid: for index in 0..<count { dx[index] = dy[index] * (1 - y[index]) * y[index] }
    }
  }

  /// In double, rounded once: the same bits on every machine.
  private static func sigmoid(_ x: Float) -> Float {
    let tail = exponential(-abs(Double(x)))
    return Float(x < 0 ? tail / (1 + tail) : 1 / (1 + tail))
  }
}

/// A function of each value by itself.
final class FloatPointwise: FloatStep, @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let function: Pointwise
  private let input: FloatValue
  private let output: FloatValue

  init(_ function: Pointwise, input: FloatValue, output: FloatValue) {
    self.function = function
    self.input = input
    self.output = output
  }

  func forward(_ images: Range<Int>, mode: FloatMode) {
    for image in images {
      input.values.forEachRow(of: image) { y, row, rowCount in
        function.apply(row, count: rowCount, to: output.values.row(y, of: image))
      }
    }
  }

  func backward(_ images: Range<Int>) {
    guard let source = output.gradient else { preconditionFailure("this engine was not made for training") }
    guard let target = input.gradient else { return }
    for image in images {
      source.forEachRow(of: image) { y, row, rowCount in
        function.backward(
          row, x: input.values.row(y, of: image), y: output.values.row(y, of: image), count: rowCount,
          to: target.row(y, of: image))
      }
    }
  }
}
