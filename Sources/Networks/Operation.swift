/// What a layer computes, with PyTorch's names and defaults.
///
/// Each operation describes itself in its own file of `Operations/`; this list names them. What runs an operation, in
/// floats, rounded or in integers, switches over the list without a default, so that the compiler asks for each.
public enum Operation: Sendable, Equatable {
  /// 2-D cross-correlation.
  case conv2d(Conv2d)
  /// Batch normalization of each channel of an image.
  case batchNorm2d(BatchNorm2d)
  /// Batch normalization of each feature of a vector.
  case batchNorm1d(BatchNorm1d)
  /// max(x, 0).
  case relu
  /// min(max(x, 0), 6).
  case relu6
  /// x, or, where it is negative, a part of it.
  case leakyReLU(LeakyReLU)
  /// x * min(max(x + 3, 0), 6) / 6.
  case hardSwish
  /// 1 / (1 + exp(-x)).
  case sigmoid
  /// The maximum of each window.
  case maxPool2d(MaxPool2d)
  /// The mean of each window.
  case averagePool2d(AveragePool2d)
  /// An image as a vector, channel by channel, row by row.
  case flatten
  /// x W^T + b.
  case linear(Linear)
  /// The sum of two values.
  case add(Add)
  /// The channels of several values.
  case concat
  /// In training, values that are left out.
  case dropout(Dropout)
  /// Probabilities, at the end.
  case softmax

  /// What the operation says of itself.
  package var kind: any OperationKind {
    switch self {
    case .conv2d(let conv): conv
    case .batchNorm2d(let norm): norm
    case .batchNorm1d(let norm): norm
    case .relu: ReLU()
    case .relu6: ReLU6()
    case .leakyReLU(let relu): relu
    case .hardSwish: HardSwish()
    case .sigmoid: Sigmoid()
    case .maxPool2d(let pool): pool
    case .averagePool2d(let pool): pool
    case .flatten: Flatten()
    case .linear(let linear): linear
    case .add(let add): add
    case .concat: Concat()
    case .dropout(let dropout): dropout
    case .softmax: Softmax()
    }
  }

  /// All kinds, in the order in which messages list them.
  static let kinds: [any OperationKind.Type] = [
    Conv2d.self, Linear.self, BatchNorm2d.self, BatchNorm1d.self, ReLU.self, ReLU6.self, LeakyReLU.self,
    HardSwish.self, Sigmoid.self, MaxPool2d.self, AveragePool2d.self, Add.self, Concat.self, Flatten.self,
    Dropout.self, Softmax.self,
  ]

  /// The name in a network file.
  public var type: String { kind.type }

  /// The operation as a product by a weight matrix, nil for any other.
  package var product: (any Product)? { kind as? any Product }

  /// Whether a scale is chosen for what leaves it.
  package var hasOwnScale: Bool { kind.outputScale == .own }

  /// The operation as one that can take in a ReLU, nil for any other.
  package var rectifiable: (any Rectifiable)? { kind as? any Rectifiable }

  /// Whether a ReLU was fused into it.
  public var hasFusedReLU: Bool { rectifiable?.relu ?? false }

  /// The operation as a batch normalization, nil for any other.
  package var normalization: (any Normalization)? { kind as? any Normalization }

  /// The operation and what is not its default, for a reader: `conv2d 3x3, padding 1, relu`.
  public var outline: String { kind.outline }
}
