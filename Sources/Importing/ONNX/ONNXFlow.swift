import Networks
import ONNXFormat

/// What a name of an ONNX graph stands for while the graph is read.
enum ONNXFlow: Sendable {
  /// The images that enter, shifted and scaled channel by channel.
  case pixels(ONNXPixels)
  /// What leaves a layer.
  case value(ONNXValueOfLayer)
  /// The gate of a hard swish, of what leaves a layer: it is none of our layers, only a part of one.
  case hardSigmoid(of: ONNXValueOfLayer)
  /// Numbers that do not depend on the images.
  case constant(ONNXTensor)
  /// Sizes that are computed with, of which the number of images may be one.
  case sizes(ONNXSizes)

  /// What it is, for a message.
  var kind: String {
    switch self {
    case .pixels: "the images"
    case .value(let value): "a value of shape \(value.shapeText)"
    case .hardSigmoid: "a HardSigmoid, which is read only as a part of HardSwish"
    case .constant(let tensor): "a constant of \(tensor.type), shape \(tensor.shape)"
    case .sizes: "sizes of a shape"
    }
  }
}

/// What leaves a layer.
struct ONNXValueOfLayer: Sendable, Equatable {
  /// The layer's name.
  let layer: String
  /// The shape of one image's value, as networks have it.
  let shape: ActivationShape
  /// The sides that the graph sees, without the first, which counts images: those of `shape` but for sides of 1 that
  /// were taken off.
  let sides: [Int]

  init(_ layer: String, _ shape: ActivationShape, sides: [Int]? = nil) {
    (self.layer, self.shape) = (layer, shape)
    self.sides = sides ?? shape.sides
  }

  /// `(N, 8, 1, 1)`.
  var shapeText: String { "(" + (["N"] + sides.map { "\($0)" }).joined(separator: ", ") + ")" }
}

extension ActivationShape {
  /// The sides of one image's value in PyTorch's order.
  var sides: [Int] { isFlat ? [image.count] : [image.channels, image.height, image.width] }
}

/// Whole numbers that a graph computes with, in a list or as a single one.
struct ONNXSizes: Sendable, Equatable {
  /// A whole number.
  enum Size: Sendable, Equatable {
    /// The number itself.
    case count(Int)
    /// However many images there are.
    case batch
  }

  /// The numbers; one where it is single.
  var values: [Size]
  /// Whether it is one number and no list.
  var isSingle = false

  /// The numbers of an integer constant, nil for any other and for more than a shape could have.
  init?(_ tensor: ONNXTensor) {
    let most = 64
    switch tensor.elements {
    case .s64(let numbers) where tensor.shape.count <= 1 && numbers.count <= most:
      self.init(numbers.map { .count(Int($0)) }, isSingle: tensor.shape.isEmpty)
    case .s32(let numbers) where tensor.shape.count <= 1 && numbers.count <= most:
      self.init(numbers.map { .count(Int($0)) }, isSingle: tensor.shape.isEmpty)
    default: return nil
    }
  }

  init(_ values: [Size], isSingle: Bool = false) { (self.values, self.isSingle) = (values, isSingle) }

  /// The numbers where none of them is the number of images.
  var counts: [Int]? {
    let counts = values.compactMap { if case .count(let count) = $0 { count } else { nil } }
    return counts.count == values.count ? counts : nil
  }
}
