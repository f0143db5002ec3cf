import Layers
import Networks
import Quantization
import TestSupport
import Tensors

/// A small model that has every kind of layer left after fusing.
enum Sample {
  static let network = Network(
    2, 6, 5,
    [
      .conv2d(Conv2d(out: 3, kernel: 3, padding: 1, relu: true)), .maxPool2d(MaxPool2d(kernel: 2)), .flatten,
      .relu,
      .linear(Linear(out: 4, bias: false)),
    ])

  static func model() throws -> FloatModel { try FloatModel(random: network, seed: 7) }

  static let images = ImageSet(
    shape: [2, 6, 5], pixels: (0..<60 * 12).map { UInt8($0 * 61 % 251) },
    labels: (0..<12).map { UInt8($0 % 4) })

  /// The model with one number of a parameter replaced.
  static func model(_ parameter: String, _ index: Int, _ value: Float) throws -> FloatModel {
    let model = try model()
    var parameters = model.parameters
    var values = model.values(parameter)
    values[index] = value
    parameters[parameter] = Tensor(parameters[parameter]?.shape ?? [], values)
    return try FloatModel(network: network, parameters: parameters)
  }
}
