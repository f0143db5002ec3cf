import Transformer

/// A channel whose largest magnitude is far above those of the channels beside it: what makes one scale for a token too coarse
/// for all the others.
///
/// M. Sun, X. Chen, J. Z. Kolter and Z. Liu (Massive Activations in Large Language Models, COLM 2024) call an activation
/// massive that is above 100 and about 1000 times the median magnitude of its hidden state. Calibration keeps of each
/// channel its largest magnitude over all tokens, whose median is several times that of single values: here a channel is
/// massive where it has over 100 times the median of the channels that are read with it. Above 100 it need not be, for that
/// depends on the scale of a model's weights.
public struct MassiveActivation: Sendable, Equatable {
  /// How many times the median it has at least.
  public static let ratio: Float = 100

  /// The first tensor of the group of matrices that reads the channel.
  public let tensor: TransformerTensor
  /// The channel.
  public let channel: Int
  /// Its largest magnitude.
  public let magnitude: Float
  /// The median of the largest magnitudes of the group's channels; of an even number, the mean of the middle two.
  public let median: Float

  /// A channel of the given facts.
  public init(tensor: TransformerTensor, channel: Int, magnitude: Float, median: Float) {
    (self.tensor, self.channel, self.magnitude, self.median) = (tensor, channel, magnitude, median)
  }

  /// The massive channels of a group, in order. Where the median is 0, most channels are dead, and none is massive beside
  /// them.
  /// - Parameter largest: the largest magnitude of each channel, finite.
  public static func found(in largest: [Float], of tensor: TransformerTensor) -> [MassiveActivation] {
    guard let median = median(of: largest), median > 0 else { return [] }
    return largest.enumerated().filter { $0.element > ratio * median }.map {
      MassiveActivation(tensor: tensor, channel: $0.offset, magnitude: $0.element, median: median)
    }
  }

  private static func median(of values: [Float]) -> Float? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
