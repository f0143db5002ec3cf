import Quantization
import Tensors

/// A convolution's or linear layer's weight in integers with zero point 0.
public struct QuantizedWeight: Sendable, Equatable {
  /// The integers in PyTorch's layout, (out, in, kernel, kernel) or (out, in).
  public let integers: [Int8]
  /// Its shape.
  public let shape: Shape
  /// One scale per output channel, or one for all.
  public let scales: [Float]
  /// The integers in use.
  public let range: IntegerRange

  /// A weight of the given numbers.
  public init(integers: [Int8], shape: Shape, scales: [Float], range: IntegerRange) {
    self.integers = integers
    self.shape = shape
    self.scales = scales
    self.range = range
  }

  /// Output channels.
  public var out: Int { shape[0] }

  /// Weights of one output channel.
  public var inner: Int { integers.count / out }

  /// The scale of one output channel's weights.
  public func scale(_ channel: Int) -> Float { scales[scales.count == 1 ? 0 : channel] }

  /// The real numbers that the integers stand for.
  public var dequantized: [Float] {
    let inner = inner
    return integers.indices.map { scale($0 / inner) * Float(integers[$0]) }
  }
}
