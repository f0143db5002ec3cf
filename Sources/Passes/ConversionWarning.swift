import Networks
import Quantization
import QuantizedLayers

/// What a conversion lost, or cannot know: nothing that stops it, and something that a person should see.
public enum ConversionWarning: Sendable, Equatable, CustomStringConvertible {
  /// Nothing but zeros was seen of a tensor, the input's name or a layer's.
  case allZero(tensor: String)
  /// Values lie closer together than the least scale of the profile tells apart.
  case collapsed(tensor: String, observed: ObservedRange, least: Float)
  /// The integers say little of a layer's weight; `raised` says of some channels why.
  case coarseWeight(layer: String, sqnr: Double, raised: ScaleRaise?)

  /// The least signal-to-quantization-noise ratio of a weight that is not worth a warning, in decibels. Eight bits give
  /// most weights 30 to 50.
  static let leastSQNR = 10.0

  /// The warnings of a converted model, tensor by tensor in the order of `scales`, weights behind activations.
  static func warnings(
    of model: QuantizedModel, from float: FloatModel, scales: [ScaleRecord]
  ) -> [ConversionWarning] {
    let activations = scales.filter { model.quantizedNames.contains($0.tensor) }.compactMap { record in
      record.observed.flatMap { observed -> ConversionWarning? in
        if observed.isZero { return .allZero(tensor: record.tensor) }
        guard record.raisedFor == .leastScale else { return nil }
        return .collapsed(tensor: record.tensor, observed: observed, least: record.parameters.scale)
      }
    }
    let weights = model.network.productNames.compactMap { layer -> ConversionWarning? in
      guard let integers = model.integerWeight(of: layer) else { return nil }
      var noise = QuantizationNoise()
      noise.add(float.values("\(layer).weight"), integers.dequantized)
      guard noise.signal > 0, noise.sqnr < leastSQNR else { return nil }
      let raised = scales.first { $0.tensor == "\(layer).weight" && $0.raisedFor != nil }?.raisedFor
      return .coarseWeight(layer: layer, sqnr: noise.sqnr, raised: raised)
    }
    return activations + weights
  }

  /// The tensor that it is about.
  public var tensor: String {
    switch self {
    case .allZero(let tensor), .collapsed(let tensor, _, _): tensor
    case .coarseWeight(let layer, _, _): "\(layer).weight"
    }
  }

  /// One line: where, what, why, what to do.
  public var description: String {
    switch self {
    case .allZero(Network.inputName):
      "'\(Network.inputName)': every calibration image is zero throughout; are these the right images?"
    case .allZero(let tensor):
      "layer '\(tensor)' is dead: nothing but zeros left it, so that what follows is a constant; train again, with a "
        + "lower learning_rate or another seed"
    case .collapsed(let tensor, let observed, let least):
      "'\(tensor)': its values, \(observed.low) to \(observed.high), ask for a smaller scale than \(least), the least "
        + "that the profile knows; they are rounded coarsely, or all to zero; scale the layer's weights up, or take "
        + "profile octavo"
    case .coarseWeight(let layer, let sqnr, let raised):
      "'\(layer).weight': expected a signal-to-noise ratio of at least \(Self.leastSQNR) dB from its integers, found "
        + "\((10 * sqnr).rounded() / 10) dB" + Self.reason(raised)
    }
  }

  private static func reason(_ raised: ScaleRaise?) -> String {
    switch raised {
    case .bias:
      ": scales were raised so that biases fit 32 bits; the weights, or what enters them, are tiny beside the biases"
    case .leastScale:
      ": the weights ask for a smaller scale than the profile knows; scale them up, or take profile octavo"
    case nil:
      ": they are few, or one large weight stretches their range; quantize per channel, or with observer mean_square_error"
    }
  }
}
