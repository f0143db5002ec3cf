import ArgumentParser
import Benchmarks
import Catalog
import Checkpoints
import Datasets
import ModelStages
import QuantizationStages
import QuantizedLayers
import StageKit

@main
struct Bench: Stage {
  static let stage = "bench"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Verifies kernels and networks against the scalar reference, then times them.",
    discussion: """
      --input: the fused float checkpoint, the int8 checkpoint and the dataset's manifest. --output: bench.json, whose
      figures go to the catalog and, as tables, to stdout. It reads no --config.
      """)

  @OptionGroup var options: StageOptions
  @Option(help: "Timed passes of each piece of work, an odd number.") var passes = 7
  @Flag(help: "Time only what is asked for: lines 'time MODEL BATCH CALLS' or 'accuracy MODEL' on stdin.")
  var serve = false

  func validate() throws {
    guard passes > 0, passes % 2 == 1 else {
      throw ValidationError("--passes: expected an odd number, found \(passes)")
    }
  }

  func work(_ run: StageRun) throws -> StageResults {
    _ = try run.configs()
    let inputs = try run.inputs("fused float checkpoint", "int8 checkpoint", "dataset manifest")
    let (fused, converted) = (try inputs[0].checkpoint(of: "fuse"), try inputs[1].int8Checkpoint())
    let float = try inputs[0].floatModel(in: fused)
    let int8 = try inputs[1].naming { try QuantizedModel(converted) }
    let dataset = try DigitDataset(manifest: inputs[2].content, at: inputs[2].path)
    let models = try BenchmarkModels(
      float: float, int8: int8, images: dataset.load(.test), dataset: dataset.manifest.dataset.rawValue)
    let report = try serve ? served(models, run) : measured(models, run)
    let title = [options.pipeline ?? float.network.name, options.scheme].compactMap(\.self).joined(separator: " ")
    return StageResults(
      outputs: [.init(path: options.output, bytes: try report.json(), kind: "benchmark")], record: report.record,
      summary: serve ? nil : report.tables(title: title))
  }

  private func measured(_ models: BenchmarkModels, _ run: StageRun) throws -> BenchmarkReport {
    try Benchmark.run(models, compute: run.settings.compute(), passes: passes, say: run.say) {
      run.progress.update($0, of: $1, $2)
    }
  }

  private func served(_ models: BenchmarkModels, _ run: StageRun) throws -> BenchmarkReport {
    let server = try PassServer(models, compute: run.settings.compute())
    return try server.serve(next: { readLine() }, write: { try StandardOutput.writeLine($0) })
  }
}
