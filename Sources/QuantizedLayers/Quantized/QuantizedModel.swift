import Int8Linear
import Networks
import Quantization
import Tensors

/// A quantized network: what the int8 checkpoint holds and the quantized engine runs.
public struct QuantizedModel: Sendable, Equatable {
  /// The fused network: conv2d, linear, maxPool2d, relu, flatten.
  public let network: Network
  /// What kind of quantization made it.
  public let type: QuantizationType
  /// The engine whose arithmetic the integers follow.
  public let profile: NumericProfile
  /// How integers stand for real numbers, where they do: of the input, under `Network.inputName`, and of what leaves
  /// convolutions and linear layers.
  public let scales: [String: QuantizationParameters]
  /// The numbers of each convolution and linear layer.
  public let layers: [String: QuantizedLayer]
  /// The network as the integer engine executes it.
  public let lowered: LoweredNetwork

  /// A model of the given parts.
  /// - Throws: `NetworkError` or `QuantizedModelError` when a layer or a scale is missing or too many, sizes do not fit,
  ///   or a layer's kind has no integer form.
  public init(
    network: Network, type: QuantizationType = .static, profile: NumericProfile,
    scales: [String: QuantizationParameters], layers: [String: QuantizedLayer]
  ) throws {
    self.network = network
    self.type = type
    self.profile = profile
    self.scales = scales
    self.layers = layers
    lowered = try LoweredNetwork(network, arithmetic: layers.mapValues(\.arithmetic))
    if let layer = network.layers.first(where: { $0.operation.kind.outputScale == nil }) {
      throw QuantizedModelError.noIntegerForm(layer.name, layer.operation.type)
    }
    try checkScale(Network.inputName)
    for (layer, shape) in zip(network.layers, try network.inputShapes()) where layer.operation.product != nil {
      let shapes = layer.operation.kind.parameters(of: shape.image)
      guard let numbers = layers[layer.name] else {
        throw NetworkError.missingParameter("\(layer.name).weight", shapes[0].shape)
      }
      try checkScale(layer.name)
      try check(numbers, of: layer.name, shapes)
    }
    let products = Set(network.productNames)
    if let name = layers.keys.filter({ !products.contains($0) }).min() {
      throw NetworkError.unknownParameter("\(name).weight")
    }
    if let name = scales.keys.filter({ !products.contains($0) && $0 != Network.inputName }).min() {
      throw NetworkError.unknownParameter("\(name).scale")
    }
  }

  /// How what enters an integer layer is quantized; nil where real numbers enter.
  func parameters(entering layer: String) -> QuantizationParameters? {
    lowered.scale(readBy: layer).flatMap { scales[$0] }
  }

  /// The tensors that quantization changes: the quantized input, and what leaves convolutions and linear layers.
  public var quantizedNames: [String] {
    (scales[Network.inputName] == nil ? [] : [Network.inputName]) + network.productNames
  }

  /// A layer's weight in integers; nil where it stays float, or has none.
  public func integerWeight(of layer: String) -> QuantizedWeight? { layers[layer]?.quantizedWeight }

  /// Checks a product's numbers against its shapes and the scales around it, which are checked already.
  private func check(_ numbers: QuantizedLayer, of name: String, _ shapes: [(name: String, shape: Shape)]) throws {
    let (weight, hasBias) = (shapes[0].shape, shapes.count > 1)
    switch numbers {
    case .integer(let numbers):
      guard let entering = parameters(entering: name), let leaving = scales[name] else {
        preconditionFailure("what enters and leaves \(name) was checked")
      }
      try numbers.check(name, weightShape: weight, from: entering, to: leaving, profile: profile)
    case .dynamic(let numbers): try numbers.check(name, shape: weight, hasBias: hasBias)
    case .float(let numbers): try numbers.check(name, shape: weight, hasBias: hasBias)
    }
  }

  /// Checks that a scale is there where integers flow, and only there.
  private func checkScale(_ name: String) throws(NetworkError) {
    guard lowered.form(of: name) == .integer(scale: name) else {
      guard scales[name] == nil else { throw .unknownParameter("\(name).scale") }
      return
    }
    guard let parameters = scales[name] else { throw .missingParameter("\(name).scale", []) }
    try parameters.checkActivation(name, profile)
  }
}

extension QuantizationParameters {
  /// Activations are bytes, signed ones under our own profile alone; a range beyond them has no place in the engine.
  func checkActivation(_ name: String, _ profile: NumericProfile) throws(NetworkError) {
    let types = profile.activationTypes
    guard types.contains(where: { IntegerRange($0).contains(range) }) else {
      throw .wrongParameter(
        "\(name).range",
        expected: "integers within \(types.map { "\(IntegerRange($0))" }.joined(separator: " or "))", found: "\(range)")
    }
  }
}

/// What can be wrong with an integer model, beyond its sizes.
public enum QuantizedModelError: Error, Equatable, CustomStringConvertible {
  /// A layer that cannot be quantized where it stands.
  case noIntegerForm(String, String)
  /// A stored multiplier that its scales do not give.
  case wrongMultiplier(String, Int, expected: Float, found: Float)
  /// A file that does not say which network it holds or by whose arithmetic.
  case missingMetadata

  /// One line: where, expected, found, what to do.
  public var description: String {
    switch self {
    case .noIntegerForm(let layer, let type):
      "layer '\(layer)': a \(type) that follows no convolution has no integer form; place it after a conv2d and fuse"
    case .wrongMultiplier(let layer, let channel, let expected, let found):
      "layer '\(layer)', channel \(channel): expected multiplier \(expected) by its scales, found \(found); "
        + "convert again"
    case .missingMetadata:
      "expected metadata 'network', 'type' (\(Self.list(QuantizationType.self))) and 'profile' "
        + "(\(Self.list(NumericProfile.self))); this is no int8 checkpoint; run convert"
    }
  }

  private static func list<Name: CaseIterable & RawRepresentable<String>>(_ type: Name.Type) -> String {
    type.allCases.map(\.rawValue).joined(separator: ", ")
  }
}
