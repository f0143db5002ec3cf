import Catalog
import Quantization

extension Catalog.QuantizationParameter {
  /// A scale as the catalog holds it.
  public init(_ record: ScaleRecord) {
    self.init(
      tensor: record.tensor, channel: record.channel, scale: record.parameters.scale,
      zeroPoint: record.parameters.zeroPoint, quantMin: record.parameters.range.low,
      quantMax: record.parameters.range.high, dtype: record.scheme.dtype.rawValue, scheme: record.scheme.name,
      observer: record.scheme.observer.rawValue, observed: record.observed.map { $0.low...$0.high },
      raisedFor: record.raisedFor?.rawValue)
  }
}

extension Catalog.QuantizationScheme {
  /// A scheme as the catalog holds it.
  public init(_ scheme: QuantizationScheme) {
    self.init(
      type: scheme.type.rawValue, profile: scheme.profile.rawValue, weights: Tensors(scheme.weights),
      activations: scheme.activations.map(Tensors.init), reduceRange: scheme.activations?.reduceRange?.rawValue,
      skipped: (scheme.layers ?? [:]).keys.filter(scheme.skips).sorted())
  }
}

extension Catalog.QuantizationScheme.Tensors {
  /// A tensor's scheme as the catalog holds it.
  fileprivate init(_ scheme: TensorScheme) {
    self.init(
      dtype: scheme.dtype.rawValue, quantization: scheme.name, range: scheme.range.low...scheme.range.high,
      observer: scheme.observer.rawValue)
  }
}
