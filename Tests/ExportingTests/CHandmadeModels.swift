import Int8Linear
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors

extension QuantizedModel {
  /// A model of given scales: weights of all of s8's symmetric range, biases as wide as asked for.
  /// - Parameters:
  ///   - scales: of the input, and of what leaves each layer that has one of its own.
  ///   - weightScales: of products, by name, one or one a channel; 2^-7 where there is none.
  ///   - bias: the largest magnitude.
  ///   - weight: each weight, by its index; drawn at random where it is nil.
  init(
    _ network: Network, scales: [String: QuantizationParameters], weightScales: [String: [Float]] = [:],
    bias: Int32 = 1000, profile: NumericProfile = .octavo, seed: UInt64 = 1, weight: ((String, Int) -> Int8)? = nil
  ) throws {
    var random = SeededGenerator(seed: seed)
    var layers: [String: QuantizedLayer] = [:]
    let sources = try network.sources()
    for (name, shape) in try network.parameterShapes().sorted(by: { $0.key < $1.key }) where shape.rank > 1 {
      let layer = String(name.dropLast(".weight".count))
      guard let index = network.layers.firstIndex(where: { $0.name == layer }) else { continue }
      let weights =
        weight.map { weight in (0..<shape.count).map { weight(layer, $0) } } ?? random.integers(shape.count, -127...127)
      // The scale that enters, through layers that keep one.
      var source = sources[index][0]
      while scales[network.valueNames[source]] == nil { source = sources[source - 1][0] }
      guard let entering = scales[network.valueNames[source]], let leaving = scales[layer] else { continue }
      let weightScales = weightScales[layer] ?? [0x1p-7]
      let multipliers = try (0..<shape[0]).map { channel in
        try Requantization.multiplier(
          input: entering.scale, weight: weightScales[weightScales.count == 1 ? 0 : channel], output: leaving.scale,
          rule: profile.divisionRule)
      }
      layers[layer] = .integer(
        IntegerLayer(
          weight: QuantizedWeight(
            integers: weights, shape: shape, scales: weightScales, range: IntegerRange(-127, 127)),
          bias: .s32((0..<shape[0]).map { _ in bias == 0 ? 0 : random.integers(1, -bias...bias)[0] }),
          multipliers: multipliers))
    }
    try self.init(network: network, profile: profile, scales: scales, layers: layers)
  }
}

extension QuantizationParameters {
  /// All of u8.
  static func u8(_ scale: Float, _ zeroPoint: Int32) throws -> QuantizationParameters {
    try QuantizationParameters(scale: scale, zeroPoint: zeroPoint, range: IntegerRange(.u8))
  }

  /// All of s8.
  static func s8(_ scale: Float, _ zeroPoint: Int32) throws -> QuantizationParameters {
    try QuantizationParameters(scale: scale, zeroPoint: zeroPoint, range: IntegerRange(.s8))
  }
}
