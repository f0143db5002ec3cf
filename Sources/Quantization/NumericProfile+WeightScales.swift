/// The least scales of weights, and which are raised to them.
extension NumericProfile {
  /// The least scale of a channel's weights at which its bias fits an accumulator beside its sum: an integer bias may take
  /// 2^30 steps of `input * weight`, half of what 32 bits hold. 0 where biases stay float.
  ///
  /// A channel of zeros, or all but zeros, has room for no bias under the scale that its weights ask for, and an input of
  /// zeros leaves none to any weight. A larger scale takes little: an output wide enough for such a bias has steps of
  /// millions of the accumulator's, far more than rounding weights moves a sum.
  /// ONNX Runtime raises weight scales likewise (`_adjust_weight_scale_for_int32_bias` in quantization/onnx_quantizer.py).
  public func leastWeightScale(bias: Float, input: Float) -> Float {
    switch biasRule {
    case .float: 0
    case .integer: abs(bias) / (input * 0x1p30)
    }
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

  /// Whether the least scale of the profile is larger than what a range asks for. Zeros ask for nothing.
  public func isRaised(_ observed: ObservedRange, symmetry: Symmetry, range: IntegerRange) -> Bool {
    !observed.isZero && observed.scale(symmetry: symmetry, range: range) < leastScale
  }
}
