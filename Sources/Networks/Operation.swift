/// What a layer computes, with PyTorch's names and defaults.
///
/// Each operation describes itself in its own file of `Operations/`; this list names them. What runs an operation, in
/// floats, rounded or in integers, switches over the list without a default, so that the compiler asks for each.
public enum Operation: Sendable, Equatable {
  /// 2-D cross-correlation.
  case conv2d(Conv2d)
  /// Batch normalization of each channel.
  case batchNorm2d(BatchNorm2d)
  /// max(x, 0).
  case relu
  /// The maximum of each window.
  case maxPool2d(MaxPool2d)
  /// The mean of each window.
  case averagePool2d(AveragePool2d)
  /// An image as a vector, channel by channel, row by row.
  case flatten
  /// x W^T + b.
  case linear(Linear)

  /// What the operation says of itself.
  package var kind: any OperationKind {
    switch self {
    case .conv2d(let conv): conv
    case .batchNorm2d(let norm): norm
    case .relu: ReLU()
    case .maxPool2d(let pool): pool
    case .averagePool2d(let pool): pool
    case .flatten: Flatten()
    case .linear(let linear): linear
    }
  }

  /// All kinds, in the order in which messages list them.
  static let kinds: [any OperationKind.Type] = [
    Conv2d.self, BatchNorm2d.self, ReLU.self, MaxPool2d.self, AveragePool2d.self, Flatten.self, Linear.self,
  ]

  /// The name in a network file.
  public var type: String { kind.type }

  /// The operation as a product by a weight matrix, nil for any other.
  package var product: (any Product)? { kind as? any Product }

  /// Whether a ReLU was fused into it.
  public var hasFusedReLU: Bool { product?.relu ?? false }

  /// Whether it normalizes a batch by its own statistics while it is trained.
  package var isNorm: Bool { kind is BatchNorm2d }

  /// The operation and what is not its default, for a reader: `conv2d 3x3, padding 1, relu`.
  public var outline: String { kind.outline }
}
