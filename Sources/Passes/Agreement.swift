import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import Tensors

/// How far a model that was fine-tuned and its conversion agree: the fake-quantized forward pass and the integers.
public struct Agreement: Sendable, Equatable {
  /// Images compared.
  public let images: Int
  /// Integers compared, over all layers.
  public let integers: Int
  /// Those that are one step apart, by layer: ties that fell to the other side where a float sum had left 24 bits.
  public let ties: [String: Int]

  /// One integer in so many may be a tie.
  static let integersPerTie = 100_000

  /// Runs both on some images.
  /// - Throws: `AgreementError` when an image gets another class, an integer is more than a step off, or more than one in
  ///   100,000 is off at all.
  public init(of calibrated: CalibratedModel, on images: ImageSet, compute: Compute) throws {
    let names = calibrated.lowered.scaledNames
    let schemes = names.map { ($0, calibrated.scheme.activations(of: $0)) }
    let capacity = min(100, max(images.count, 1))
    let fake = try FakeQuantizedEngine(
      FusedModel(folded: calibrated.model), scheme: calibrated.scheme,
      activations: Dictionary(uniqueKeysWithValues: schemes), chosen: calibrated.observations,
      weightScales: calibrated.learnedWeightScales, capacity: capacity, compute: compute)
    let exact = try QuantizedEngine(Convert.convert(calibrated).model, capacity: capacity, compute: compute)
    var (integers, ties): (Int, [String: Int]) = (0, [:])
    for batch in ImageSet.batches(of: images.count, size: capacity) {
      let (left, right) = images.floats(batch).withUnsafeBufferPointer {
        (fake.logits($0, count: batch.count), exact.logits($0, count: batch.count))
      }
      for name in names {
        let offset = calibrated.observations[name]?.parameters.storageOffset ?? 0
        let pairs = zip(
          fake.integers(of: name, count: batch.count), exact.integers(of: name, count: batch.count))
        for (simulated, integer) in pairs {
          let apart = abs(simulated + offset - Int32(integer))
          guard apart <= 1 else {
            throw AgreementError.layer(name, by: apart, images: batch)
          }
          ties[name, default: 0] += Int(apart)
          integers += 1
        }
      }
      let classes = left.count / batch.count
      for (image, first) in zip(batch, stride(from: 0, to: left.count, by: classes)) {
        let (simulated, integer) = (argmax(left[first..<first + classes]), argmax(right[first..<first + classes]))
        guard simulated == integer else {
          throw AgreementError.image(image, simulated: simulated, integer: integer)
        }
      }
    }
    let total = ties.values.reduce(0, +)
    guard total * Self.integersPerTie <= integers else { throw AgreementError.tooManyTies(total, of: integers) }
    self.images = images.count
    self.integers = integers
    self.ties = ties.filter { $0.value > 0 }
  }
}

extension Agreement {
  /// `1000 images: same classes, 0 of 38554000 integers differ from the conversion's`.
  public var headline: String {
    "\(images) images: same classes, \(ties.values.reduce(0, +)) of \(integers) integers differ from the conversion's"
  }
}

/// A conversion that computes something else than what was trained.
public enum AgreementError: Error, Equatable, CustomStringConvertible {
  /// An image that the two classify differently.
  case image(Int, simulated: Int, integer: Int)
  /// An integer that is more than a rounding away, among some images.
  case layer(String, by: Int32, images: Range<Int>)
  /// Too many roundings to be chance.
  case tooManyTies(Int, of: Int)

  /// One line: what, expected, found, what to do.
  public var description: String { "\(found); no file was written: report this, with the scheme and the seed" }

  private var found: String {
    switch self {
    case .image(let image, let simulated, let integer):
      "image \(image): expected the trained class \(simulated) from the integers, found \(integer)"
    case .layer(let layer, let apart, let images):
      "layer '\(layer)', images \(images): expected the trained integers, or a step off, found one \(apart) steps off"
    case .tooManyTies(let ties, let integers):
      "expected at most one integer in \(Agreement.integersPerTie) to differ from training's, found \(ties) of \(integers)"
    }
  }
}
