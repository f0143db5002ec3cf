/// How a network of Llama's architecture becomes integers: what a scheme's file says.
///
/// Matrices become s8 within -127 ... 127, zero point 0. Norms, rotations, attention, softmax, the gated unit and the
/// residual stream stay float32.
public struct TransformerScheme: Sendable, Equatable, Codable {
  /// What shares a scale of the weights.
  public enum Weights: String, Sendable, Codable, CaseIterable {
    /// Each row: the weights of one output.
    case perRow = "per_row"
    /// The whole matrix: the textbook's case.
    case perTensor = "per_tensor"
  }

  /// How the rows that are multiplied become integers.
  public enum Activations: String, Sendable, Codable, CaseIterable {
    /// Each token's by a scale of its own, chosen when it comes.
    case perToken = "per_token"
    /// By one scale for each matrix, chosen by calibration.
    case fixed = "static"
    /// Not at all: weights are stored in integers, and all arithmetic is float32.
    case none
  }

  /// What shares a scale of the weights.
  public var weights: Weights
  /// How rows become integers.
  public var activations: Activations
  /// SmoothQuant's alpha, 0 ... 1: how much of the spread between an input's channels is moved into the weights where a norm
  /// makes that input, s = max|x|^alpha / max|w|^(1 - alpha); nil for none.
  public var smoothing: Float?

  /// A scheme of the given parts.
  public init(weights: Weights, activations: Activations, smoothing: Float? = nil) {
    (self.weights, self.activations, self.smoothing) = (weights, activations, smoothing)
  }

  /// Whether a conversion needs what calibration saw.
  public var isCalibrated: Bool { activations == .fixed || smoothing != nil }

  /// Checks what the keys' types cannot say.
  /// - Throws: `TransformerSchemeError`.
  public func validate() throws(TransformerSchemeError) {
    if let smoothing, !(0...1).contains(smoothing) { throw .smoothing(smoothing) }
    if smoothing != nil, activations == .none { throw .smoothingWithoutIntegers }
  }
}

/// What a scheme may not say.
public enum TransformerSchemeError: Error, Equatable, CustomStringConvertible {
  /// An exponent outside 0 ... 1.
  case smoothing(Float)
  /// Activations that stay float have no spread to move.
  case smoothingWithoutIntegers

  /// One line.
  public var description: String {
    switch self {
    case .smoothing(let alpha): "smoothing: expected a number from 0 to 1, found \(alpha)"
    case .smoothingWithoutIntegers:
      "smoothing: expected only where activations become integers, found it with activations: none"
    }
  }
}
