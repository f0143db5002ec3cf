import Networks
import Quantization
import QuantizedLayers
import Tensors

/// A fused float model with what was seen flowing through it: all that convert needs.
///
/// Where nothing has to be seen, in dynamic and weight-only schemes, it is a model and a scheme.
public struct CalibratedModel: Sendable, Equatable {
  /// The float model.
  public let model: FloatModel
  /// How it is to be quantized.
  public let scheme: QuantizationScheme
  /// What flows as integers: the input under `Network.inputName`, and products' outputs.
  public let observations: [String: ActivationRecord]
  /// The weight scales that training learned, by layer: one, or one for each output channel. Other layers' follow from
  /// their weights.
  public let learnedWeightScales: [String: [Float]]
  /// The network as the scheme lets it run.
  public let lowered: LoweredNetwork

  /// A model of the given parts.
  /// - Throws: `SchemeError` when the scheme does not fit the network, `CalibrationError.notCalibrated` when a tensor that
  ///   will be integers has no observation.
  public init(
    model: FloatModel, scheme: QuantizationScheme, observations: [String: ActivationRecord] = [:],
    learnedWeightScales: [String: [Float]] = [:]
  ) throws {
    try scheme.validate(for: model.network)
    lowered = try scheme.lowered(model.network)
    if let name = lowered.scaledNames.first(where: { observations[$0] == nil }) {
      throw CalibrationError.notCalibrated(name)
    }
    self.model = model
    self.scheme = scheme
    self.observations = observations
    self.learnedWeightScales = learnedWeightScales
  }

  /// The tensors of a calibrated checkpoint: the float parameters; for each observed tensor t, `t.observed` f32 [2],
  /// `t.scale`, `t.zero_point` and `t.range`; and `<layer>.learned_weight_scale` f32 where training learned one.
  public var tensors: [String: Tensor] {
    var tensors = model.parameters
    for (name, observation) in observations {
      tensors["\(name).observed"] = Tensor([2], [observation.observed.low, observation.observed.high])
      tensors.merge(observation.parameters.tensors(named: name)) { $1 }
    }
    for (name, scales) in learnedWeightScales {
      tensors["\(name).learned_weight_scale"] = Tensor([scales.count], scales)
    }
    return tensors
  }

  /// Every activation's scale, in the order of the network.
  public var scales: [ScaleRecord] {
    lowered.scaledNames.compactMap { name in
      observations[name].map { observation in
        let activations = scheme.activations(of: name)
        let isRaised = scheme.profile.isRaised(
          observation.observed, symmetry: activations.symmetry, range: observation.parameters.range)
        return ScaleRecord(
          tensor: name, parameters: observation.parameters, scheme: activations, observed: observation.observed,
          raisedFor: isRaised ? .leastScale : nil)
      }
    }
  }

  /// The calibrated model that some tensors hold.
  /// - Parameter foreign: the tensors of the file that Octavo does not hold; a model needs none of them.
  /// - Throws: `CalibrationError.notCalibrated` when a tensor has no observation, `NetworkError` for what does not fit.
  public init(
    network: Network, scheme: QuantizationScheme, tensors: [String: Tensor], foreign: [String: ForeignTensor] = [:]
  ) throws {
    var reader = TensorReader(tensors, foreign: foreign)
    var observations: [String: ActivationRecord] = [:]
    for name in try scheme.lowered(network).scaledNames {
      guard reader.has("\(name).observed") else { throw CalibrationError.notCalibrated(name) }
      observations[name] = ActivationRecord(
        observed: try reader.observedRange("\(name).observed"), parameters: try reader.parameters(of: name))
    }
    var learned: [String: [Float]] = [:]
    for name in network.productNames where reader.has("\(name).learned_weight_scale") {
      let isWhole = scheme.weights(of: name).granularity == .perTensor
      let count = isWhole ? 1 : tensors["\(name).weight"]?.shape.dimensions.first ?? 1
      learned[name] = try reader.scales("\(name).learned_weight_scale", count: count)
    }
    try self.init(
      model: try FloatModel(network: network, parameters: reader.remaining, foreign: foreign), scheme: scheme,
      observations: observations, learnedWeightScales: learned)
  }
}

extension CalibratedModel {
  /// The model that a calibrated checkpoint's metadata and tensors hold.
  /// - Throws: `CalibrationError.notCalibrated` when it does not say its network and its scheme, `MetadataError`,
  ///   `SchemeError`, `NetworkError`.
  public init(
    metadata: [String: String], tensors: [String: Tensor], foreign: [String: ForeignTensor] = [:]
  ) throws {
    guard let network = metadata["network"], let scheme = metadata["scheme"] else {
      throw CalibrationError.notCalibrated(Network.inputName)
    }
    try self.init(
      network: Network(json: network), scheme: QuantizationScheme(json: scheme), tensors: tensors, foreign: foreign)
  }

  /// What quantization-aware training has left: weights, and scales instead of observations.
  /// - Throws: `NetworkError`, `QuantizationError` when a number is not finite, `CalibrationError` when nothing was seen.
  public init(fineTuned engine: FakeQuantizedEngine, scheme: QuantizationScheme) throws {
    try self.init(
      model: engine.model(), scheme: scheme,
      observations: engine.activationRecords(), learnedWeightScales: engine.learnedWeightScales)
  }
}

extension QuantizationScheme {
  /// Checks a scheme by itself and against a network: every layer that it names must have a scale of its own there.
  public func validate(for network: Network) throws(SchemeError) {
    try validate()
    let known = [Network.inputName] + network.scaledNames
    let weighted = Set(network.productNames)
    for (name, override) in (layers ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard known.contains(name) else { throw .unknownLayer(name, known: known) }
      if override.weights != nil && !weighted.contains(name) { throw .noWeights(name) }
    }
    if layers?[Network.inputName]?.skip != nil { throw .skippedInput(Network.inputName) }
    let products = network.productNames
    if !products.isEmpty && products.allSatisfy(skips) { throw .nothingQuantized }
  }
}

/// What can go wrong between float and int8.
public enum CalibrationError: Error, Equatable, CustomStringConvertible {
  /// A tensor without a range.
  case notCalibrated(String)
  /// NaN or an infinity flowed.
  case notFinite(tensor: String, batch: Int, String)
  /// A range that no finite scale covers.
  case noScale(tensor: String, String)
  /// A scheme whose scales do not come from calibration.
  case notStatic(QuantizationType)
  /// Fewer training images than the scheme asks for.
  case tooFewImages(expected: Int, found: Int)

  /// One line: where, expected, found, what to do.
  public var description: String {
    switch self {
    case .notCalibrated(let name):
      "tensor '\(name)': expected an observed range, found none; run calibrate on this model first"
    case .notFinite(let tensor, let batch, let reason):
      "tensor '\(tensor)', calibration batch \(batch): \(reason); train again, with a lower learning_rate if need be"
    case .noScale(let tensor, let reason):
      "tensor '\(tensor)': \(reason); train again, with a lower learning_rate if need be"
    case .notStatic(let type):
      "type: expected static, found \(type.rawValue); "
        + (type == .qat ? "run qat on this scheme" : "run convert on this scheme, it needs no calibration")
    case .tooFewImages(let expected, let found):
      "calibration: the scheme asks for \(expected) images, the training set has \(found); lower calibration.batches"
    }
  }
}
