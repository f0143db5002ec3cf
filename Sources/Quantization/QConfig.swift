import Foundation
import Tensors

/// How one kind of tensor is quantized: the part of a scheme that PyTorch calls an observer with its arguments.
public struct TensorScheme: Sendable, Equatable, Codable {
  /// The integer type.
  public var dtype: DType
  /// Affine or symmetric.
  public var symmetry: Symmetry
  /// One scale for the tensor, or one per output channel.
  public var granularity: Granularity
  /// The integers in use, within the type. `[0, 127]` is PyTorch's reduce_range for u8.
  public var range: IntegerRange
  /// What watches the values.
  public var observer: ObserverKind
  /// For the percentile observer: the percentage of values that the range holds, 99.999 where it is nil.
  public var percentile: Double?

  /// A scheme of the given parts.
  public init(
    dtype: DType, symmetry: Symmetry, granularity: Granularity, range: IntegerRange, observer: ObserverKind,
    percentile: Double? = nil
  ) {
    self.dtype = dtype
    self.symmetry = symmetry
    self.granularity = granularity
    self.range = range
    self.observer = observer
    self.percentile = percentile
  }

  /// The name in the catalog, PyTorch's: `per_channel_symmetric`.
  public var name: String { "\(granularity.rawValue)_\(symmetry.rawValue)" }
}

/// How many values share a scale.
public enum Granularity: String, Sendable, Codable, CaseIterable {
  /// One scale for the whole tensor.
  case perTensor = "per_tensor"
  /// One scale for each output channel (dimension 0 of a weight).
  case perChannel = "per_channel"
}

/// What differs for one layer from the scheme's defaults.
public struct LayerOverride: Sendable, Equatable, Codable {
  /// How its output is quantized, in place of the default.
  public var activations: TensorScheme?
  /// How its weight is quantized, in place of the default.
  public var weights: TensorScheme?

  /// An override of the given parts.
  public init(activations: TensorScheme? = nil, weights: TensorScheme? = nil) {
    self.activations = activations
    self.weights = weights
  }
}

/// Which images calibrate.
public struct CalibrationSet: Sendable, Equatable, Codable {
  /// The order in which training images are drawn.
  public enum Order: String, Sendable, Codable {
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

/// A quantization scheme: everything that decides a network's integers, as a file in Pipelines holds it.
public struct QuantizationScheme: Sendable, Equatable, Codable {
  /// The engine whose arithmetic the integers follow.
  public var profile: NumericProfile
  /// How the input and the layers' outputs are quantized.
  public var activations: TensorScheme
  /// How weights are quantized.
  public var weights: TensorScheme
  /// Which images calibrate.
  public var calibration: CalibrationSet
  /// What differs by layer, under the layer's name; `quant` is the input.
  public var layers: [String: LayerOverride]?

  /// A scheme of the given parts; `validate()` says whether they fit.
  public init(
    profile: NumericProfile, activations: TensorScheme, weights: TensorScheme, calibration: CalibrationSet,
    layers: [String: LayerOverride]? = nil
  ) {
    self.profile = profile
    self.activations = activations
    self.weights = weights
    self.calibration = calibration
    self.layers = layers
  }

  /// The scheme that a checkpoint's metadata holds.
  /// - Throws: `DecodingError` when the text is no scheme.
  public init(json: String) throws {
    self = try JSONDecoder().decode(QuantizationScheme.self, from: Data(json.utf8))
  }

  /// The scheme as one line of JSON with sorted keys: the same scheme, the same bytes.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { preconditionFailure("a scheme always encodes") }
    return String(decoding: data, as: UTF8.self)
  }

  /// How a layer's output is quantized.
  public func activations(of layer: String) -> TensorScheme { layers?[layer]?.activations ?? activations }

  /// How a layer's weight is quantized.
  public func weights(of layer: String) -> TensorScheme { layers?[layer]?.weights ?? weights }

  /// Checks what one key alone cannot say.
  /// - Throws: `SchemeError`, naming the key.
  public func validate() throws(SchemeError) {
    try validate(activations, at: "activations", as: .u8)
    try validate(weights, at: "weights", as: .s8)
    for (layer, override) in (layers ?? [:]).sorted(by: { $0.key < $1.key }) {
      if let scheme = override.activations {
        try validate(scheme, at: "layers.\(layer).activations", as: .u8)
      }
      if let scheme = override.weights { try validate(scheme, at: "layers.\(layer).weights", as: .s8) }
    }
    guard calibration.batches > 0 else { throw .notPositive("calibration.batches", calibration.batches) }
    guard calibration.batchSize > 0 else {
      throw .notPositive("calibration.batch_size", calibration.batchSize)
    }
  }

  private func validate(_ scheme: TensorScheme, at key: String, as dtype: DType) throws(SchemeError) {
    guard scheme.dtype == dtype else { throw .wrongType(key, expected: dtype, found: scheme.dtype) }
    guard IntegerRange(dtype).contains(scheme.range) else {
      throw .rangeOutsideType(key, scheme.range, dtype)
    }
    if dtype == .u8, scheme.granularity == .perChannel { throw .perChannelActivations(key) }
    if dtype == .s8, scheme.symmetry == .affine { throw .affineWeights(key) }
    if dtype == .s8, !scheme.observer.fitsWeights { throw .weightObserver(key, scheme.observer) }
    if let percentile = scheme.percentile {
      guard scheme.observer == .percentile else { throw .percentileUnused(key, scheme.observer) }
      guard percentile > 0, percentile <= 100 else { throw .badPercentile(key, percentile) }
    }
    // A range that excludes zero cannot hold the zero point that zero weights and padding need.
    guard scheme.range.low <= 0, scheme.range.high >= 0 else { throw .rangeWithoutZero(key, scheme.range) }
    if dtype == .s8, scheme.range.low == 0 || scheme.range.high == 0 {
      throw .oneSidedWeights(key, scheme.range)
    }
  }
}

/// What a scheme may not say.
public enum SchemeError: Error, Equatable, CustomStringConvertible {
  /// A type that this kind of tensor cannot have.
  case wrongType(String, expected: DType, found: DType)
  /// A range beyond its type.
  case rangeOutsideType(String, IntegerRange, DType)
  /// A range that does not hold zero.
  case rangeWithoutZero(String, IntegerRange)
  /// Weights within 0...127, say: no room for negative ones, and a zero point that is not 0.
  case oneSidedWeights(String, IntegerRange)
  /// Activations share one scale: a per-channel one cannot be pulled out of the integer sum.
  case perChannelActivations(String)
  /// Weights have zero point 0 in every profile.
  case affineWeights(String)
  /// An observer that is of no use for weights, which are seen whole, once.
  case weightObserver(String, ObserverKind)
  /// A percentile for an observer that has none.
  case percentileUnused(String, ObserverKind)
  /// A percentile that is no percentage, or holds no value.
  case badPercentile(String, Double)
  /// A count of zero or less.
  case notPositive(String, Int)
  /// A layer that the network does not have.
  case unknownLayer(String, known: [String])
  /// Weights of the input, which has none.
  case noWeights(String)

  /// One clause: key, expected, found.
  public var description: String {
    switch self {
    case .wrongType(let key, let expected, let found):
      "\(key).dtype: expected \(expected.rawValue), found \(found.rawValue)"
    case .rangeOutsideType(let key, let range, let dtype):
      "\(key).range: expected integers within \(IntegerRange(dtype)) for \(dtype.rawValue), found \(range)"
    case .rangeWithoutZero(let key, let range): "\(key).range: expected a range that holds 0, found \(range)"
    case .oneSidedWeights(let key, let range):
      "\(key).range: expected a range on both sides of 0 for weights, found \(range)"
    case .perChannelActivations(let key):
      "\(key).granularity: expected per_tensor for activations, found per_channel"
    case .affineWeights(let key): "\(key).symmetry: expected symmetric for weights, found affine"
    case .weightObserver(let key, let observer):
      "\(key).observer: expected min_max or mean_square_error for weights, found \(observer.rawValue)"
    case .percentileUnused(let key, let observer):
      "\(key).percentile: expected only with observer percentile, found it with \(observer.rawValue)"
    case .badPercentile(let key, let percentile):
      "\(key).percentile: expected a number above 0, at most 100, found \(percentile)"
    case .notPositive(let key, let value): "\(key): expected at least 1, found \(value)"
    case .noWeights(let layer): "layers.\(layer).weights: expected activations only, the input has no weights"
    case .unknownLayer(let layer, let known):
      "layers.\(layer): no such layer in the network; it has \(known.joined(separator: ", "))"
    }
  }
}
