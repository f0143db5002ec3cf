import ArgumentParser
import Catalog
import Foundation
import Kernels
import RandomWeights
import StageKit
import Tables
import TransformerStages

extension RandomShape: ExpressibleByArgument {}

@main
struct RandomTransformer: Stage {
  static let stage = "random-transformer"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Writes a language model of random weights, to measure speed and memory with.",
    discussion: """
      --output is DIR/model.safetensors, F16; config.json goes beside it, and import-transformer takes DIR. The sizes are \
      those of a published model, the weights are noise, and there is no tokenizer. The same shape and seed give the same \
      bytes, on every machine. It reads no --config and no --input.
      """)

  @OptionGroup var options: StageOptions
  @Option(help: "The sizes: of stories15M, stories110M, TinyLlama 1.1B, Llama 2 7B.") var shape: RandomShape
  @Option(help: "Another one gives other weights.") var seed: UInt64 = 0

  private var folder: String { URL(fileURLWithPath: options.output).deletingLastPathComponent().path }
  private var configurationPath: String { "\(folder)/\(RandomModel.configurationFile)" }
  var outputs: [String] { [options.output, configurationPath] }

  func validate() throws { try options.requireOutput(named: RandomModel.weightsFile) }

  func work(_ run: StageRun) throws -> StageResults {
    _ = (try run.configs(), try run.inputs())
    let model = RandomModel(
      try shape.configuration(), seed: seed, pool: ThreadPool(threads: run.settings.threads))
    let written = try model.write(
      to: folder, metadata: run.metadata(["shape": shape.rawValue, "seed": "\(seed)"])
    ) { run.progress.update($0, of: $1, "bytes") }
    return StageResults(
      outputs: [
        .init(path: options.output, written: written.weights, kind: "checkpoint"),
        .init(path: configurationPath, written: written.configuration, kind: "file"),
      ],
      record: .init(metrics: [.fileBytes(.float32, Int64(written.weights.bytes))]),
      table: .sizes(of: model.configuration, bytes: written.weights.bytes))
  }
}
