/// A max-pool of square windows without padding. Rows and columns that fill no window are left out.
public struct MaxPool2d: OperationKind, Equatable {
  package static let type = "maxPool2d"
  /// The window's height and width.
  public var kernel: Int
  /// Pixels from one window to the next; `kernel` unless the file says otherwise.
  public var stride: Int

  /// A pool of `kernel` x `kernel` windows.
  public init(kernel: Int, stride: Int? = nil) {
    self.kernel = kernel
    self.stride = stride ?? kernel
  }

  /// A pool as a network file has it.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    let kernel = try keys.decode(Int.self, forKey: .kernel)
    self.init(kernel: kernel, stride: try keys.value(.stride, default: kernel))
  }

  package var operation: Operation { .maxPool2d(self) }

  package var outline: String { "maxPool2d \(kernel)x\(kernel)" + (stride == kernel ? "" : ", stride \(stride)") }

  package func shape(of inputs: [ActivationShape]) throws(OperationError) -> ActivationShape {
    let image = try image(inputs[0])
    return try slide(over: image, channels: image.channels, kernel: kernel, stride: stride, padding: 0)
  }

  /// The order of integers is that of the numbers they stand for.
  package var outputScale: OutputScale { .sameAsInput }
}
