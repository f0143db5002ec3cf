import Kernels
import Tensors

/// Chooses the next token of logits.
///
/// Logits are divided by the temperature; of all tokens the `topK` likeliest stay, of those the likeliest whose
/// probabilities reach `topP`; one is drawn. The same seed draws the same tokens.
public struct Sampler: Sendable {
  /// What logits are divided by; 0 chooses the likeliest token always.
  public let temperature: Float
  /// How many tokens stay, at most; 0 for all.
  public let topK: Int
  /// The probability that those reach which stay, above 0; 1 for all.
  public let topP: Float
  private var generator: SeededGenerator

  /// A sampler of the given settings.
  /// - Precondition: temperature and topK are not negative, topP is above 0 and at most 1.
  public init(temperature: Float = 0, topK: Int = 0, topP: Float = 1, seed: UInt64 = 0) {
    precondition(temperature >= 0 && topK >= 0 && topP > 0 && topP <= 1, "a sampler's settings")
    (self.temperature, self.topK, self.topP) = (temperature, topK, topP)
    generator = SeededGenerator(seed: seed)
  }

  /// The token of the largest logit, the first of equals.
  public static func greedy(_ logits: [Float]) -> Int32 {
    var best = 0
    for index in logits.indices where logits[index] > logits[best] { best = index }
    return Int32(best)
  }

  /// The next token.
  public mutating func next(_ logits: [Float]) -> Int32 {
    guard temperature > 0 else { return Self.greedy(logits) }
    // What is no number is the least likely: nothing could be sorted by it.
    let logits = logits.map { $0.isNaN ? -.infinity : $0 }
    // Equal logits in the order of tokens: a sort that is not stable would draw differently elsewhere.
    var tokens = logits.indices.sorted { logits[$0] == logits[$1] ? $0 < $1 : logits[$0] > logits[$1] }
    if topK > 0 { tokens = Array(tokens.prefix(topK)) }
    let most = Double(logits[tokens[0]])
    let weights = tokens.map { exponential((Double(logits[$0]) - most) / Double(temperature)) }
    let all = weights.reduce(0, +)
    var (kept, reached) = (0, 0.0)
    while kept < weights.count, kept == 0 || reached < Double(topP) * all {
      reached += weights[kept]
      kept += 1
    }
    var place = generator.unit() * reached
    for index in 0..<kept {
      place -= weights[index]
      if place < 0 { return Int32(tokens[index]) }
    }
    return Int32(tokens[kept - 1])
  }
}
