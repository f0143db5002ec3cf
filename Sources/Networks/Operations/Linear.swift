import Tensors

/// A fully connected layer: weight (out, in), bias (out).
public struct Linear: Product, Equatable {
  package static let type = "linear"
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

  /// A linear layer as a network file has it; absent keys take PyTorch's defaults.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      out: try keys.decode(Int.self, forKey: .out), bias: try keys.value(.bias, default: true),
      relu: try keys.value(.relu, default: false))
  }

  package var operation: Operation { .linear(self) }

  package var outline: String { "linear" + (relu ? ", relu" : "") }

  package func shape(of inputs: [ActivationShape]) throws(OperationError) -> ActivationShape {
    try require(out, "out", atLeast: 1)
    guard inputs[0].isFlat else {
      throw OperationError("linear needs a vector, found an image \(inputs[0]); add flatten")
    }
    return ActivationShape(image: ImageShape(channels: out, height: 1, width: 1), isFlat: true)
  }

  package func multiplications(input: ImageShape, output: ImageShape) -> Int { output.count * input.count }

  package func parameters(of input: ImageShape) -> [(name: String, shape: Shape)] {
    [("weight", Shape([out, input.count]))] + (bias ? [("bias", Shape([out]))] : [])
  }

  /// The whole input is one run.
  package func memoryRows(input: ImageShape) -> [[Int]] { [input.pytorchOrder] }
}
