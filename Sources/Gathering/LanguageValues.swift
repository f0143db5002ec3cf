import Catalog
import Reporting

// The catalog's rows as values of a report.

extension Report.Estimate {
  init(_ row: Catalog.LanguageEvaluation.Estimate) { self.init(row.value, error: row.error) }
}

extension Report.LanguageFigures {
  init(_ row: Catalog.LanguageEvaluation.Model) {
    self.init(
      perplexity: .init(row.perplexity), bytes: Int64(exactly: row.bytes) ?? 0, promptRate: row.promptRate.known,
      generatedRate: row.generatedRate.known)
  }
}

extension Report.LanguagePoint {
  init(_ row: Catalog.LanguageEvaluation) {
    let (float, int) = (row.float32.generatedRate, row.int8.generatedRate)
    self.init(
      run: row.run, scheme: row.scheme ?? "int8",
      started: String(row.startedAt.prefix(19)).replacing("T", with: " "), commit: row.commit,
      perplexityRatio: row.perplexityRatio.value, divergence: row.divergence.value, sameTop1: row.sameTop1.value,
      bytes: Int64(exactly: row.int8.bytes) ?? 0, generatedRate: int.known, speedRatio: (int / float).known)
  }
}

extension Report.Flip {
  /// Tokens in quotes, for blanks are part of them; one without text by its number.
  init(_ row: Catalog.GreedyFlip) {
    func words(_ text: String, _ token: Int) -> String { text.isEmpty ? "token \(token)" : "'\(text)'" }
    self.init(
      window: row.window, position: row.position, float32: words(row.float32Text, row.float32Token),
      int8: words(row.int8Text, row.int8Token), margin: row.margin)
  }
}

extension Report.MassiveActivation {
  init(_ row: Catalog.MassiveActivation) {
    self.init(tensor: row.tensor, channel: row.channel, magnitude: row.magnitude, median: row.median)
  }
}

extension Report.TensorScales {
  init(_ row: Catalog.ScaleSummary) {
    self.init(
      tensor: row.tensor, count: row.count, least: Float(row.least), mean: Float(row.mean),
      largest: Float(row.largest), quantized: row.quantMin...max(row.quantMin, row.quantMax), dtype: row.dtype,
      quantization: row.scheme, observer: row.observer)
  }
}

extension Double {
  /// The figure, nil where there is none.
  fileprivate var known: Double? { isNaN ? nil : self }
}
