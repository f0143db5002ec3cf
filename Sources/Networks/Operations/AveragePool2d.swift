/// The mean of each square window, without padding. Rows and columns that fill no window are left out.
///
/// Without a kernel, of the whole image: PyTorch's AdaptiveAvgPool2d(1).
public struct AveragePool2d: OperationKind, Equatable {
  package static let type = "averagePool2d"
  /// The window's height and width; nil for those of the image.
  public var kernel: Int?
  /// Pixels from one window to the next; nil, unless the file says otherwise, for `kernel`.
  public var stride: Int?

  /// A pool of `kernel` x `kernel` windows, or, without a kernel, of the whole image.
  public init(kernel: Int? = nil, stride: Int? = nil) {
    self.kernel = kernel
    self.stride = kernel == nil ? nil : stride ?? kernel
  }

  /// A pool as a network file has it.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    func size(_ key: CodingKeys) throws -> Int? { keys.contains(key) ? try keys.decode(Int.self, forKey: key) : nil }
    let (kernel, stride) = (try size(.kernel), try size(.stride))
    guard kernel != nil || stride == nil else {
      throw DecodingError.keyNotFound(
        CodingKeys.kernel, .init(codingPath: keys.codingPath, debugDescription: "a stride needs a kernel"))
    }
    self.init(kernel: kernel, stride: stride)
  }

  package var operation: Operation { .averagePool2d(self) }

  package var outline: String {
    guard let kernel, let stride else { return "averagePool2d, global" }
    return "averagePool2d \(kernel)x\(kernel)" + (stride == kernel ? "" : ", stride \(stride)")
  }

  package func shape(of inputs: [ActivationShape]) throws(OperationError) -> ActivationShape {
    let image = try image(inputs[0])
    guard let kernel, let stride else {
      return ActivationShape(image: ImageShape(channels: image.channels, height: 1, width: 1), isFlat: false)
    }
    return try slide(over: image, channels: image.channels, kernel: kernel, stride: stride, padding: 0)
  }

  /// A mean lies among its terms, so that PyTorch too keeps scale and zero point.
  package var outputScale: OutputScale { .sameAsInput }
}
