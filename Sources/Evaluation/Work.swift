import Layers

/// What one image asks of a machine, counted by the definition of the network: nothing here is measured.
public struct Work: Sendable, Equatable, Codable {
  /// Products of two 8-bit integers, each added to a 32-bit sum.
  public let integerProducts: Int
  /// Products of two 32-bit floats, each added to a sum.
  public let floatProducts: Int
  /// Bytes of all parameters.
  public let weightBytes: Int
  /// Bytes of activations read and written, when every layer reads its input and writes its output once.
  public let activationBytes: Int

  /// Work of the given amounts.
  package init(integerProducts: Int, floatProducts: Int, weightBytes: Int, activationBytes: Int) {
    self.integerProducts = integerProducts
    self.floatProducts = floatProducts
    self.weightBytes = weightBytes
    self.activationBytes = activationBytes
  }

  /// The work of a float network.
  /// - Throws: `NetworkError` when its layers do not fit each other.
  package init(float network: Network, weightBytes: Int) throws {
    try self.init(network, weightBytes: weightBytes, bytesOfFlow: { _ in 4 }, isInteger: { _ in false })
  }

  /// The work of a quantized model.
  package init(_ model: QuantizedModel, weightBytes: Int) throws {
    let flow = model.flow
    try self.init(
      model.network, weightBytes: weightBytes, bytesOfFlow: { flow[$0] == nil ? 4 : 1 },
      isInteger: { name in
        if case .dynamic = model.realLayers[name]?.weight { true } else { model.layers[name] != nil }
      })
  }

  private init(
    _ network: Network, weightBytes: Int, bytesOfFlow: (Int) -> Int, isInteger: (String) -> Bool
  ) throws {
    let (shapes, products) = (try network.shapes(), try network.multiplications())
    var (integers, floats, activations) = (0, 0, 0)
    for (index, layer) in network.layers.enumerated() {
      let count = products[layer.name] ?? 0
      if isInteger(layer.name) { integers += count } else { floats += count }
      // An image as a vector is the same memory under another name.
      guard layer.operation != .flatten else { continue }
      activations += shapes[index].image.count * bytesOfFlow(index)
      activations += shapes[index + 1].image.count * bytesOfFlow(index + 1)
    }
    self.init(
      integerProducts: integers, floatProducts: floats, weightBytes: weightBytes, activationBytes: activations)
  }
}
