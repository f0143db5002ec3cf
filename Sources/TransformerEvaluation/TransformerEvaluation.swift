import Transformer

/// Float32 beside int8 on a text: all figures but speed.
public struct TransformerEvaluation: Sendable {
  /// What the text is called.
  public let text: String
  /// How it was cut.
  public let windows: TextWindows
  /// Every prediction.
  public let comparison: TextComparison
  /// Where the difference grows.
  public let noise: LayerNoise
  /// The sizes of both files.
  public let floatBytes, int8Bytes: Int

  /// The given figures.
  public init(
    text: String, windows: TextWindows, comparison: TextComparison, noise: LayerNoise, floatBytes: Int, int8Bytes: Int
  ) {
    (self.text, self.windows, self.comparison, self.noise) = (text, windows, comparison, noise)
    (self.floatBytes, self.int8Bytes) = (floatBytes, int8Bytes)
  }

  /// The int8 file's size as a share of the float32 file's.
  public var sizeRatio: Double { Double(int8Bytes) / Double(max(floatBytes, 1)) }

  /// The figures as a file holds them; no time, host or path is among them.
  public var figures: Figures { Figures(self) }

  /// What metrics.json holds.
  public struct Figures: Sendable, Encodable {
    let text: String
    let windows: TextWindows
    let windowsRead, predictions: Int
    let floatPerplexity, int8Perplexity, perplexityRatio, klDivergence, sameTop1, probabilityChange: Estimate
    let floatBytes, int8Bytes: Int
    let flips: [TextComparison.Flip]
    let layers: [Layer]

    struct Layer: Sendable, Encodable {
      let tensor: String
      /// Null where nothing differs.
      let sqnrDecibels: Double?
      let largestChannel: Int
      let largest, rootMeanSquare: Float
    }

    init(_ evaluation: TransformerEvaluation) {
      let comparison = evaluation.comparison
      (text, windows) = (evaluation.text, evaluation.windows)
      (windowsRead, predictions) = (comparison.windows, comparison.predictions)
      (floatPerplexity, int8Perplexity) = (comparison.firstPerplexity, comparison.secondPerplexity)
      (perplexityRatio, klDivergence) = (comparison.perplexityRatio, comparison.divergence)
      (sameTop1, probabilityChange) = (comparison.sameChoice, comparison.probabilityChange)
      (floatBytes, int8Bytes) = (evaluation.floatBytes, evaluation.int8Bytes)
      flips = comparison.flips
      layers = evaluation.noise.places.map { place in
        Layer(
          tensor: place.tensor.name, sqnrDecibels: place.decibels.isFinite ? place.decibels : nil,
          largestChannel: place.channel, largest: place.largest, rootMeanSquare: place.rootMeanSquare)
      }
    }
  }
}
