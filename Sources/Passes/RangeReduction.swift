import Int8Linear
import Networks
import Quantization
import QuantizedLayers

/// Halves an activation's range where its reader's weights ask for it, and nowhere else.
extension RangeReduction {
  /// How a tensor is quantized, its range halved if the scheme says `where_needed` and the proof of a product that reads
  /// it fails over the whole range: some two neighbouring products could leave 16 bits.
  ///
  /// Weights are quantized from their own values alone, so their integers are known before any activation was seen.
  static func scheme(
    of tensor: String, in model: FloatModel, scheme: QuantizationScheme, _ lowered: LoweredNetwork
  ) throws -> TensorScheme {
    var activations = scheme.activations(of: tensor)
    guard activations.reduceRange == .whereNeeded else { return activations }
    let inputs = Dictionary(uniqueKeysWithValues: zip(model.network.layerNames, try model.network.inputShapes()))
    for reader in lowered.products(readingScale: tensor) {
      guard let input = inputs[reader.name]?.image,
        case .runs(let runs) = reader.operation.termOrder(over: input)
      else { continue }
      let weight = try Convert.weight(
        of: reader.name, in: model, scheme: scheme.weights(of: reader.name), scheme.profile)
      let proof = OverflowProof(
        weights: weight.quantized.dense(of: reader.operation, over: input).rows(.runs(runs)),
        start: [Int64](repeating: 0, count: weight.quantized.out), inputMax: activations.range.high)
      if !proof.fitsPairs {
        activations.range = activations.range.halved
        break
      }
    }
    return activations
  }
}

extension QuantizationScheme {
  /// How each tensor of a model that will be integers is quantized, ranges halved where that is asked for.
  /// - Throws: `ConvertError` for a weight that is not finite, `NetworkError`.
  public func activationSchemes(for model: FloatModel) throws -> [String: TensorScheme] {
    let lowered = try lowered(model.network)
    return try lowered.scaledNames.reduce(into: [:]) { schemes, name in
      schemes[name] = try RangeReduction.scheme(of: name, in: model, scheme: self, lowered)
    }
  }
}
