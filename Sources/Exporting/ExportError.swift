/// Why a model cannot leave in a format.
public enum ExportError: Error, Equatable, CustomStringConvertible {
  /// Real numbers leave the layer, or the input.
  case noInteger(layer: String)
  /// The layer's input is quantized anew at each call.
  case dynamic(layer: String)
  /// Biases are floats.
  case floatBias(profile: String)
  /// More values leave the layer, or more pixels fill its window, than generated C counts.
  case tooLarge(layer: String, count: Int)
  /// A mean of more pixels than float32 divides exactly.
  case wideMean(layer: String, pixels: Int)

  /// One line: where, expected, found, what to do.
  public var description: String {
    switch self {
    case .noInteger(let layer):
      "'\(layer)' computes in floats: this format holds integers alone; take a static or qat scheme that skips no layer"
    case .dynamic(let layer):
      "layer '\(layer)' quantizes what enters anew at each call, with scales that no file can hold; take a static or qat "
        + "scheme"
    case .floatBias(let profile):
      "profile \(profile) keeps biases as floats: this format holds integers alone; take a scheme of profile octavo or "
        + "qnnpack"
    case .tooLarge(let layer, let count):
      "layer '\(layer)': expected at most \(CModel.largestValue) values of a layer or a window, found \(count): that is no "
        + "model for C without a heap; take another format"
    case .wideMean(let layer, let pixels):
      "layer '\(layer)': expected a mean of few enough pixels that float32 rounds it as it is, found \(pixels); pool in "
        + "two steps"
    }
  }
}
