import Tensors

/// A convolution of square kernels: weight (out, in, kernel, kernel), bias (out).
public struct Conv2d: Product, Equatable {
  package static let type = "conv2d"
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

  /// A convolution as a network file has it; absent keys take PyTorch's defaults.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      out: try keys.decode(Int.self, forKey: .out), kernel: try keys.decode(Int.self, forKey: .kernel),
      stride: try keys.value(.stride, default: 1), padding: try keys.value(.padding, default: 0),
      bias: try keys.value(.bias, default: true), relu: try keys.value(.relu, default: false))
  }

  package var operation: Operation { .conv2d(self) }

  package var outline: String {
    "conv2d \(kernel)x\(kernel)" + (stride == 1 ? "" : ", stride \(stride)")
      + (padding == 0 ? "" : ", padding \(padding)") + (relu ? ", relu" : "")
  }

  package func shape(of inputs: [ActivationShape]) throws(OperationError) -> ActivationShape {
    try require(out, "out", atLeast: 1)
    try require(padding, "padding", atLeast: 0)
    try require(kernel, "kernel", atLeast: 1)
    return try slide(over: try image(inputs[0]), channels: out, kernel: kernel, stride: stride, padding: padding)
  }

  package var border: Int { padding }

  package var reach: Int { max(kernel, padding) }

  package func multiplications(input: ImageShape, output: ImageShape) -> Int {
    output.count * input.channels * kernel * kernel
  }

  package func parameters(of input: ImageShape) -> [(name: String, shape: Shape)] {
    [("weight", Shape([out, input.channels, kernel, kernel]))] + (bias ? [("bias", Shape([out]))] : [])
  }

  /// The next row of the kernel starts a row of the image later.
  package func memoryRows(input: ImageShape) -> [[Int]] {
    let order = ImageShape(channels: input.channels, height: kernel, width: kernel).pytorchOrder
    let length = kernel * input.channels
    return (0..<kernel).map { Array(order[$0 * length..<($0 + 1) * length]) }
  }
}
