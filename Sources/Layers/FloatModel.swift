import Tensors

/// A network with its float32 parameters, under PyTorch's names and shapes.
public struct FloatModel: Sendable, Equatable {
  /// The chain of layers.
  public let network: Network
  /// `conv1.weight` and so on, exactly those that the network needs.
  public let parameters: [String: Tensor]

  /// A model of the given parts.
  /// - Throws: `NetworkError` when a parameter is missing, unknown, of the wrong shape or type, or holds NaN or an
  ///   infinity. A ReLU can hide such a number from everyone but the integers.
  public init(network: Network, parameters: [String: Tensor]) throws(NetworkError) {
    let shapes = try network.parameterShapes()
    for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
      guard let tensor = parameters[name] else { throw .missingParameter(name, shape) }
      guard tensor.dtype == .f32, tensor.shape == shape else {
        throw .wrongParameter(
          name, expected: "f32 \(shape)", found: "\(tensor.dtype.rawValue) \(tensor.shape)")
      }
      if let index = tensor.f32?.firstIndex(where: { !$0.isFinite }) {
        throw .wrongParameter(
          name, expected: "finite numbers", found: "\(tensor.f32?[index] ?? .nan) at index \(index)")
      }
    }
    if let unknown = parameters.keys.sorted().first(where: { shapes[$0] == nil }) { throw .unknownParameter(unknown) }
    self.network = network
    self.parameters = parameters
  }

  /// The values of one parameter.
  /// - Precondition: the network has it.
  public func values(_ name: String) -> [Float] {
    guard let values = parameters[name]?.f32 else { preconditionFailure("no parameter \(name)") }
    return values
  }
}
