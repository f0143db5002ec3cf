import Kernels
import Layers
import Quantization

/// An activation's scale and zero point while they are still being chosen: by following the extremes of batches, as in
/// PyTorch, or, when learned (LSQ: Esser et al., 2020), by gradient.
///
/// A learned scale is the one that covers the first batch times a factor that starts at 1. Training moves the factor:
/// Adam's steps do not depend on a gradient's size, and a step that is small for a factor of 1 may be larger than a
/// scale. The zero point stays what it was at the start.
final class ActivationQuantizer {
  /// How the tensor is quantized.
  let scheme: TensorScheme
  /// The factor of a learned scale, nil where it follows extremes.
  let factor: Parameter?
  private let profile: NumericProfile
  private var observer: any Observer
  private var start: QuantizationParameters?
  private var hasDiverged = false
  /// Whether scale and zero point stay what they are, once something was seen.
  var isFrozen = false

  /// The least factor of a learned scale.
  static let smallestFactor: Float = 0x1p-10

  /// A quantizer that has seen nothing, or one that is chosen already.
  init(_ scheme: TensorScheme, profile: NumericProfile, chosen: ActivationRecord?) throws(QuantizationError) {
    self.scheme = scheme
    self.profile = profile
    observer = scheme.makeObserver()
    factor = scheme.observer == .learned ? Parameter(count: 1) : nil
    factor?.values.pointer[0] = 1
    if let chosen {
      try observer.observe([chosen.observed.low, chosen.observed.high])
      start = chosen.parameters
    }
  }

  /// Whether a training batch's extremes are to be observed: a learned scale's and a frozen one's first alone.
  var wantsRange: Bool { start == nil || (factor == nil && !isFrozen) }

  /// Takes in a batch's extremes and moves scale and zero point. Extremes that are not finite make the scale NaN, and
  /// with it the loss.
  func observe(_ range: (low: Float, high: Float)) {
    do {
      try observer.observe([range.low, range.high])
      start = try QuantizationParameters(
        covering: observer.observed, symmetry: scheme.symmetry, range: scheme.range, least: profile.leastScale)
    } catch {
      hasDiverged = true
    }
  }

  /// The range that was observed, from which the start follows; none while nothing was seen.
  var kept: [Float] {
    get { start == nil ? [] : [observer.observed.low, observer.observed.high] }
    set {
      // A first batch is taken as it is, whatever observes it.
      if let low = newValue.first, let high = newValue.last { observe((low, high)) }
    }
  }

  /// The factor by which a learned scale stands above its start.
  private var learned: Float { factor.map { max($0.values.pointer[0], Self.smallestFactor) } ?? 1 }

  /// The real size of a step; NaN once something was not finite.
  var scale: Float { hasDiverged ? .nan : (start?.scale ?? 1) * learned }

  /// The integer that stands for zero.
  var zeroPoint: Int32 { start?.zeroPoint ?? 0 }

  /// The integers in use, less the zero point; with a ReLU none below zero.
  func range(relu: Bool) -> ClosedRange<Float> {
    guard let start else { return 0...Float(scheme.range.high) }
    let clamp = profile.clampRange(of: start, dtype: scheme.dtype)
    let low = clamp.low - start.zeroPoint
    return Float(relu ? max(low, 0) : low)...Float(clamp.high - start.zeroPoint)
  }

  /// Sets a learned factor's gradient, from the sum of what `Kernels.fakeQuantizeScaleGradient` adds.
  ///
  /// A value is s * y, so the loss's gradient by it is dy / s, and the scale's gradient the sum of dy / s * t with t as
  /// that kernel has it. The scale is its start times the factor f, and start / s is 1 / f.
  func setGradient(_ sum: Double) { factor?.gradient.pointer[0] = Float(sum / Double(learned)) }

  /// What was chosen, nil while nothing was seen.
  /// - Throws: `QuantizationError` when the scale is not finite.
  func record() throws(QuantizationError) -> ActivationRecord? {
    guard let start else { return nil }
    let parameters = try QuantizationParameters(scale: scale, zeroPoint: start.zeroPoint, range: start.range)
    guard factor != nil else { return ActivationRecord(observed: observer.observed, parameters: parameters) }
    let ends = (parameters.dequantize(start.range.low), parameters.dequantize(start.range.high))
    return ActivationRecord(observed: ObservedRange(low: ends.0, high: ends.1), parameters: parameters)
  }
}

/// What calibration or fine-tuning chose for one activation.
public struct ActivationRecord: Sendable, Equatable {
  /// The range to cover; for a learned scale, the one that its integers span.
  public let observed: ObservedRange
  /// The scale and zero point that cover it.
  public let parameters: QuantizationParameters

  /// A record of the given parts.
  public init(observed: ObservedRange, parameters: QuantizationParameters) {
    self.observed = observed
    self.parameters = parameters
  }
}
