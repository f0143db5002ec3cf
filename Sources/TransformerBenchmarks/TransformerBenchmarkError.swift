/// What is not as it should be.
public enum TransformerBenchmarkError: Error, Equatable, CustomStringConvertible {
  /// Logits that are not those of the scalar reference.
  case differs(String)
  /// A line that asks for nothing known.
  case unknownRequest(String, most: Int)

  /// One line.
  public var description: String {
    switch self {
    case .differs(let set): "\(set): expected the scalar reference's logits, found others; nothing was timed"
    case .unknownRequest(let line, let most):
      "expected 'prompt N' or 'generate N' of 1 to \(most) tokens, found '\(line)'"
    }
  }
}
