import Catalog
import Quantization

extension Catalog.QuantizationParameter {
  /// A scale as the catalog holds it.
  public init(_ record: ScaleRecord) {
    self.init(
      tensor: record.tensor, channel: record.channel, scale: record.parameters.scale,
      zeroPoint: record.parameters.zeroPoint, quantMin: record.parameters.range.low,
      quantMax: record.parameters.range.high, dtype: record.scheme.dtype.rawValue, scheme: record.scheme.name,
      observer: record.scheme.observer.rawValue, observed: record.observed.map { $0.low...$0.high })
  }
}
