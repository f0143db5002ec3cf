import Int8Linear
import Networks
import Quantization
import Tensors

/// A quantized network: what the int8 checkpoint holds and the quantized engine runs.
public struct QuantizedModel: Sendable, Equatable {
  /// The fused network.
  public let network: Network
  /// What kind of quantization made it.
  public let type: QuantizationType
  /// The engine whose arithmetic the integers follow.
  public let profile: NumericProfile
  /// How integers stand for real numbers, where they do: of the input, under `Network.inputName`, and of what leaves
  /// layers with a scale of their own.
  public let scales: [String: QuantizationParameters]
  /// The numbers of each convolution and linear layer.
  public let layers: [String: QuantizedLayer]
  /// The parameters of other layers, by name: of batch normalizations that no product took in.
  public let floatParameters: [String: Tensor]
  /// The network as the integer engine executes it.
  public let lowered: LoweredNetwork

  /// A model of the given parts.
  /// - Throws: `NetworkError` or `QuantizedModelError` when a layer, a parameter or a scale is missing or too many, or
  ///   sizes do not fit.
  public init(
    network: Network, type: QuantizationType = .static, profile: NumericProfile,
    scales: [String: QuantizationParameters], layers: [String: QuantizedLayer],
    floatParameters: [String: Tensor] = [:]
  ) throws {
    self.network = network
    self.type = type
    self.profile = profile
    self.scales = scales
    self.layers = layers
    self.floatParameters = floatParameters
    lowered = try LoweredNetwork(
      network, arithmetic: network.arithmetic(of: layers, hasScale: { scales[$0] != nil }))
    try checkScale(Network.inputName)
    var known: Set<String> = []
    for (layer, shape) in zip(network.layers, try network.inputShapes()) where layer.operation.hasOwnScale {
      let shapes = layer.operation.kind.parameters(of: shape.image)
      guard layer.operation.product != nil else {
        try checkScale(layer.name)
        for (part, shape) in shapes {
          let name = "\(layer.name).\(part)"
          guard let tensor = floatParameters[name] else { throw NetworkError.missingParameter(name, shape) }
          try tensor.checkParameter(name, shape)
          known.insert(name)
        }
        continue
      }
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
    if let name = floatParameters.keys.filter({ !known.contains($0) }).min() {
      throw NetworkError.unknownParameter(name)
    }
    let scaled = Set(network.scaledNames + [Network.inputName])
    if let name = scales.keys.filter({ !scaled.contains($0) }).min() {
      throw NetworkError.unknownParameter("\(name).scale")
    }
  }

  /// How what enters an integer layer is quantized; nil where real numbers enter.
  func parameters(entering layer: String) -> QuantizationParameters? {
    lowered.scale(readBy: layer).flatMap { scales[$0] }
  }

  /// The tensors that quantization changes: the quantized input, and what leaves products and other layers with a scale.
  public var quantizedNames: [String] {
    let (products, hasInput) = (Set(network.productNames), scales[Network.inputName] != nil)
    return (hasInput ? [Network.inputName] : [])
      + network.scaledNames.filter { products.contains($0) || scales[$0] != nil }
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
  /// A stored multiplier that its scales do not give.
  case wrongMultiplier(String, Int, expected: Float, found: Float)
  /// A file that does not say which network it holds or by whose arithmetic.
  case missingMetadata

  /// One line: where, expected, found, what to do.
  public var description: String {
    switch self {
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

extension Network {
  /// How each layer with a scale of its own computes, by the numbers that a model has of it.
  func arithmetic(
    of layers: [String: QuantizedLayer], hasScale: (String) -> Bool
  ) -> [String: LoweredNetwork.Arithmetic] {
    let products = Set(productNames)
    let others = scaledNames.filter { !products.contains($0) && hasScale($0) }
    return layers.mapValues(\.arithmetic).merging(others.map { ($0, .integer) }) { product, _ in product }
  }
}
