import Tensors

/// Which engine's integers are computed. A profile is written into the int8 checkpoint and checked at load, because
/// the same weights under another engine's rules give other integers.
public enum NumericProfile: String, NamedChoice {
  /// Our own rule: int32 bias, inputs quantized by division, activations clamped to the calibrated range. It equals
  /// ONNX Runtime's QLinearConv and QGemm.
  case octavo
  /// PyTorch's FBGEMM engine: the bias stays float and is added before the multiplier; activations use all of u8.
  case fbgemm
  /// PyTorch's QNNPACK engine: int32 bias; activations use all of u8.
  case qnnpack

  /// The type in which biases are stored and added.
  public var biasType: DType { self == .fbgemm ? .f32 : .s32 }

  /// How network inputs and weights are scaled before rounding.
  public var scalingRule: ScalingRule { self == .octavo ? .divide : .reciprocal }

  /// How the factor from accumulator to output steps is made from the three scales: QNNPACK multiplies by the output
  /// scale's reciprocal, which differs from a division in the last bit now and then.
  public var multiplierRule: ScalingRule { self == .qnnpack ? .reciprocal : .divide }

  /// How often an observer sees a batch of a layer with a fused ReLU.
  ///
  /// PyTorch's fused modules are `nn.Sequential`s: the observer that prepare adds becomes their last child, which
  /// runs, and the forward hook then runs it once more. A moving average therefore moves twice per batch.
  public var observationsOfFusedLayer: Int { self == .octavo ? 1 : 2 }

  /// The integers to which an activation is clamped: its calibrated range, or, in PyTorch's engines, all of its type:
  /// those calibrate to 0...127 under reduce_range, yet let values above it through.
  public func clampRange(of parameters: QuantizationParameters, dtype: DType) -> IntegerRange {
    self == .octavo ? parameters.range : IntegerRange(dtype)
  }
}
