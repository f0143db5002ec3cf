internal import GRDB

extension Catalog {
  /// The figures of one succeeded evaluation of a language model: a row of `language_evaluation`. One that was not
  /// measured, or is no number, is NaN.
  public struct LanguageEvaluation: Sendable, Hashable {
    /// A mean and its standard error.
    public struct Estimate: Sendable, Hashable {
      /// The mean.
      public var value: Double
      /// How far chance may have moved it.
      public var error: Double

      /// The given figures.
      public init(value: Double, error: Double) { (self.value, self.error) = (value, error) }
    }

    /// What one model needs and does.
    public struct Model: Sendable, Hashable {
      /// exp of the mean loss.
      public var perplexity: Estimate
      /// The checkpoint's size.
      public var bytes: Double
      /// Tokens a second of a prompt, which is read many at once, and of what follows, one at a time.
      public var promptRate, generatedRate: Double
    }

    /// The run's number.
    public var run: Int64
    /// The scheme, nil where none was named.
    public var scheme: String?
    /// What the text is called.
    public var text: String
    /// Tokens that were predicted.
    public var predictions: Double
    /// Both models.
    public var float32, int8: Model
    /// int8's perplexity over float32's; the divergence of int8 from float32 in nats; the share of predictions, 0 to 1,
    /// where both would choose the same token.
    public var perplexityRatio, divergence, sameTop1: Estimate
    /// Predictions where they would not.
    public var flips: Double
    /// The commit of the program, nil when it was built outside a checkout.
    public var commit: String?
    /// When it began, UTC.
    public var startedAt: String
    /// What the speeds depend on.
    public var threads: Int
    /// The instruction set of the kernels.
    public var instructionSet: String

    init(row: Row) {
      func figure(_ name: String) -> Double { row[name] ?? .nan }
      func estimate(_ name: String, of unit: Double = 1) -> Estimate {
        Estimate(value: figure(name) / unit, error: figure(name + "_error") / unit)
      }
      func model(_ name: String) -> Model {
        Model(
          perplexity: estimate("\(name)_perplexity"), bytes: figure("\(name)_bytes"),
          promptRate: figure("\(name)_prompt_per_second"), generatedRate: figure("\(name)_generated_per_second"))
      }
      (run, scheme, text) = (row["run"], row["scheme"], row["text"] ?? "")
      (predictions, flips) = (figure("predictions"), figure("greedy_flips"))
      (float32, int8) = (model("float32"), model("int8"))
      perplexityRatio = estimate("perplexity_ratio")
      divergence = estimate("kl_divergence")
      sameTop1 = estimate("same_top_1_percent", of: 100)
      (commit, startedAt) = (row["git_commit"], row["started_at"])
      (threads, instructionSet) = (row["threads"], row["instruction_set"])
    }
  }

  /// The figures of an evaluation, nil where the run was none of a language model that succeeded.
  public func languageEvaluation(of run: Int64) throws -> LanguageEvaluation? {
    try languageEvaluations("run = ?", [run], limit: 1).first
  }

  /// The newest succeeded evaluations of a pipeline on a text, oldest first, `limit` of them at most.
  public func languageEvaluations(
    of pipeline: String, text: String, limit: Int = 500
  ) throws -> [LanguageEvaluation] {
    try languageEvaluations("pipeline = ? AND text = ?", [pipeline, text], limit: limit).reversed()
  }

  /// Newest first.
  private func languageEvaluations(
    _ condition: String, _ arguments: StatementArguments, limit: Int
  ) throws -> [LanguageEvaluation] {
    try read { database in
      let sql = """
        SELECT *, (SELECT git_commit FROM run WHERE id = language_evaluation.run) AS git_commit
        FROM language_evaluation WHERE \(condition) LIMIT \(limit)
        """
      return try Row.fetchAll(database, sql: sql, arguments: arguments).map(LanguageEvaluation.init)
    }
  }
}
