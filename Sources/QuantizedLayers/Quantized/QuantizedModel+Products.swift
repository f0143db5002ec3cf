import Int8Linear
import Kernels
import Networks
import Quantization

// The products of a model, for the engine, and for who asks what they can reach without one.
extension QuantizedModel {
  /// For each layer that multiplies integers, what its sums can reach and how its products are added, as
  /// `QuantizedEngine.proofs` has it. No activations are laid out.
  /// - Throws: `OverflowError` when a layer's sums could leave 32 bits.
  public func proofs() throws -> [String: (proof: OverflowProof, path: ProductPath)] {
    var proofs: [String: (proof: OverflowProof, path: ProductPath)] = [:]
    for node in lowered.nodes {
      guard case .multiply(let index) = node.operation else { continue }
      // An image that is seen as a vector lies in memory as it did.
      let (layer, input) = (network.layers[index], lowered.values[node.inputs[0]].shape.image)
      let packed =
        layers[layer.name]?.integer == nil
        ? try dynamicProduct(layer, over: input, scales: DynamicScales(capacity: 1)).packed
        : try integerProduct(layer, over: input).packed
      proofs[layer.name] = (packed.proof, packed.path)
    }
    return proofs
  }

  /// A product from integers to integers, ready to run.
  /// - Parameter input: what enters, as it lies in memory.
  /// - Precondition: the model has the layer, and it computes so.
  /// - Throws: `OverflowError` when a sum could leave 32 bits.
  func integerProduct(_ layer: Layer, over input: ImageShape) throws -> IntegerProduct {
    guard let numbers = layers[layer.name]?.integer, let entering = parameters(entering: layer.name),
      let leaving = scales[layer.name]
    else { preconditionFailure("a checked model feeds \(layer.name) integers") }
    return try IntegerProduct(
      IntegerLayer(
        weight: numbers.weight.dense(of: layer.operation, over: input), bias: numbers.bias,
        multipliers: numbers.multipliers), name: layer.name, from: entering, to: leaving, profile: profile,
      order: layer.operation.termOrder(over: input), relu: layer.operation.hasFusedReLU)
  }

  /// A product from integers whose scale the call chooses to real numbers, ready to run.
  /// - Parameters:
  ///   - input: what enters, as it lies in memory.
  ///   - scales: where the step before leaves what it chose.
  /// - Precondition: the model has the layer, and it computes so.
  /// - Throws: `OverflowError` when a sum could leave 32 bits.
  func dynamicProduct(_ layer: Layer, over input: ImageShape, scales: DynamicScales) throws -> DynamicProduct {
    guard let numbers = layers[layer.name]?.dynamic else {
      preconditionFailure("\(layer.name) quantizes its input at each call")
    }
    return try DynamicProduct(
      DynamicLayer(
        weight: numbers.weight.dense(of: layer.operation, over: input), bias: numbers.bias,
        activations: numbers.activations), name: layer.name, scales: scales, profile: profile,
      order: layer.operation.termOrder(over: input), relu: layer.operation.hasFusedReLU)
  }
}
