/// The mean of each window. Without a kernel, of the whole image: PyTorch's AdaptiveAvgPool2d(1).
public struct AveragePool2d: OperationKind, Equatable {
  package static let type = "averagePool2d"
  /// The window's height and width; nil for those of the image.
  public var kernel: Pair?
  /// Pixels from one window to the next; nil, unless the file says otherwise, for `kernel`.
  public var stride: Pair?
  /// Rows and columns of zeros around the input, at most half of the kernel.
  public var padding: Padding
  /// Whether rows and columns that fill a window in part make a last one; otherwise they are left out.
  public var ceil: Bool
  /// Whether padding counts among what is divided by, as PyTorch has it unless told otherwise.
  public var countIncludePad: Bool

  enum CodingKeys: String, CodingKey {
    case kernel, stride, padding, ceil
    case countIncludePad = "count_include_pad"
  }

  /// A pool of the given windows, or, without a kernel, of the whole image.
  public init(
    kernel: Pair?, stride: Pair? = nil, padding: Padding = 0, ceil: Bool = false, countIncludePad: Bool = true
  ) {
    self.kernel = kernel
    self.stride = kernel == nil ? nil : stride ?? kernel
    self.padding = padding
    self.ceil = ceil
    self.countIncludePad = countIncludePad
  }

  /// A pool of `kernel` x `kernel` windows without padding, or, without a kernel, of the whole image.
  public init(kernel: Int? = nil, stride: Int? = nil) {
    self.init(kernel: kernel.map { Pair($0) }, stride: stride.map { Pair($0) })
  }

  /// A pool as a network file has it.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    let kernel = keys.contains(.kernel) ? try keys.decode(Pair.self, forKey: .kernel) : nil
    for key in [CodingKeys.stride, .padding, .ceil, .countIncludePad] where kernel == nil && keys.contains(key) {
      throw DecodingError.keyNotFound(
        CodingKeys.kernel, .init(codingPath: keys.codingPath, debugDescription: "\(key.rawValue) needs a kernel"))
    }
    self.init(
      kernel: kernel, stride: keys.contains(.stride) ? try keys.decode(Pair.self, forKey: .stride) : nil,
      padding: try keys.value(.padding, default: 0), ceil: try keys.value(.ceil, default: false),
      countIncludePad: try keys.value(.countIncludePad, default: true))
  }

  /// The keys as a network file has them.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encodeIfPresent(kernel, forKey: .kernel)
    try keys.encodeIfPresent(stride, forKey: .stride)
    if padding != 0 { try keys.encode(padding, forKey: .padding) }
    if ceil { try keys.encode(ceil, forKey: .ceil) }
    if !countIncludePad { try keys.encode(countIncludePad, forKey: .countIncludePad) }
  }

  package var operation: Operation { .averagePool2d(self) }

  package var outline: String {
    guard let kernel, let stride else { return "averagePool2d, global" }
    return "averagePool2d \(kernel.outline)" + (stride == kernel ? "" : ", stride \(stride.short)")
      + (padding == 0 ? "" : ", padding \(padding.short)") + (ceil ? ", ceil" : "")
      + (countIncludePad ? "" : ", padding not counted")
  }

  /// What slides over an image.
  package func window(over image: ImageShape) -> Window {
    Window(
      kernel: kernel ?? Pair(image.height, image.width), stride: stride ?? 1, padding: padding, ceil: ceil)
  }

  package func shape(of inputs: [ActivationShape]) throws(OperationError) -> ActivationShape {
    let image = try image(inputs[0])
    let window = window(over: image)
    try requireSmallPadding(window)
    return try slide(window, over: image, channels: image.channels)
  }

  /// A mean lies among its terms, so that PyTorch too keeps scale and zero point.
  package var outputScale: OutputScale { .sameAsInput }
}
