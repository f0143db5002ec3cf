import Tensors

/// A convolution: weight (out, in / groups, kernel height, kernel width), bias (out).
public struct Conv2d: Product, Equatable {
  package static let type = "conv2d"
  /// Output channels.
  public var out: Int
  /// The kernel's height and width.
  public var kernel: Pair
  /// Pixels from one window to the next.
  public var stride: Pair
  /// Rows and columns of zeros around the input, any number of them.
  public var padding: Padding
  /// Pixels from one value of the kernel to the next.
  public var dilation: Pair
  /// Parts into which input and output channels are cut; each output sees the input channels of its own part.
  public var groups: Int
  /// Whether a bias is added; a convolution before batchNorm2d needs none.
  public var bias: Bool
  /// Whether max(x, 0) follows, fused into this layer.
  public var relu: Bool

  enum CodingKeys: String, CodingKey { case out, kernel, stride, padding, dilation, groups, bias, relu }

  /// A convolution with `out` channels.
  public init(
    out: Int, kernel: Pair, stride: Pair = 1, padding: Padding = 0, dilation: Pair = 1, groups: Int = 1,
    bias: Bool = true, relu: Bool = false
  ) {
    self.out = out
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.bias = bias
    self.relu = relu
  }

  /// A convolution of square kernels that slide alike over rows and columns.
  public init(out: Int, kernel: Int, stride: Int = 1, padding: Int = 0, bias: Bool = true, relu: Bool = false) {
    self.init(
      out: out, kernel: Pair(kernel), stride: Pair(stride), padding: Padding(padding), bias: bias, relu: relu)
  }

  /// A convolution as a network file has it; absent keys take PyTorch's defaults.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      out: try keys.decode(Int.self, forKey: .out), kernel: try keys.decode(Pair.self, forKey: .kernel),
      stride: try keys.value(.stride, default: 1), padding: try keys.value(.padding, default: 0),
      dilation: try keys.value(.dilation, default: 1), groups: try keys.value(.groups, default: 1),
      bias: try keys.value(.bias, default: true), relu: try keys.value(.relu, default: false))
  }

  /// The keys as a network file has them.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(out, forKey: .out)
    try keys.encode(kernel, forKey: .kernel)
    try keys.encode(stride, forKey: .stride)
    try keys.encode(padding, forKey: .padding)
    if dilation != 1 { try keys.encode(dilation, forKey: .dilation) }
    if groups != 1 { try keys.encode(groups, forKey: .groups) }
    try keys.encode(bias, forKey: .bias)
    try keys.encode(relu, forKey: .relu)
  }

  package var operation: Operation { .conv2d(self) }

  package var outline: String {
    "conv2d \(kernel.outline)" + (stride == 1 ? "" : ", stride \(stride.short)")
      + (padding == 0 ? "" : ", padding \(padding.short)") + (dilation == 1 ? "" : ", dilation \(dilation.short)")
      + (groups == 1 ? "" : ", groups \(groups)") + (relu ? ", relu" : "")
  }

  /// What slides over the input.
  package var window: Window { Window(kernel: kernel, stride: stride, padding: padding, dilation: dilation) }

  /// Whether each output channel sees the input channel of its own number alone.
  package func isDepthwise(over input: ImageShape) -> Bool {
    groups > 1 && groups == input.channels && groups == out
  }

  package func shape(of inputs: [ActivationShape]) throws(OperationError) -> ActivationShape {
    try require(out, "out", atLeast: 1)
    try require(groups, "groups", atLeast: 1)
    let image = try image(inputs[0])
    guard image.channels.isMultiple(of: groups), out.isMultiple(of: groups) else {
      throw OperationError(
        "groups must divide the channels that enter and leave, found \(groups), \(image.channels) and \(out)")
    }
    return try slide(window, over: image, channels: out)
  }

  package var border: Int { padding.largest }

  package var reach: Int { max(window.extent.height, window.extent.width, padding.largest) }

  package func multiplications(input: ImageShape, output: ImageShape) -> Int {
    output.count * (input.channels / groups) * kernel.height * kernel.width
  }

  package func parameters(of input: ImageShape) -> [(name: String, shape: Shape)] {
    [("weight", Shape([out, input.channels / max(groups, 1), kernel.height, kernel.width]))]
      + (bias ? [("bias", Shape([out]))] : [])
  }

  /// A row of the kernel lies side by side; dilated, a pixel's channels alone do. The weight is one of all input
  /// channels: see `QuantizedWeight.dense`.
  package func memoryRows(input: ImageShape) -> [[Int]] {
    let order = ImageShape(channels: input.channels, height: kernel.height, width: kernel.width).pytorchOrder
    let length = (dilation.width == 1 ? kernel.width : 1) * input.channels
    return Swift.stride(from: 0, to: order.count, by: length).map { Array(order[$0..<$0 + length]) }
  }
}
