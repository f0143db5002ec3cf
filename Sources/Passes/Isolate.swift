import Quantization
import QuantizedLayers

/// Leaves one layer of a calibrated model to be quantized, and all others float: what does that layer cost?
public enum Isolate {
  /// The model with a scheme that skips every layer but `layer`. Weights, ranges and scales stay what they are.
  /// - Precondition: the scheme quantizes that layer.
  /// - Throws: never for a model that was valid: what one layer needs was observed for all.
  public static func isolate(_ layer: String, in calibrated: CalibratedModel) throws -> CalibratedModel {
    precondition(calibrated.quantizedLayers.contains(layer), "the scheme does not quantize \(layer)")
    var scheme = calibrated.scheme
    var overrides = scheme.layers ?? [:]
    for name in calibrated.model.network.scaledNames where name != layer {
      // How a weight is quantized means nothing once it is not; how what leaves the layer is, still may.
      overrides[name] = LayerOverride(skip: true, activations: overrides[name]?.activations)
    }
    scheme.layers = overrides
    // A tensor that stays float has no scale.
    let scaled = Set(try scheme.lowered(calibrated.model.network).scaledNames)
    return try CalibratedModel(
      model: calibrated.model, scheme: scheme,
      observations: calibrated.observations.filter { scaled.contains($0.key) },
      learnedWeightScales: calibrated.learnedWeightScales.filter { $0.key == layer })
  }
}

extension CalibratedModel {
  /// The layers that the scheme quantizes, in the network's order.
  public var quantizedLayers: [String] {
    model.network.scaledNames.filter { (lowered.arithmetic[$0] ?? .float) != .float || isWeightOnly($0) }
  }

  /// Whether a layer's weight is integers and all else is float.
  private func isWeightOnly(_ layer: String) -> Bool {
    scheme.type == .weightOnly && !scheme.skips(layer) && model.network.productNames.contains(layer)
  }
}
