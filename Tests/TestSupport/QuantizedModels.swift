import Int8Linear
import Layers
import Networks
import Quantization
import QuantizedLayers
import Tensors

extension QuantizedModel {
  /// A model of random integers whose outputs spread over their range.
  /// - Parameters:
  ///   - weightMax: the largest magnitude of a weight. 63 lets products be added pairwise, 127 beside activations of
  ///     255 does not.
  ///   - inputMax: the activations' upper end.
  package init(
    random network: Network, profile: NumericProfile, weightMax: Int8 = 63, inputMax: Int32 = 255,
    seed: UInt64 = 1
  ) throws {
    var random = SeededGenerator(seed: seed)
    let range = IntegerRange(0, inputMax)
    let input = try QuantizationParameters(
      scale: 2.01 / Float(inputMax), zeroPoint: inputMax / 2, range: range)
    var (scale, layers): (Float, [String: QuantizedLayer]) = (input.scale, [:])
    var scales = [Network.inputName: input]
    for (name, shape) in try network.parameterShapes().sorted(by: { $0.key < $1.key }) where shape.rank > 1 {
      let layer = String(name.dropLast(".weight".count))
      let (out, terms) = (shape[0], Double(shape.count / shape[0]))
      let weights = random.integers(shape.count, -weightMax...weightMax)
      let weightScales = random.floats(random.below(4) == 0 ? 1 : out, 0.002, 0.02)
      // A sum of terms of about a third of the largest product each, to a quarter of the output's range.
      let spread = terms.squareRoot() * Double(weightMax) * Double(inputMax) / 8
      let output = try QuantizationParameters(
        scale: Float(Double(scale) * 0.011 * spread / Double(inputMax) * 4),
        zeroPoint: Int32(random.below(Int(inputMax))),
        range: range)
      let stepScales = (0..<out).map { weightScales[weightScales.count == 1 ? 0 : $0] }
      let bias: IntegerLayer.Bias =
        profile == .fbgemm
        ? .f32(stepScales.map { scale * $0 * Float(random.uniform(-spread, spread)) })
        : .s32((0..<out).map { _ in Int32(random.uniform(-spread, spread)) })
      layers[layer] = .integer(
        IntegerLayer(
          weight: QuantizedWeight(
            integers: weights, shape: shape, scales: weightScales, range: IntegerRange(-127, 127)),
          bias: bias,
          multipliers: stepScales.map {
            // QNNPACK multiplies by the output scale's reciprocal.
            profile == .qnnpack ? (scale * $0) * (1 / output.scale) : (scale * $0) / output.scale
          }))
      scales[layer] = output
      scale = output.scale
    }
    try self.init(network: network, profile: profile, scales: scales, layers: layers)
  }
}

extension QuantizedModel {
  /// The parameters of the input and of what leaves each layer; nil where real numbers do.
  package var flow: [QuantizationParameters?] {
    network.valueNames.map { name in
      if case .integer(let scale) = lowered.form(of: name) { scales[scale] } else { nil }
    }
  }
}
