import Evaluation
import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import Tensors

/// What is to be timed: a float model, its int8 twin, and images for both.
public struct BenchmarkModels: Sendable {
  /// Which of the two.
  public enum Name: String, Sendable, CaseIterable {
    /// The fused float model.
    case float32
    /// The converted one.
    case int8
  }

  /// The float model.
  public let float: FloatModel
  /// The int8 model.
  public let int8: QuantizedModel
  /// The test set.
  public let images: ImageSet
  /// The test set's name.
  public let dataset: String

  /// Images whose scores must be the scalar reference's before anything is timed.
  static let verifiedImages = 64

  /// Models and images that belong together.
  /// - Throws: `EvaluationError` where they do not, `BenchmarkError.noImages`.
  public init(float: FloatModel, int8: QuantizedModel, images: ImageSet, dataset: String) throws {
    try FloatInt8Comparison.check(float.network, int8.network, images, parameters: int8.valueParameters)
    guard images.count > 0 else { throw BenchmarkError.noImages }
    self.float = float
    self.int8 = int8
    self.images = images
    self.dataset = dataset
  }

  /// A new engine of one of the models.
  func engine(_ name: Name, capacity: Int, compute: Compute) throws -> any InferenceEngine {
    switch name {
    case .float32: try FloatEngine(float, capacity: capacity, convolution: .winograd, compute: compute)
    case .int8: try QuantizedEngine(int8, capacity: capacity, keepsValues: false, compute: compute)
    }
  }

  /// So many images as floats, from the first on, and from the first again where there are fewer.
  func pixels(_ count: Int) -> [Float] { images.repeated(to: count).floats(0..<count) }

  /// Holds both models' scores on the first images against those of the scalar kernels, bit for bit.
  /// - Throws: `BenchmarkError.wrongScore`.
  public func verify(_ compute: Compute) throws {
    let reference = Compute(kernels: try Kernels(.scalar), pool: compute.pool)
    let count = min(Self.verifiedImages, images.count)
    for name in Name.allCases {
      let scores = try [reference, compute].map { compute in
        let engine = try engine(name, capacity: count, compute: compute)
        return pixels(count).withUnsafeBufferPointer { engine.logits($0, count: count) }
      }
      try Self.requireEqual(
        scores[0], scores[1], images: count, model: name.rawValue, set: compute.kernels.instructionSet.rawValue)
    }
  }

  package static func requireEqual(
    _ expected: [Float], _ found: [Float], images: Int, model: String, set: String
  ) throws {
    let outputs = expected.count / images
    for (index, pair) in zip(expected, found).enumerated() where pair.0.bitPattern != pair.1.bitPattern {
      throw BenchmarkError.wrongScore(
        model: model, set: set, image: index / outputs, output: index % outputs, expected: pair.0, found: pair.1)
    }
  }

  /// What the products of a model are held against; nil where some of them are not of its kind.
  package func loop(of name: Name, compute: Compute) throws -> Peaks.Loop? {
    guard name == .int8 else { return .f32 }
    guard int8.layers.values.allSatisfy({ $0.integer != nil }) else { return nil }
    let proofs = try QuantizedEngine(int8, capacity: 1, compute: compute).proofs
    return proofs.values.allSatisfy { $0.path == .pairwise } ? .pairwise : .wide
  }
}

extension Network {
  /// Multiplications and additions of the products that one image takes, each counted as one.
  /// - Parameter winograd: whether convolutions that fit are made by Winograd's transforms, in float; these are left out.
  package func operations(winograd: Bool) throws -> Int {
    let (inputs, shapes) = (try inputShapes().map(\.image), try shapes().map(\.image))
    return layers.indices.reduce(0) { total, index in
      let (layer, input, output) = (layers[index], inputs[index], shapes[index + 1])
      if winograd, let shape = WinogradShape(layer, input: input, output: output, batch: 1) {
        return total + shape.operations
      }
      return total + (ProductShape(layer, input: input, output: output, batch: 1)?.operations ?? 0)
    }
  }
}

extension ImageSet {
  /// So many images, from the first on, and from the first again where there are fewer.
  /// - Precondition: there is one.
  package func repeated(to count: Int) -> ImageSet {
    let indices = (0..<count).map { $0 % self.count }
    let size = shape.count
    return ImageSet(
      shape: shape, pixels: indices.flatMap { pixels[$0 * size..<($0 + 1) * size] }, labels: classes(indices))
  }
}
