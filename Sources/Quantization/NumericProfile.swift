import Tensors

/// Which engine's integers are computed. A profile is written into the int8 checkpoint and checked at load, because
/// the same weights under another engine's rules give other integers.
public enum NumericProfile: String, NamedChoice {
  /// Our own rule: int32 bias, inputs quantized by division, activations clamped to the calibrated range. It equals
  /// ONNX Runtime's QLinearConv and QGemm where that range is all of the type; where it stops at 127, say, with a Clip
  /// behind them, for they clamp to the type.
  case octavo
  /// PyTorch's FBGEMM engine: the bias stays float and is added before the multiplier; activations use all of u8.
  case fbgemm
  /// PyTorch's QNNPACK engine: int32 bias; activations use all of u8.
  case qnnpack

  /// The type in which biases are stored and added.
  public var biasType: DType { self == .fbgemm ? .f32 : .s32 }

  /// The least scale that is ever chosen for what is not zero.
  ///
  /// PyTorch takes `torch.finfo(torch.float32).eps`, 2^-23. Ours is what float32 needs and no more: the product of two
  /// scales, what a step of an accumulator is worth, is still a normal float, 2^-63 * 2^-63 = 2^-126.
  public var leastScale: Float { self == .octavo ? 0x1p-63 : 0x1p-23 }

  /// The least scale of a channel's weights at which its bias fits an accumulator beside its sum: an integer bias may take
  /// 2^30 steps of `input * weight`, half of what 32 bits hold. 0 where biases stay float.
  ///
  /// A channel of zeros, or all but zeros, has room for no bias under the scale that its weights ask for, and an input of
  /// zeros leaves none to any weight. A larger scale takes little: an output wide enough for such a bias has steps of
  /// millions of the accumulator's, far more than rounding weights moves a sum.
  /// ONNX Runtime raises weight scales likewise (`_adjust_weight_scale_for_int32_bias` in quantization/onnx_quantizer.py).
  public func leastWeightScale(bias: Float, input: Float) -> Float {
    biasType == .f32 ? 0 : abs(bias) / (input * 0x1p30)
  }

  /// The scales of a weight, one or one for each output channel, raised to `leastWeightScale` where they are less.
  /// - Parameters:
  ///   - bias: one for each output channel, nil for none.
  ///   - input: the input's scale. A scale of NaN stays.
  public func raised(_ scales: [Float], bias: [Float]?, input: Float) -> [Float] {
    guard let bias else { return scales }
    let least = bias.map { leastWeightScale(bias: $0, input: input) }
    guard scales.count > 1 else { return scales.map { raise($0, to: least.max() ?? 0) } }
    return zip(scales, least).map(raise)
  }

  private func raise(_ scale: Float, to least: Float) -> Float { scale < least ? least : scale }

  /// How real numbers, inputs and weights among them, are scaled before rounding.
  public var scalingRule: ScalingRule { self == .octavo ? .divide : .fused }

  /// How integer biases, and the factor from accumulator to output steps, are made from scales: QNNPACK multiplies by
  /// reciprocals.
  public var divisionRule: DivisionRule { self == .qnnpack ? .reciprocal : .divide }

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
