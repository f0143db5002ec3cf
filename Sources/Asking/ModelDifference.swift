import Evaluation
import Kernels
import Networks
import StageKit
import Tensors

/// Two models of one network, layer by layer on the same images.
public struct ModelDifference: Sendable {
  /// The model that the other is held against.
  public let first: AskedModel
  /// The other.
  public let second: AskedModel
  /// The images' data set.
  public let dataset: String
  /// How many images.
  public let images: Int
  /// What leaves each layer that both have, in the network's order; its input, `quant`, first.
  public let layers: [LayerDifference]
  /// The layers that only one of them has.
  public let unmatched: [String]

  /// Images in a batch.
  private static let batch = 64

  /// Compares two models, their layers fused, on images.
  /// - Throws: `ConfigError` naming the file that does not fit; `DifferenceError`; `EvaluationError.wrongImages`.
  public init(
    of first: AskedModel, and second: AskedModel, on images: ImageSet, dataset: String, compute: Compute
  ) throws {
    let models = try [first, second].map { try $0.fused() }
    let networks = models.map(\.network)
    let input = networks[0].input
    guard networks[1].input == input else { throw DifferenceError.otherInput(input, networks[1].input) }
    guard images.count > 0 else { throw DifferenceError.noImages }
    guard images.shape == [input.channels, input.height, input.width] else {
      throw EvaluationError.wrongImages(expected: input, found: images.shape)
    }
    let names = try Self.sharedNames(networks[0], networks[1])
    let capacity = min(Self.batch, images.count)
    // Layers that stay float in both are then equal to the last bit.
    let engines = try models.map { try $0.engine(capacity: capacity, convolution: .direct, compute: compute) }
    (self.first, self.second, self.dataset, self.images) = (first, second, dataset, images.count)
    layers = LayerDifference.measure(names, first: engines[0], second: engines[1], on: images)
    unmatched = Set(networks.flatMap(\.valueNames)).subtracting(names).sorted()
  }

  /// The first layer that differs, nil where none does.
  public var firstDifference: String? { layers.first(where: \.differs)?.error.layer }

  /// The values that both networks have, in the first one's order.
  private static func sharedNames(_ first: Network, _ second: Network) throws -> [String] {
    let shapes = Dictionary(uniqueKeysWithValues: zip(second.valueNames, try second.shapes()))
    let shared = zip(first.valueNames, try first.shapes()).filter { shapes[$0.0] != nil }
    for (name, shape) in shared {
      if let other = shapes[name], other != shape { throw DifferenceError.otherShape(name, shape, other) }
    }
    guard shared.count > 1 else { throw DifferenceError.nothingShared }
    return shared.map(\.0)
  }
}

/// Two models that cannot be compared layer by layer.
public enum DifferenceError: Error, Equatable, CustomStringConvertible {
  /// Networks that take other images.
  case otherInput(ImageShape, ImageShape)
  /// A layer of one name whose output has another shape.
  case otherShape(String, ActivationShape, ActivationShape)
  /// No layer of one name.
  case nothingShared
  /// No image.
  case noImages

  /// One line: where, expected, found, what to do.
  public var description: String {
    switch self {
    case .otherInput(let first, let second):
      "the first model takes \(first), the second \(second); name two models of one network"
    case .otherShape(let layer, let first, let second):
      "layer '\(layer)': \(first) in the first model, \(second) in the second; name two models of one network"
    case .nothingShared: "expected layers that both models have, found none of one name; name two models of one network"
    case .noImages: "test set: expected at least one image, found none; install the data set again"
    }
  }
}
