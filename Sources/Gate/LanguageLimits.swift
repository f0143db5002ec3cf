import Catalog
import Findings
import Reporting

/// What the pipeline of a language model promises: the content of its `limits.yaml`.
public struct LanguageLimits: Sendable, Equatable, Codable {
  /// The most that int8's perplexity may be, as a multiple of float32's.
  public var perplexityRatio: Double
  /// The most that int8's predictions may diverge from float32's: a mean over tokens, in nats.
  public var klDivergence: Double
  /// The least share of predictions, 0 to 1, where both choose the same token.
  public var sameTop1: Double
  /// The most that the int8 file may measure, as a share of the float32 file.
  public var sizeRatio: Double

  enum CodingKeys: String, CodingKey, CaseIterable {
    case perplexityRatio = "perplexity_ratio"
    case klDivergence = "kl_divergence"
    case sameTop1 = "same_top_1"
    case sizeRatio = "size_ratio"
  }

  /// Limits of the given figures.
  public init(perplexityRatio: Double, klDivergence: Double, sameTop1: Double, sizeRatio: Double) {
    self.perplexityRatio = perplexityRatio
    self.klDivergence = klDivergence
    self.sameTop1 = sameTop1
    self.sizeRatio = sizeRatio
  }

  /// Holds every limit against the figures of an evaluation. A figure that is not a number, or was not measured, breaks its
  /// limit.
  public func verdicts(on figures: Catalog.LanguageEvaluation, scheme: String) -> [Verdict] {
    func verdict(
      _ key: CodingKeys, _ what: String, _ measured: Double, unit: String = "", _ allowed: Double,
      _ holds: (Double, Double) -> Bool
    ) -> Verdict {
      Verdict(
        scheme: scheme, limit: key.rawValue, what: what, measured: Self.text(measured) + unit,
        allowed: Self.text(allowed), run: figures.run, holds: holds(measured, allowed))
    }
    return [
      verdict(.perplexityRatio, "perplexity ratio", figures.perplexityRatio.value, perplexityRatio, <=),
      verdict(.klDivergence, "KL divergence", figures.divergence.value, unit: " nats", klDivergence, <=),
      verdict(.sameTop1, "same first choice", figures.sameTop1.value, sameTop1, >=),
      verdict(.sizeRatio, "size ratio", figures.int8.bytes / figures.float32.bytes, sizeRatio, <=),
    ]
  }

  /// The figures of the newest succeeded evaluation of a scheme.
  /// - Throws: `FindingsError.notEvaluated` when there is none, `CatalogError`.
  package static func figures(
    pipeline: String, scheme: String, catalog: Catalog
  ) throws -> Catalog.LanguageEvaluation {
    let run = try catalog.newestRun(stage: "evaluate-transformer", pipeline: pipeline, scheme: scheme)
    guard let run, let figures = try catalog.languageEvaluation(of: run.id) else {
      throw FindingsError.notEvaluated(pipeline: pipeline, scheme: scheme, catalog: catalog.path)
    }
    return figures
  }

  /// A figure to six decimals: a divergence has few digits before.
  private static func text(_ value: Double) -> String { "\((value * 1_000_000).rounded() / 1_000_000)" }
}
