import Layers
import Quantization

/// Halves an activation's range where its reader's weights ask for it, and nowhere else.
extension RangeReduction {
  /// How a tensor is quantized, its range halved if the scheme says `where_needed` and the proof of the product that reads
  /// it fails over the whole range: some two neighbouring products could leave 16 bits.
  ///
  /// Weights are quantized from their own values alone, so their integers are known before any activation was seen.
  static func scheme(of tensor: String, in model: FloatModel, scheme: QuantizationScheme) throws -> TensorScheme {
    var activations = scheme.activations(of: tensor)
    guard activations.reduceRange == .whereNeeded, let (reader, input) = try model.network.reader(of: tensor),
      scheme.integerLayers(of: model.network).contains(reader.name)
    else {
      return activations
    }
    let weight = try Convert.weight(of: reader.name, in: model, scheme: scheme.weights(of: reader.name), scheme.profile)
    let proof = OverflowProof(
      weights: weight.quantized.packedRows(reader.memoryRows(input: input)),
      start: [Int64](repeating: 0, count: weight.quantized.out), inputMax: activations.range.high)
    if !proof.fitsPairs { activations.range = activations.range.halved }
    return activations
  }
}

extension Network {
  /// The product that reads what leaves a layer, or the input, and the shape of what enters it; nil behind the last.
  fileprivate func reader(of tensor: String) throws -> (layer: Layer, input: ImageShape)? {
    let first = tensor == Self.inputName ? 0 : 1 + (layerNames.firstIndex(of: tensor) ?? layers.count)
    let names = productNames
    guard let index = layers.indices.dropFirst(first).first(where: { names.contains(layers[$0].name) }) else {
      return nil
    }
    return (layers[index], try shapes()[index].image)
  }
}

extension QuantizationScheme {
  /// How each tensor of a model that will be integers is quantized, ranges halved where that is asked for.
  /// - Throws: `ConvertError` for a weight that is not finite, `NetworkError`.
  public func activationSchemes(for model: FloatModel) throws -> [String: TensorScheme] {
    try scaledNames(in: model.network).reduce(into: [:]) { schemes, name in
      schemes[name] = try RangeReduction.scheme(of: name, in: model, scheme: self)
    }
  }
}
