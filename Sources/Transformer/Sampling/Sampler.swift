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
    let most = Double(logits.max() ?? 0)
    guard most.isFinite else { return Self.greedy(logits) }
    let weights = logits.map { exponential((Double($0) - most) / Double(temperature)) }
    let tokens = LikeliestFirst(logits, near: 8 * temperature).prefix(topK > 0 ? topK : logits.count)
    let all = topK > 0 ? tokens.reduce(0) { $0 + weights[$1] } : weights.reduce(0, +)
    let reached = nucleus(tokens, weights, all)
    let place = generator.unit() * reached
    var (passed, last) = (0.0, 0)
    for token in tokens {
      (passed, last) = (passed + weights[token], token)
      if passed > place || passed >= reached { break }
    }
    return Int32(last)
  }

  /// What the likeliest tokens weigh that reach `topP` of all.
  private func nucleus(_ tokens: some Sequence<Int>, _ weights: [Double], _ all: Double) -> Double {
    guard topP < 1 else { return all }
    var reached = 0.0
    for token in tokens {
      reached += weights[token]
      if reached >= Double(topP) * all { break }
    }
    return reached
  }
}
