/// The maximum of each window. What the padding stands for is less than any value.
public struct MaxPool2d: OperationKind, Equatable {
  package static let type = "maxPool2d"
  /// The window's height and width.
  public var kernel: Pair
  /// Pixels from one window to the next; `kernel` unless the file says otherwise.
  public var stride: Pair
  /// Rows and columns around the input, at most half of the kernel.
  public var padding: Padding
  /// Whether rows and columns that fill a window in part make a last one; otherwise they are left out.
  public var ceil: Bool

  enum CodingKeys: String, CodingKey { case kernel, stride, padding, ceil }

  /// A pool of the given windows.
  public init(kernel: Pair, stride: Pair? = nil, padding: Padding = 0, ceil: Bool = false) {
    self.kernel = kernel
    self.stride = stride ?? kernel
    self.padding = padding
    self.ceil = ceil
  }

  /// A pool of `kernel` x `kernel` windows without padding.
  public init(kernel: Int, stride: Int? = nil) {
    self.init(kernel: Pair(kernel), stride: stride.map { Pair($0) })
  }

  /// A pool as a network file has it.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    let kernel = try keys.decode(Pair.self, forKey: .kernel)
    self.init(
      kernel: kernel, stride: try keys.value(.stride, default: kernel),
      padding: try keys.value(.padding, default: 0), ceil: try keys.value(.ceil, default: false))
  }

  /// The keys as a network file has them.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(kernel, forKey: .kernel)
    try keys.encode(stride, forKey: .stride)
    if padding != 0 { try keys.encode(padding, forKey: .padding) }
    if ceil { try keys.encode(ceil, forKey: .ceil) }
  }

  package var operation: Operation { .maxPool2d(self) }

  package var outline: String {
    "maxPool2d \(kernel.outline)" + (stride == kernel ? "" : ", stride \(stride.short)")
      + (padding == 0 ? "" : ", padding \(padding.short)") + (ceil ? ", ceil" : "")
  }

  /// What slides over the input.
  package var window: Window { Window(kernel: kernel, stride: stride, padding: padding, ceil: ceil) }

  package func shape(of inputs: [ActivationShape]) throws(OperationError) -> ActivationShape {
    let image = try image(inputs[0])
    try requireSmallPadding(window)
    return try slide(window, over: image, channels: image.channels)
  }

  /// The order of integers is that of the numbers they stand for.
  package var outputScale: OutputScale { .sameAsInput }
}

extension OperationKind {
  /// Every window sees a pixel: PyTorch asks for as much.
  func requireSmallPadding(_ window: Window) throws(OperationError) {
    let (padding, kernel) = (window.padding, window.kernel)
    guard 2 * max(padding.top, padding.bottom) <= kernel.height, 2 * max(padding.left, padding.right) <= kernel.width
    else {
      throw OperationError("padding must be at most half of the kernel, found \(padding.short) and \(kernel.short)")
    }
  }
}
