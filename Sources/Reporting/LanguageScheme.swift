extension Report {
  /// A mean, and how far chance may have moved it.
  public struct Estimate: Sendable, Hashable {
    /// The mean.
    public var value: Double
    /// Its standard error.
    public var error: Double

    /// The given figures.
    public init(_ value: Double, error: Double) { (self.value, self.error) = (value, error) }
  }

  /// What one language model measures.
  public struct LanguageFigures: Sendable, Hashable {
    /// exp of the mean loss.
    public var perplexity: Estimate
    /// The size of its checkpoint.
    public var bytes: Int64
    /// Tokens a second of a prompt, which is read many at once, and of what follows, one at a time; nil when they were not
    /// measured.
    public var promptRate, generatedRate: Double?

    /// The given figures.
    public init(perplexity: Estimate, bytes: Int64, promptRate: Double? = nil, generatedRate: Double? = nil) {
      (self.perplexity, self.bytes) = (perplexity, bytes)
      (self.promptRate, self.generatedRate) = (promptRate, generatedRate)
    }
  }

  /// What int8 does to the rows that a group of matrices reads.
  public struct LanguageLayer: Sendable, Hashable {
    /// The first matrix of the group.
    public var tensor: String
    /// Signal over noise of these rows in dB, all layers before added up; infinite where nothing is lost.
    public var sqnr: Double
    /// Their largest magnitude in float32, and the channel that has it; nil where they were not recorded.
    public var largest: Double?
    /// Likewise.
    public var channel: Int?

    /// A group of the given figures.
    public init(tensor: String, sqnr: Double, largest: Double? = nil, channel: Int? = nil) {
      (self.tensor, self.sqnr, self.largest, self.channel) = (tensor, sqnr, largest, channel)
    }
  }

  /// The scales of one tensor, of which there may be as many as a vocabulary has tokens.
  public struct TensorScales: Sendable, Hashable {
    /// The tensor.
    public var tensor: String
    /// How many there are.
    public var count: Int
    /// The least, the mean and the largest of them.
    public var least, mean, largest: Float
    /// The smallest and the largest integer in use.
    public var quantized: ClosedRange<Int32>
    /// The stored type: `s8`.
    public var dtype: String
    /// `per_channel_symmetric`, ...
    public var quantization: String
    /// What chose their ranges.
    public var observer: String

    /// Scales of the given facts.
    public init(
      tensor: String, count: Int, least: Float, mean: Float, largest: Float, quantized: ClosedRange<Int32>,
      dtype: String, quantization: String, observer: String
    ) {
      (self.tensor, self.count) = (tensor, count)
      (self.least, self.mean, self.largest) = (least, mean, largest)
      (self.quantized, self.dtype) = (quantized, dtype)
      (self.quantization, self.observer) = (quantization, observer)
    }
  }

  /// A channel far above the others that are read with it.
  public struct MassiveActivation: Sendable, Hashable {
    /// The first matrix of the group that reads it.
    public var tensor: String
    /// The channel.
    public var channel: Int
    /// Its largest magnitude, and the median of those of the group's channels.
    public var magnitude, median: Double

    /// A channel of the given facts.
    public init(tensor: String, channel: Int, magnitude: Double, median: Double) {
      (self.tensor, self.channel, self.magnitude, self.median) = (tensor, channel, magnitude, median)
    }
  }

  /// A prediction where both models would choose another token.
  public struct Flip: Sendable, Hashable {
    /// The window, from 0, and the place in it of the token that is predicted, from 1.
    public var window, position: Int
    /// What each would choose, in words.
    public var float32, int8: String
    /// float32's logit of its own choice above that of int8's choice.
    public var margin: Double

    /// A flip of the given facts.
    public init(window: Int, position: Int, float32: String, int8: String, margin: Double) {
      (self.window, self.position, self.margin) = (window, position, margin)
      (self.float32, self.int8) = (float32, int8)
    }
  }

  /// One way of quantizing a language model, and what came of it.
  public struct LanguageScheme: Sendable, Hashable {
    /// The scheme's name.
    public var name: String
    /// The evaluation's number in the catalog.
    public var run: Int64
    /// How it quantizes, nil when that was not recorded.
    public var settings: Settings?
    /// The float model.
    public var float32: LanguageFigures
    /// The quantized model.
    public var int8: LanguageFigures
    /// Tokens that were predicted.
    public var predictions: Int
    /// int8's perplexity over float32's; the divergence of int8 from float32 in nats; the share of predictions, 0 to 1,
    /// where both would choose the same token.
    public var perplexityRatio, divergence, sameTop1: Estimate
    /// Where they would not, in the text's order.
    public var flips: [Flip]
    /// The pipeline's limits, held against these figures.
    public var verdicts: [Verdict]
    /// What the speeds were measured under: `2 threads, avx2`.
    public var conditions: String
    /// The groups of matrices, first to last.
    public var layers: [LanguageLayer]
    /// The scales of every tensor.
    public var scales: [TensorScales]
    /// What the stages that made the int8 model warned of, a line each.
    public var warnings: [String]

    /// A scheme with the given results.
    public init(
      name: String, run: Int64, settings: Settings? = nil, float32: LanguageFigures, int8: LanguageFigures,
      predictions: Int, perplexityRatio: Estimate, divergence: Estimate, sameTop1: Estimate, flips: [Flip] = [],
      verdicts: [Verdict] = [], conditions: String = "", layers: [LanguageLayer] = [], scales: [TensorScales] = [],
      warnings: [String] = []
    ) {
      (self.name, self.run, self.settings) = (name, run, settings)
      (self.float32, self.int8, self.predictions) = (float32, int8, predictions)
      (self.perplexityRatio, self.divergence, self.sameTop1) = (perplexityRatio, divergence, sameTop1)
      (self.flips, self.verdicts, self.conditions) = (flips, verdicts, conditions)
      (self.layers, self.scales, self.warnings) = (layers, scales, warnings)
    }
  }

  /// What one evaluation of a language model came to.
  public struct LanguagePoint: Sendable, Hashable {
    /// The evaluation's number in the catalog.
    public var run: Int64
    /// The scheme.
    public var scheme: String
    /// When it began, UTC.
    public var started: String
    /// The commit of the program, nil when it was built outside a checkout.
    public var commit: String?
    /// As in ``LanguageScheme``.
    public var perplexityRatio, divergence, sameTop1: Double
    /// The int8 checkpoint's size.
    public var bytes: Int64
    /// int8's tokens a second, one at a time; nil when they were not measured.
    public var generatedRate: Double?
    /// That speed over float32's.
    public var speedRatio: Double?

    /// An evaluation with the given figures.
    public init(
      run: Int64, scheme: String, started: String, commit: String?, perplexityRatio: Double, divergence: Double,
      sameTop1: Double, bytes: Int64, generatedRate: Double?, speedRatio: Double?
    ) {
      (self.run, self.scheme, self.started, self.commit) = (run, scheme, started, commit)
      (self.perplexityRatio, self.divergence, self.sameTop1) = (perplexityRatio, divergence, sameTop1)
      (self.bytes, self.generatedRate, self.speedRatio) = (bytes, generatedRate, speedRatio)
    }
  }
}
