import Catalog
import Findings
import Reporting

/// The content of a `limits.yaml`: what it promises says what kind of model its pipeline makes.
public enum PipelineLimits: Sendable, Equatable, Codable {
  /// Of a network for images.
  case images(Limits)
  /// Of a language model.
  case language(LanguageLimits)

  /// Reads limits of a language model where a key is one that they alone have, and else of a network for images.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: LanguageLimits.CodingKeys.self)
    let isLanguage = LanguageLimits.CodingKeys.allCases.contains { $0 != .sizeRatio && keys.contains($0) }
    self = isLanguage ? .language(try LanguageLimits(from: decoder)) : .images(try Limits(from: decoder))
  }

  /// Writes what either holds.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .images(let limits): try limits.encode(to: encoder)
    case .language(let limits): try limits.encode(to: encoder)
    }
  }

  /// Every limit of some schemes, each once, held against their newest evaluations.
  /// - Throws: `FindingsError` where one was never evaluated, or for a baseline that cannot be held; `CatalogError`.
  public func report(
    pipeline: String, schemes: [String], against baseline: Baseline? = nil, catalog: Catalog
  ) throws -> CheckReport {
    var seen: Set<String> = []
    let schemes = schemes.filter { seen.insert($0).inserted }
    try baseline?.belongs(to: pipeline)
    let verdicts: [Verdict]
    switch self {
    case .images(let limits):
      verdicts = try schemes.flatMap { scheme in
        try limits.verdicts(
          on: Figures(pipeline: pipeline, scheme: scheme, catalog: catalog), scheme: scheme, against: baseline)
      }
    case .language(let limits):
      guard baseline == nil else { throw FindingsError.languageBaseline(pipeline: pipeline) }
      verdicts = try schemes.flatMap { scheme in
        try limits.verdicts(
          on: LanguageLimits.figures(pipeline: pipeline, scheme: scheme, catalog: catalog), scheme: scheme)
      }
    }
    return CheckReport(pipeline: pipeline, verdicts: verdicts)
  }
}
