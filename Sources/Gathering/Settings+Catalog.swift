import Catalog
import Reporting

extension Report.Settings {
  /// How a run quantizes, in words.
  init(_ row: Catalog.QuantizationScheme) {
    func words(_ tensors: Catalog.QuantizationScheme.Tensors) -> String {
      let kind = tensors.quantization.replacing("_", with: " ")
      return "\(tensors.dtype) \(kind) \(tensors.range.lowerBound)...\(tensors.range.upperBound), \(tensors.observer)"
    }
    let reduced = row.reduceRange == nil ? "" : ", halved where needed"
    let moment = row.type == "dynamic" ? ", at each call" : ""
    self.init(
      type: row.type, profile: row.profile, weights: words(row.weights),
      activations: row.activations.map { words($0) + reduced + moment } ?? "float", skipped: row.skipped)
  }
}
