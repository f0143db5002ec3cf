import Tensors

/// How an integer layer's bias is stored and added.
public enum BiasRule: Sendable, Equatable, CaseIterable {
  /// As an int32 in steps of the accumulator, `Requantization.integerBias`, from which the sum starts.
  case integer
  /// As the float that it is, added to the finished sum before the multiplier, in accumulator steps.
  case float

  /// The type in a checkpoint.
  public var type: DType {
    switch self {
    case .integer: .s32
    case .float: .f32
    }
  }
}

/// How an accumulator becomes the next layer's integer: one factor for each output channel, in the form that the engine
/// multiplies by.
public enum RequantizationRule: Sendable, Equatable {
  /// By a float32: `rne(f32(f32(accumulator) * multiplier))`, `Requantization.requantize`.
  ///
  /// An engine without floats would be a second case, a fixed-point multiplier and a shift for each channel, with its
  /// rounding (once, or twice as TFLite does) as the case's value.
  case floatMultiplier
}

/// The integers to which activations are clamped.
public enum ClampingRule: Sendable, Equatable, CaseIterable {
  /// Those of the range that the scheme names.
  case calibratedRange
  /// All of the type: PyTorch's engines calibrate to 0...127 under reduce_range, yet let values above it through.
  case wholeType

  /// The least and the greatest integer.
  /// - Parameter calibrated: the range that the scheme names, within `dtype`.
  public func clamp(_ calibrated: IntegerRange, dtype: DType) -> IntegerRange {
    switch self {
    case .calibratedRange: calibrated
    case .wholeType: IntegerRange(dtype)
    }
  }
}

/// The ranges that symmetric u8 activations may have.
public enum SymmetricRangeRule: Sendable, Equatable, CaseIterable {
  /// Any that holds zero.
  case anyRange
  /// All of u8 alone: PyTorch's observers end in "Cannot reduce range for symmetric quantization for quint8".
  case wholeType
}

extension NumericProfile {
  /// The type in which biases are stored and added.
  public var biasType: DType { biasRule.type }

  /// The integers to which an activation of the given parameters is clamped.
  public func clampRange(of parameters: QuantizationParameters, dtype: DType) -> IntegerRange {
    clampingRule.clamp(parameters.range, dtype: dtype)
  }

  /// The integers that a dynamic layer's inputs, of the given range, may take.
  public func dynamicClamp(_ integers: IntegerRange) -> IntegerRange { clampingRule.clamp(integers, dtype: .u8) }
}

/// Where ties of an average pool's mean fall; both round half to even.
public enum AverageRule: Sendable, Equatable {
  /// The mean of what integers stand for, `rne(sum of (q - zero point) / n) + zero point`: QNNPACK, and ONNX between
  /// DequantizeLinear and QuantizeLinear.
  case ofDistances
  /// Of windows as `ofDistances`; of the whole image the mean of the integers themselves, `rne(sum of q / n)`: FBGEMM's
  /// avg_pool2d behind a convolution, and its adaptive_avg_pool2d.
  case ofIntegersWhenGlobal

  /// The integer at whose distance the mean is rounded.
  public func origin(isGlobal: Bool, zeroPoint: Int32) -> Int32 {
    self == .ofIntegersWhenGlobal && isGlobal ? 0 : zeroPoint
  }
}
