import Networks
import QuantizedLayers

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
    try self.init(LoweredNetwork(network), weightBytes: weightBytes)
  }

  /// The work of a quantized model.
  package init(_ model: QuantizedModel, weightBytes: Int) throws {
    try self.init(model.lowered, weightBytes: weightBytes)
  }

  private init(_ lowered: LoweredNetwork, weightBytes: Int) throws {
    let network = lowered.network
    let (shapes, sources, products) = (try network.shapes(), try network.sources(), try network.multiplications())
    let bytes = zip(network.valueNames, shapes).map { name, shape in
      shape.image.count * (lowered.form(of: name) == .real ? MemoryLayout<Float>.size : 1)
    }
    var (integers, floats, activations) = (0, 0, 0)
    for (index, layer) in network.layers.enumerated() {
      let count = products[layer.name] ?? 0
      if lowered.arithmetic[layer.name] ?? .float == .float { floats += count } else { integers += count }
      // An image as a vector is the same memory under another name.
      guard !layer.operation.kind.isView else { continue }
      activations += sources[index].reduce(bytes[index + 1]) { $0 + bytes[$1] }
    }
    self.init(
      integerProducts: integers, floatProducts: floats, weightBytes: weightBytes, activationBytes: activations)
  }
}
