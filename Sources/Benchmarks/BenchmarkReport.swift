import Catalog
import Files
import Foundation

/// Everything that a benchmark measured: the content of `bench.json`.
public struct BenchmarkReport: Sendable, Equatable, Codable {
  /// The dataset whose images were used.
  public var dataset: String
  /// What the machine can reach.
  public var ceilings: [Ceiling]
  /// What was timed.
  public var rows: [BenchmarkRow]
  /// How time and memory grow.
  public var growth: [Growth]

  /// A report of the given parts.
  public init(dataset: String, ceilings: [Ceiling] = [], rows: [BenchmarkRow], growth: [Growth] = []) {
    self.dataset = dataset
    self.ceilings = ceilings
    self.rows = rows
    self.growth = growth
  }

  /// The content of a `bench.json`.
  /// - Throws: `DecodingError`.
  public init(json: [UInt8]) throws {
    self = try ReadableJSON.decode(BenchmarkReport.self, from: json)
  }

  /// Readable JSON with sorted keys.
  public func json() throws -> [UInt8] { try ReadableJSON.encode(self) }

  /// What the catalog shall hold: a row for each piece of work, a figure for each ceiling and exponent.
  public var record: Catalog.RunResults {
    var metrics = ceilings.map {
      Catalog.Metric("ceiling_\($0.loop)_\($0.threads)_threads", value: $0.rate, unit: "GOP/s")
    }
    for fit in growth {
      for (name, exponent) in [("time", fit.timeExponent), ("memory", fit.memoryExponent)] {
        guard let exponent else { continue }
        // `evaluate` runs both models: its figures belong to neither.
        let model = Catalog.Model(rawValue: fit.model)
        let prefix = model == nil ? "\(fit.model)_" : ""
        metrics.append(
          Catalog.Metric(
            "\(prefix)\(name)_exponent_over_\(fit.over.rawValue)", model: model, value: exponent, unit: ""))
      }
    }
    return Catalog.RunResults(
      dataset: dataset, metrics: metrics, benchmarks: rows.map(Catalog.Benchmark.init))
  }

  /// The figures of whole networks in a line.
  public var headline: String {
    let network = rows.filter { $0.kind == .endToEnd && $0.batch == 64 }
    let threads = network.map(\.threads).max() ?? 1
    let parts = network.filter { $0.threads == threads }.map { String(format: "%@ %.0f images/s", $0.name, $0.rate) }
    return parts.joined(separator: ", ") + " in batches of 64 on \(threads) thread\(threads == 1 ? "" : "s")"
  }
}

extension Catalog.Benchmark {
  /// A row as the catalog holds it.
  init(_ row: BenchmarkRow) {
    self.init(
      kind: row.kind.rawValue, name: row.name, shape: row.shape, instructionSet: row.instructionSet,
      threads: row.threads, batch: row.batch, images: row.images, passes: row.timing.passes,
      seconds: row.timing.median, secondsMin: row.timing.least, secondsMax: row.timing.greatest, rate: row.rate,
      unit: row.unit.rawValue, percentOfCeiling: row.percentOfCeiling, memoryBytes: row.memoryBytes)
  }
}
