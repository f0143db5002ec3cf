import Reporting

/// The figures of one scheme of a language model as JSON for other programs. Keys are stable: one may be added, none changes
/// its meaning. A figure that is not known, NaN or infinite is null.
public struct LanguageSchemeJSON: Encodable, Sendable, Equatable {
  /// One model's figures.
  struct Model: Encodable, Sendable, Equatable {
    var perplexity: Double?
    var bytes: Int64
    var promptRate, generatedRate: Double?

    enum CodingKeys: String, CodingKey {
      case perplexity
      case bytes = "file_bytes"
      case promptRate = "prompt_tokens_per_second"
      case generatedRate = "generated_tokens_per_second"
    }

    init(_ figures: Report.LanguageFigures) {
      (perplexity, bytes) = (figures.perplexity.value.orNull, figures.bytes)
      (promptRate, generatedRate) = (figures.promptRate?.orNull, figures.generatedRate?.orNull)
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(perplexity, forKey: .perplexity)
      try container.encode(bytes, forKey: .bytes)
      try container.encode(promptRate, forKey: .promptRate)
      try container.encode(generatedRate, forKey: .generatedRate)
    }
  }

  /// The scheme.
  var scheme: String
  /// The evaluation's number in the catalog.
  var run: Int64
  /// Tokens that were predicted, and of them those where both would choose another token.
  var predictions, flips: Int
  /// As in the view `language_evaluation`, `sameTop1` as a fraction.
  var perplexityRatio, divergence, sameTop1: Double?
  /// The float model.
  var float32: Model
  /// The int8 model.
  var int8: Model

  enum CodingKeys: String, CodingKey {
    case scheme, run, predictions, float32, int8
    case flips = "greedy_flips"
    case perplexityRatio = "perplexity_ratio"
    case divergence = "kl_divergence_nats"
    case sameTop1 = "same_top_1_fraction"
  }

  /// The figures of a report's scheme.
  init(_ scheme: Report.LanguageScheme) {
    (self.scheme, run) = (scheme.name, scheme.run)
    (predictions, flips) = (scheme.predictions, scheme.flips.count)
    perplexityRatio = scheme.perplexityRatio.value.orNull
    divergence = scheme.divergence.value.orNull
    sameTop1 = scheme.sameTop1.value.orNull
    (float32, int8) = (Model(scheme.float32), Model(scheme.int8))
  }

  /// Every key, null where there is no figure.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(scheme, forKey: .scheme)
    try container.encode(run, forKey: .run)
    try container.encode(predictions, forKey: .predictions)
    try container.encode(flips, forKey: .flips)
    try container.encode(perplexityRatio, forKey: .perplexityRatio)
    try container.encode(divergence, forKey: .divergence)
    try container.encode(sameTop1, forKey: .sameTop1)
    try container.encode(float32, forKey: .float32)
    try container.encode(int8, forKey: .int8)
  }
}

extension Double {
  /// The number, nil where JSON has none for it.
  fileprivate var orNull: Double? { isFinite ? self : nil }
}
