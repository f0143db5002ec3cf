import Networks
import Tensors

/// Fresh parameters, distributed as PyTorch's defaults are.
public enum Initialization {
  /// A model with random weights.
  ///
  /// Weights and biases of convolutions and linear layers are uniform within ±1/sqrt(fan_in): Kaiming-uniform with
  /// a = sqrt(5) has the bound sqrt(6 / ((1 + 5) fan_in)). Batch normalization starts as the identity, with running
  /// mean 0 and variance 1. Every parameter draws from a stream of its own, so inserting a layer changes only those
  /// behind it.
  /// - Throws: `NetworkError` when the network's layers do not fit each other.
  public static func initialize(_ network: Network, seed: UInt64) throws(NetworkError) -> FloatModel {
    let shapes = try network.parameterShapes()
    var parameters: [String: Tensor] = [:]
    for (index, layer) in network.layers.enumerated() {
      let fanIn = shapes["\(layer.name).weight"].map { $0.count / max($0[0], 1) } ?? 1
      for (part, name) in ["weight", "bias", "running_mean", "running_var"].enumerated() {
        guard let shape = shapes["\(layer.name).\(name)"] else { continue }
        var generator = SeededGenerator(seed: seed, stream: UInt64(4 * index + part))
        let bound = 1 / Double(fanIn).squareRoot()
        let values =
          switch layer.operation.kind.start(of: name) {
          case .uniform: (0..<shape.count).map { _ in Float(generator.uniform(-bound, bound)) }
          case .constant(let value): [Float](repeating: value, count: shape.count)
          }
        parameters["\(layer.name).\(name)"] = Tensor(shape, values)
      }
    }
    return try FloatModel(network: network, parameters: parameters)
  }
}
