/// One step of a network: a name and what it computes.
public struct Layer: Sendable, Equatable {
  /// Unique in its network; parameters are named after it, `conv1.weight`.
  public var name: String
  /// What it computes.
  public var operation: Operation

  /// A layer of the given name and operation.
  public init(_ name: String, _ operation: Operation) {
    self.name = name
    self.operation = operation
  }
}

/// What a layer computes, with PyTorch's names and defaults.
public enum Operation: Sendable, Equatable {
  /// 2-D cross-correlation.
  case conv2d(Conv2d)
  /// Batch normalization of each channel.
  case batchNorm2d(BatchNorm2d)
  /// max(x, 0).
  case relu
  /// The maximum of each window.
  case maxPool2d(MaxPool2d)
  /// An image as a vector, channel by channel, row by row.
  case flatten
  /// x W^T + b.
  case linear(Linear)

  /// The name in a network file.
  public var type: String {
    switch self {
    case .conv2d: "conv2d"
    case .batchNorm2d: "batchNorm2d"
    case .relu: "relu"
    case .maxPool2d: "maxPool2d"
    case .flatten: "flatten"
    case .linear: "linear"
    }
  }
}

/// A convolution of square kernels: weight (out, in, kernel, kernel), bias (out).
public struct Conv2d: Sendable, Equatable {
  /// Output channels.
  public var out: Int
  /// The kernel's height and width.
  public var kernel: Int
  /// Pixels from one window to the next.
  public var stride = 1
  /// Rows and columns of zeros around the input, any number of them.
  public var padding = 0
  /// Whether a bias is added; a convolution before batchNorm2d needs none.
  public var bias = true
  /// Whether max(x, 0) follows, fused into this layer.
  public var relu = false

  /// A convolution with `out` channels of `kernel` x `kernel` weights.
  public init(out: Int, kernel: Int, stride: Int = 1, padding: Int = 0, bias: Bool = true, relu: Bool = false) {
    self.out = out
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.bias = bias
    self.relu = relu
  }
}

/// Batch normalization: weight, bias, running_mean and running_var, one of each per channel.
public struct BatchNorm2d: Sendable, Equatable {
  /// Added to the variance.
  public var epsilon: Float = 1e-5
  /// The weight of a new batch in the running statistics.
  public var momentum: Float = 0.1

  /// A batch normalization with PyTorch's constants unless told otherwise.
  public init(epsilon: Float = 1e-5, momentum: Float = 0.1) {
    self.epsilon = epsilon
    self.momentum = momentum
  }
}

/// A max-pool of square windows without padding. Rows and columns that fill no window are left out.
public struct MaxPool2d: Sendable, Equatable {
  /// The window's height and width.
  public var kernel: Int
  /// Pixels from one window to the next; `kernel` unless the file says otherwise.
  public var stride: Int

  /// A pool of `kernel` x `kernel` windows.
  public init(kernel: Int, stride: Int? = nil) {
    self.kernel = kernel
    self.stride = stride ?? kernel
  }
}

/// A fully connected layer: weight (out, in), bias (out).
public struct Linear: Sendable, Equatable {
  /// Output features.
  public var out: Int
  /// Whether a bias is added.
  public var bias = true
  /// Whether max(x, 0) follows, fused into this layer.
  public var relu = false

  /// A linear layer with `out` features.
  public init(out: Int, bias: Bool = true, relu: Bool = false) {
    self.out = out
    self.bias = bias
    self.relu = relu
  }
}
