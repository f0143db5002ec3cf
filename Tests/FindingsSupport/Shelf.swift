import Catalog
import Foundation

/// A catalog in a folder of its own, gone with the test.
package final class Shelf {
  package let catalog: Catalog
  private let folder: String

  package init() throws {
    folder = NSTemporaryDirectory() + "/octavo-findings-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    catalog = try Catalog(path: folder + "/catalog.sqlite")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Records a run from its beginning to its end.
  @discardableResult
  package func run(
    _ stage: String, pipeline: String? = "digits", scheme: String? = "s", seed: Int64? = nil,
    failing: Bool = false,
    inputs: [Catalog.Artifact] = [], outputs: [Catalog.Artifact] = [], results: Catalog.RunResults = .init()
  ) throws -> Int64 {
    let run = try catalog.begin(
      .init(
        stage: stage, pipeline: pipeline, scheme: scheme, seed: seed, dataset: "mnist",
        command: [stage, "--config"],
        octavoVersion: "0.1.0", gitCommit: "abc", cpu: "A processor", instructionSet: "avx2", threads: 2,
        artifacts: inputs.map { .init(.input, $0) }))
    var results = results
    results.artifacts += outputs.map { .init(.output, $0) }
    try catalog.finish(run: run, failing ? .failed(error: "stopped", results: results) : .succeeded(results))
    return run
  }
}

extension Catalog.Artifact {
  /// A file whose digest is one hexadecimal digit, 64 times.
  package static func file(_ digit: Character, _ path: String) -> Catalog.Artifact {
    Catalog.Artifact(sha256: String(repeating: digit, count: 64), bytes: 10, path: path, kind: "checkpoint")
  }
}

extension [Catalog.Metric] {
  /// What `evaluate-transformer` records of a network as a whole, of a float file of 1,000 bytes.
  package static func language(ratio: Double, divergence: Double, same: Double, bytes: Int64) -> [Catalog.Metric] {
    func estimate(_ name: String, _ value: Double, _ error: Double, _ model: Catalog.Model? = nil) -> [Catalog.Metric] {
      [
        .init(name, model: model, value: value, unit: ""),
        .init("\(name)_standard_error", model: model, value: error, unit: ""),
      ]
    }
    let speeds: [(Catalog.Model, Double)] = [(.float32, 100), (.int8, 250)]
    return [
      .fileBytes(.float32, 1000), .fileBytes(.int8, bytes), .init("predictions", value: 200, unit: "tokens"),
      .init("greedy_flips", value: 2, unit: "tokens"),
    ]
      + estimate("perplexity", 4.5, 0.25, .float32) + estimate("perplexity", 4.5 * ratio, 0.5, .int8)
      + estimate("perplexity_ratio", ratio, 0.0005) + estimate("kl_divergence", divergence, 0.00002)
      + estimate("same_top_1", same, 0.001)
      + speeds.flatMap { model, rate in
        [
          .init("prompt_tokens_per_second", model: model, value: 10 * rate, unit: "tokens/s"),
          .init("generated_tokens_per_second", model: model, value: rate, unit: "tokens/s"),
        ]
      }
  }
}
