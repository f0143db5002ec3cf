import Catalog
import Files
import Tables
import Timing
import TransformerPasses

/// Work of a language model that was timed.
public struct TransformerBenchmarkRow: Sendable, Equatable, Codable {
  /// `prompt`, `generation`, `first token`.
  public var name: String
  /// Tokens of a pass.
  public var tokens: Int
  /// How long a pass took.
  public var timing: Timing
  /// Of a prompt's products, the part of what the integer loop makes in registers; of tokens that are made one by one, of
  /// the rate at which as many bytes are read; nil where nothing such was measured.
  public var percentOfCeiling: Double?

  /// Work with the given figures.
  public init(_ name: String, tokens: Int, _ timing: Timing, percentOfCeiling: Double? = nil) {
    (self.name, self.tokens, self.timing, self.percentOfCeiling) = (name, tokens, timing, percentOfCeiling)
  }

  /// Tokens a second of the median pass.
  public var rate: Double { Double(tokens) / timing.median }
  /// Of the fastest.
  public var best: Double { Double(tokens) / timing.least }
}

/// The content of a language model's `bench.json`.
public struct TransformerBenchmarkReport: Sendable, Equatable, Codable {
  /// The kernels.
  public var instructionSet: String
  /// On how many threads.
  public var threads: Int
  /// What a token costs.
  public var cost: TokenCost
  /// What was timed.
  public var rows: [TransformerBenchmarkRow]

  /// A report of the given parts.
  public init(instructionSet: String, threads: Int, cost: TokenCost, rows: [TransformerBenchmarkRow]) {
    (self.instructionSet, self.threads, self.cost, self.rows) = (instructionSet, threads, cost, rows)
  }

  /// Readable JSON with sorted keys.
  public func json() throws -> [UInt8] { try ReadableJSON.encode(self) }

  /// What the catalog shall hold: a row for each piece of work.
  public var record: Catalog.RunResults {
    Catalog.RunResults(
      benchmarks: rows.map {
        .init(
          kind: "language", name: $0.name, shape: "\($0.tokens) tokens", instructionSet: instructionSet,
          threads: threads, batch: $0.name == "prompt" ? $0.tokens : 1, images: $0.tokens, passes: $0.timing.passes,
          seconds: $0.timing.median, secondsMin: $0.timing.least, secondsMax: $0.timing.greatest, rate: $0.rate,
          unit: "tokens/s", percentOfCeiling: $0.percentOfCeiling)
      })
  }

  /// A line for each piece of work.
  /// - Parameter title: what was measured, `llama2-110m-random w8a8`.
  package func table(title: String) -> Table {
    let passes = rows.map(\.timing.passes).max() ?? 0
    var table = Table(
      "\(title): tokens/s with \(instructionSet) on \(threads) threads, medians of \(passes) passes in turn, "
        + "\(Format.bytes(Int64(cost.bytes))) read a token.",
      columns: [.text("Work"), .number("Tokens"), .number("median"), .number("best"), .number("ceiling")])
    for row in rows {
      table.append([
        row.name, Format.integer(row.tokens), Format.rate(row.rate), Format.rate(row.best),
        row.percentOfCeiling.map { Format.percent($0 / 100) } ?? Format.missing,
      ])
    }
    return table
  }
}
