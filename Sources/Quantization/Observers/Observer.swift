import Tensors

/// Observes the values of one tensor, batch by batch, and ends with the range they call for.
///
/// Memory is fixed and no value is dropped. A NaN or an infinity in a batch is an error at once: it has no scale, and
/// by the end nobody could say which batch held it.
public protocol Observer: Sendable {
  /// Takes in one batch of values. An empty batch changes nothing.
  /// - Throws: `QuantizationError.notFinite` when the batch holds NaN or an infinity.
  mutating func observe(_ values: ArraySlice<Float>) throws(QuantizationError)

  /// The range to cover: `infinity ... -infinity` while nothing was seen.
  var observed: ObservedRange { get }
}

/// The least and the greatest value of a tensor, or what an observer makes of them.
public struct ObservedRange: Sendable, Equatable {
  /// The low end.
  public var low: Float
  /// The high end.
  public var high: Float

  /// A range from `low` to `high`.
  public init(low: Float, high: Float) {
    self.low = low
    self.high = high
  }

  /// Nothing seen.
  public static let empty = ObservedRange(low: .infinity, high: -.infinity)

  /// Whether nothing but zeros was seen.
  public var isZero: Bool { low == 0 && high == 0 }

  /// The scale at which integers just cover the range, widened to hold zero; 0 where all of it is zero, or where f32 has
  /// no number so small. See `QuantizationParameters.init(covering:symmetry:range:least:)`.
  public func scale(symmetry: Symmetry, range: IntegerRange) -> Float {
    let (low, high) = (min(low, 0), max(high, 0))
    let steps = Float(range.high - range.low)
    return symmetry == .affine ? (high - low) / steps : max(-low, high) / (steps / 2)
  }

  /// The extremes of some values; `empty` for none.
  /// - Throws: `QuantizationError.notFinite` when a value is NaN or infinite.
  public init(of values: ArraySlice<Float>) throws(QuantizationError) {
    var low = Float.infinity
    var high = -Float.infinity
    // x - x is 0 for a finite value and NaN for any other, so one sum finds them all without a branch.
    var poison: Float = 0
    for value in values {
      low = value < low ? value : low
      high = value > high ? value : high
      poison += value - value
    }
    guard poison == 0 else { throw .notFinite(low, poison.isNaN ? .nan : high) }
    self.init(low: low, high: high)
  }
}

/// The observers that a scheme can name.
public enum ObserverKind: String, NamedChoice {
  /// The extremes of all batches.
  case minMax = "min_max"
  /// The moving average of each batch's extremes.
  case movingAverageMinMax = "moving_average_min_max"
  /// PyTorch's HistogramObserver.
  case histogram
  /// All but a given percentage of values.
  case percentile
  /// The range that diverges least from the distribution of values.
  case entropy
  /// The range with the least squared error.
  case meanSquareError = "mean_square_error"
  /// None: the scale is learned by gradient in quantization-aware training (LSQ: Esser et al., 2020), from the extremes
  /// of the first batch on.
  case learned
}

extension TensorScheme {
  /// A fresh observer that chooses ranges for this scheme.
  /// - Precondition: the scheme is valid (`QuantizationScheme.validate`).
  public func makeObserver() -> any Observer {
    switch observer {
    case .minMax, .learned: MinMaxObserver()
    case .movingAverageMinMax: MovingAverageMinMaxObserver()
    case .histogram: HistogramObserver()
    case .percentile:
      PercentileObserver(percentile: percentile ?? PercentileObserver.defaultPercentile, symmetry: symmetry)
    case .entropy: EntropyObserver(symmetry: symmetry, range: range)
    case .meanSquareError: MeanSquareErrorObserver(symmetry: symmetry, range: range)
    }
  }
}
