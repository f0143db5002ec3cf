import Foundation
import Tensors

/// What kind of quantization a scheme is: when activations get their scales, if at all.
public enum QuantizationType: String, NamedChoice {
  /// Integers from layer to layer; activations' scales are chosen before, by calibration.
  case `static`
  /// As `static`, with weights and scales fine-tuned by training that feels the rounding: quantization-aware training.
  case qat
  /// Real numbers from layer to layer; each call quantizes a layer's input from its own range, for an integer product.
  case dynamic
  /// Integer weights in the file alone; everything is computed in real numbers.
  case weightOnly = "weight_only"

  /// Whether integers flow from layer to layer.
  public var hasIntegerFlow: Bool { self == .static || self == .qat }
}

/// What differs for one layer from the scheme's defaults.
public struct LayerOverride: Sendable, Equatable, Codable {
  /// Whether the layer stays float.
  public var skip: Bool?
  /// How its output is quantized (its input, in a dynamic scheme), in place of the default.
  public var activations: TensorScheme?
  /// How its weight is quantized, in place of the default.
  public var weights: TensorScheme?

  /// An override of the given parts.
  public init(skip: Bool? = nil, activations: TensorScheme? = nil, weights: TensorScheme? = nil) {
    self.skip = skip
    self.activations = activations
    self.weights = weights
  }
}

/// Which images calibrate.
public struct CalibrationSet: Sendable, Equatable, Codable {
  /// The order in which training images are drawn.
  public enum Order: String, NamedChoice {
    /// As the file holds them.
    case file
    /// Shuffled by the seed.
    case shuffled
  }
  /// The number of batches.
  public var batches: Int
  /// Images in a batch. A moving average sees batches, so its ranges depend on it.
  public var batchSize: Int
  /// Where the images come from.
  public var order: Order
  /// The seed of the shuffle.
  public var seed: UInt64

  /// So many batches of so many images.
  public init(batches: Int, batchSize: Int, order: Order, seed: UInt64) {
    self.batches = batches
    self.batchSize = batchSize
    self.order = order
    self.seed = seed
  }

  enum CodingKeys: String, CodingKey {
    case batches, order, seed
    case batchSize = "batch_size"
  }
}

/// How quantization-aware training goes on from a trained float model.
public struct FineTuning: Sendable, Equatable, Codable {
  /// Passes over the training images.
  public var epochs: Int
  /// Images per step.
  public var batchSize: Int
  /// Adam's learning rate.
  public var learningRate: Double
  /// Decides every shuffle.
  public var seed: UInt64
  /// The epoch, from 1, from which on activations keep their scales; above `epochs`: never.
  public var freezeObservers: Int
  /// The epoch, from 1, from which on batch normalization uses its running statistics, and leaves them as they are; nil
  /// or above `epochs`: never. Until then each batch is normalized by its own.
  public var freezeBatchNorm: Int?

  enum CodingKeys: String, CodingKey {
    case epochs, seed
    case batchSize = "batch_size"
    case learningRate = "learning_rate"
    case freezeObservers = "freeze_observers"
    case freezeBatchNorm = "freeze_batch_norm"
  }

  /// A plan of the given parts.
  public init(
    epochs: Int, batchSize: Int, learningRate: Double, seed: UInt64, freezeObservers: Int,
    freezeBatchNorm: Int? = nil
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.seed = seed
    self.freezeObservers = freezeObservers
    self.freezeBatchNorm = freezeBatchNorm
  }
}

/// A quantization scheme: everything that decides a network's integers, as a file in Pipelines holds it.
public struct QuantizationScheme: Sendable, Equatable, Codable {
  /// What kind of quantization it is.
  public var type: QuantizationType
  /// The engine whose arithmetic the integers follow.
  public var profile: NumericProfile
  /// How the input and the layers' outputs are quantized; how layers' inputs are, in a dynamic scheme. Nil for
  /// `weight_only`.
  public var activations: TensorScheme?
  /// How weights are quantized.
  public var weights: TensorScheme
  /// Which images calibrate; for `static` alone.
  public var calibration: CalibrationSet?
  /// How training goes on; for `qat` alone.
  public var training: FineTuning?
  /// What differs by layer, under the layer's name; `quant` is the input.
  public var layers: [String: LayerOverride]?

  /// A scheme of the given parts; `validate()` says whether they fit.
  public init(
    type: QuantizationType = .static, profile: NumericProfile, activations: TensorScheme?, weights: TensorScheme,
    calibration: CalibrationSet? = nil, training: FineTuning? = nil, layers: [String: LayerOverride]? = nil
  ) {
    self.type = type
    self.profile = profile
    self.activations = activations
    self.weights = weights
    self.calibration = calibration
    self.training = training
    self.layers = layers
  }

  /// The scheme that a checkpoint's metadata holds.
  /// - Throws: `MetadataError` when the text is no scheme.
  public init(json: String) throws(MetadataError) {
    do {
      self = try JSONDecoder().decode(QuantizationScheme.self, from: Data(json.utf8))
    } catch {
      throw MetadataError(key: "scheme", value: json, cause: error)
    }
  }

  /// The scheme as one line of JSON with sorted keys: the same scheme, the same bytes.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { preconditionFailure("a scheme always encodes") }
    return String(decoding: data, as: UTF8.self)
  }

  /// How a layer's output is quantized; in a dynamic scheme, its input.
  /// - Precondition: the scheme is valid, and its type quantizes activations.
  public func activations(of layer: String) -> TensorScheme {
    guard let scheme = layers?[layer]?.activations ?? activations else {
      preconditionFailure("a \(type.rawValue) scheme says nothing of activations")
    }
    return scheme
  }

  /// How a layer's weight is quantized.
  public func weights(of layer: String) -> TensorScheme { layers?[layer]?.weights ?? weights }

  /// Whether a layer stays float.
  public func skips(_ layer: String) -> Bool { layers?[layer]?.skip ?? false }
}
