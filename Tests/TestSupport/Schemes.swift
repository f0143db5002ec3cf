import Quantization

extension TensorScheme {
  /// Activations as PyTorch's FBGEMM default has them, under a plain observer.
  package static let activations = TensorScheme(
    dtype: .u8, symmetry: .affine, granularity: .perTensor, range: IntegerRange(0, 127), observer: .minMax)
  /// Weights per channel.
  package static let weights = TensorScheme(
    dtype: .s8, symmetry: .symmetric, granularity: .perChannel, range: IntegerRange(-127, 127),
    observer: .minMax)
}

extension QuantizationScheme {
  /// A scheme that any network can follow: `batches` of `batchSize` images in file order.
  package static func plain(
    profile: NumericProfile = .octavo, batches: Int = 1, batchSize: Int = 1,
    order: CalibrationSet.Order = .file
  ) -> QuantizationScheme {
    QuantizationScheme(
      profile: profile, activations: .activations, weights: .weights,
      calibration: CalibrationSet(batches: batches, batchSize: batchSize, order: order, seed: 3))
  }

  /// A scheme of the given type that any network can follow.
  package static func plain(_ type: QuantizationType, profile: NumericProfile = .octavo) -> QuantizationScheme {
    var scheme = plain(profile: profile)
    scheme.type = type
    if type != .static { scheme.calibration = nil }
    if type == .qat { scheme.training = .plain }
    if type == .weightOnly { scheme.activations = nil }
    return scheme
  }
}

extension FineTuning {
  /// One short epoch.
  package static let plain = FineTuning(
    epochs: 1, batchSize: 4, learningRate: 1e-3, seed: 5, freezeObservers: 2)
}
