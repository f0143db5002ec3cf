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
}
