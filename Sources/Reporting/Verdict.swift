/// One limit held against one evaluation of a scheme.
public struct Verdict: Sendable, Hashable {
  /// The scheme.
  public var scheme: String
  /// The limit's key in `limits.yaml`: `accuracy_drop`, `baseline.size_growth`.
  public var limit: String
  /// What was measured, in words: `accuracy drop`.
  public var what: String
  /// What it came to, with its unit: `0.11 points`.
  public var measured: String
  /// What the limit allows; nil where nothing could be measured, and `what` says why.
  public var allowed: String?
  /// The evaluation's number in the catalog.
  public var run: Int64
  /// Whether the limit holds.
  public var holds: Bool

  /// A measured limit.
  public init(
    scheme: String, limit: String, what: String, measured: String, allowed: String, run: Int64, holds: Bool
  ) {
    self.scheme = scheme
    self.limit = limit
    self.what = what
    self.measured = measured
    self.allowed = allowed
    self.run = run
    self.holds = holds
  }

  /// A limit that could not be held, which is as bad as a broken one.
  public init(scheme: String, limit: String, problem: String, run: Int64) {
    (self.scheme, self.limit, what, measured, self.run) = (scheme, limit, problem, "", run)
    (allowed, holds) = (nil, false)
  }

  /// `octavo: accuracy drop 0.11 points, limit 0.1, run 7`.
  public var line: String {
    allowed.map { "\(scheme): \(what) \(measured), limit \($0), run \(run)" } ?? "\(scheme): \(what), run \(run)"
  }
}
