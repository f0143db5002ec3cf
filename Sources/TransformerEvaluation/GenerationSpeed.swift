import Transformer

/// Tokens a second: of a prompt, which is read many tokens at once, and of what follows, one at a time. Medians.
public struct GenerationSpeed: Sendable, Equatable, Codable {
  /// Tokens of the prompt, and of what follows.
  public let prompt, following: Int
  /// Tokens a second of each.
  public let promptRate, followingRate: Double

  /// Measures. Greedy tokens follow: what they are is of no interest.
  /// - Parameter prompt: at least one token; prompt and what follows fit the context.
  public init(of engine: TransformerEngine, prompt: [Int32], following: Int, passes: Int = 3) {
    let clock = ContinuousClock()
    var (prompts, followings): ([Double], [Double]) = ([], [])
    for _ in 0..<passes {
      let cache = engine.cache(capacity: prompt.count + following)
      var logits: [Float] = []
      prompts.append(clock.measure { logits = engine.logits(after: prompt, into: cache) }.seconds)
      let time = clock.measure {
        for _ in 0..<following { logits = engine.logits(after: [Sampler.greedy(logits)], into: cache) }
      }
      followings.append(time.seconds)
    }
    (self.prompt, self.following) = (prompt.count, following)
    promptRate = Double(prompt.count) / prompts.sorted()[passes / 2]
    followingRate = Double(following) / followings.sorted()[passes / 2]
  }
}

extension Duration {
  /// In seconds.
  package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

extension GenerationSpeed {
  /// Measures on the tokens of a text: a prompt of 128 and 64 that follow, or of half the context and a quarter of it.
  public init(of engine: TransformerEngine, text windows: [[Int32]]) {
    let context = engine.configuration.contextLength
    let tokens = Array(windows.joined().prefix(min(128, max(context / 2, 1))))
    self.init(of: engine, prompt: tokens, following: min(64, context / 4))
  }
}
