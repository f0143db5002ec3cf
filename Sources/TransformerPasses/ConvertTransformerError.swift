/// What cannot be converted.
public enum ConvertTransformerError: Error, Equatable, CustomStringConvertible {
  /// A checkpoint in integers.
  case isConverted
  /// A scheme that needs what calibration saw.
  case notCalibrated
  /// A row of weights with a NaN or an infinity.
  case notFinite(String, row: Int)
  /// A weight of a norm that is a NaN or an infinity, and would go into a matrix.
  case notFiniteNorm(String, channel: Int)
  /// A sum that could leave 32 bits.
  case overflow(String, bound: Int64)

  /// One line.
  public var description: String {
    switch self {
    case .isConverted: "expected a float checkpoint, found one in integers; give what import-transformer wrote"
    case .notCalibrated:
      "the scheme's scales come from a text: expected calibration's statistics as the second input, found none"
    case .notFinite(let name, let row): "tensor '\(name)': expected finite weights, found others in row \(row)"
    case .notFiniteNorm(let name, let channel):
      "tensor '\(name)': expected finite weights, found another for channel \(channel)"
    case .overflow(let name, let bound):
      "tensor '\(name)': a sum can reach \(bound), expected at most \(Int32.max); its rows are too long"
    }
  }
}
