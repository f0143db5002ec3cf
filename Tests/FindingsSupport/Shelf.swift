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
