import Tensors

/// A network with its float32 parameters, under PyTorch's names and shapes.
public struct FloatModel: Sendable, Equatable {
  /// The layers.
  public let network: Network
  /// `conv1.weight` and so on, exactly those that the network needs.
  public let parameters: [String: Tensor]

  /// A model of the given parts.
  ///
  /// PyTorch's counter of batches in a batch normalization, `num_batches_tracked`, is left out: nothing is computed with
  /// it.
  /// - Parameter foreign: what else stands in the file, for messages.
  /// - Throws: `NetworkError` when a parameter is missing, unknown, of the wrong shape or type, or holds NaN or an
  ///   infinity, or a variance below 0. A ReLU can hide such a number from everyone but the integers.
  public init(
    network: Network, parameters: [String: Tensor], foreign: [String: ForeignTensor] = [:]
  ) throws(NetworkError) {
    let shapes = try network.parameterShapes()
    for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
      guard let tensor = parameters[name] else {
        if let found = foreign[name] { throw .foreignParameter(name, expected: .f32, shape, found: found) }
        throw .missingParameter(name, shape)
      }
      try tensor.checkParameter(name, shape)
    }
    let unused = network.unusedTensors
    let isUnknown = { shapes[$0] == nil && !unused.contains($0) }
    if let unknown = (Array(parameters.keys) + Array(foreign.keys)).filter(isUnknown).min() {
      throw .unknownParameter(unknown)
    }
    self.network = network
    self.parameters = parameters.filter { shapes[$0.key] != nil }
  }

  /// The values of one parameter.
  /// - Precondition: the network has it.
  public func values(_ name: String) -> [Float] {
    guard let values = parameters[name]?.f32 else { preconditionFailure("no parameter \(name)") }
    return values
  }
}

extension Network {
  /// The tensors that PyTorch saves with such a network and that no number here depends on.
  package var unusedTensors: Set<String> {
    Set(layers.flatMap { layer in layer.operation.kind.unusedTensors.map { "\(layer.name).\($0)" } })
  }
}

extension Tensor {
  /// Checks a parameter's shape, type and values.
  package func checkParameter(_ name: String, _ expected: Shape) throws(NetworkError) {
    guard let values = f32, shape == expected else {
      throw .wrongParameter(name, expected: "f32 \(expected)", found: "\(dtype.rawValue) \(shape)")
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .wrongParameter(name, expected: "finite numbers", found: "\(values[index]) at index \(index)")
    }
    guard name.hasSuffix(".running_var"), let index = values.firstIndex(where: { $0 < 0 }) else { return }
    throw .wrongParameter(name, expected: "variances of at least 0", found: "\(values[index]) at index \(index)")
  }
}
