import Layers
import Quantization
import Tensors

/// A fused float model with what was seen flowing through it: all that convert needs.
public struct CalibratedModel: Sendable, Equatable {
  /// The float model.
  public let model: FloatModel
  /// How it is to be quantized.
  public let scheme: QuantizationScheme
  /// What flows: the input under `Network.inputName`, and each convolution's and linear layer's output.
  public let observations: [String: Observation]

  /// What an observer made of one tensor.
  public struct Observation: Sendable, Equatable {
    /// The range to cover.
    public let observed: ObservedRange
    /// The scale and zero point that cover it.
    public let parameters: QuantizationParameters
  }

  init(model: FloatModel, scheme: QuantizationScheme, observations: [String: Observation]) {
    self.model = model
    self.scheme = scheme
    self.observations = observations
  }

  /// The tensors of a calibrated checkpoint: the float parameters and, for each observed tensor t, `t.observed` f32
  /// [2], `t.scale`, `t.zero_point` and `t.range`.
  public var tensors: [String: Tensor] {
    observations.reduce(into: model.parameters) { tensors, entry in
      let (name, observation) = entry
      tensors["\(name).observed"] = Tensor([2], [observation.observed.low, observation.observed.high])
      tensors.merge(observation.parameters.tensors(named: name)) { $1 }
    }
  }

  /// Every activation's scale, in the order of the network.
  public var scales: [ScaleRecord] {
    model.network.observedNames.compactMap { name in
      observations[name].map {
        ScaleRecord(
          tensor: name, parameters: $0.parameters, scheme: scheme.activations(of: name), observed: $0.observed
        )
      }
    }
  }

  /// The calibrated model that some tensors hold.
  /// - Throws: `CalibrationError.notCalibrated` when a tensor has no observation, `NetworkError` for what does not fit.
  public init(network: Network, scheme: QuantizationScheme, tensors: [String: Tensor]) throws {
    var reader = TensorReader(tensors)
    var observations: [String: Observation] = [:]
    for name in network.observedNames {
      guard tensors["\(name).observed"] != nil else { throw CalibrationError.notCalibrated(name) }
      let ends = try reader.take("\(name).observed", .f32, [2]).f32 ?? []
      observations[name] = Observation(
        observed: ObservedRange(low: ends[0], high: ends[1]), parameters: try reader.parameters(of: name))
    }
    self.init(
      model: try FloatModel(network: network, parameters: reader.remaining), scheme: scheme,
      observations: observations)
  }
}

extension Network {
  /// The tensors whose values are quantized: the input, and each convolution's and linear layer's output. Pools,
  /// flatten and lone ReLUs keep the parameters of what enters them.
  public var observedNames: [String] { [Network.inputName] + quantizedLayerNames }

  /// Whether a ReLU was fused into a layer; false for the input.
  func hasFusedReLU(_ name: String) -> Bool {
    switch layers.first(where: { $0.name == name })?.operation {
    case .conv2d(let conv): conv.relu
    case .linear(let linear): linear.relu
    default: false
    }
  }

  /// The layers that have integer weights.
  public var quantizedLayerNames: [String] {
    layers.filter {
      switch $0.operation {
      case .conv2d, .linear: true
      case .batchNorm2d, .relu, .maxPool2d, .flatten: false
      }
    }.map(\.name)
  }

}

extension QuantizationScheme {
  /// Checks a scheme by itself and against a network: every layer that it names must be quantized there.
  public func validate(for network: Network) throws(SchemeError) {
    try validate()
    let known = network.observedNames
    if layers?[Network.inputName]?.weights != nil { throw .noWeights(Network.inputName) }
    if let unknown = (layers ?? [:]).keys.sorted().first(where: { !known.contains($0) }) {
      throw .unknownLayer(unknown, known: known)
    }
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
  /// Fewer training images than the scheme asks for.
  case tooFewImages(expected: Int, found: Int)

  /// One line: where, expected, found, what to do.
  public var description: String {
    switch self {
    case .notCalibrated(let name):
      "tensor '\(name)': expected an observed range, found none; run calibrate on this model first"
    case .notFinite(let tensor, let batch, let reason):
      "tensor '\(tensor)', calibration batch \(batch): \(reason)"
    case .noScale(let tensor, let reason): "tensor '\(tensor)': \(reason)"
    case .tooFewImages(let expected, let found):
      "calibration: the scheme asks for \(expected) images, the training set has \(found); lower calibration.batches"
    }
  }
}
