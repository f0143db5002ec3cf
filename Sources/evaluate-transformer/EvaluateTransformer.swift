import ArgumentParser
import Catalog
import Files
import Foundation
import StageKit
import Tables
import Transformer
import TransformerEvaluation
import TransformerStages

@main
struct EvaluateTransformer: Stage {
  static let stage = "evaluate-transformer"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Compares a float language model and its int8 twin on a text.",
    discussion: """
      --config: the windows of the text. --input: the float checkpoint, the int8 checkpoint and the text. --output: \
      metrics.json with perplexities, divergence, every prediction where both choose another token, and the signal over \
      noise of what each group of matrices reads; speed goes to the catalog.
      """)

  @OptionGroup var options: StageOptions

  func work(_ run: StageRun) throws -> StageResults {
    let config = try run.configs("windows of a text")[0]
    let inputs = try run.inputs("float checkpoint", "int8 checkpoint", "text")
    let (windows, compute) = (try config.config(TextWindows.self), try run.settings.compute())
    let models = (try inputs[0].floatTransformer(), try inputs[1].int8Transformer())
    let (sizes, scheme) = (models.0.configuration, models.1.scheme)
    guard (scheme?.converted(sizes) ?? sizes) == models.1.configuration else {
      throw ConfigError(path: inputs[1].path, reason: TransformerStageError.otherNetwork.description)
    }
    let tokenizer = try inputs[0].naming { try models.0.tokenizer() }
    let cut = try config.naming { try windows.cut(inputs[2].text, with: tokenizer, context: sizes.contextLength) }
    let engines = try [models.0, models.1].map { TransformerEngine(try $0.weights(), compute: compute) }
    let evaluation = TransformerEvaluation(
      text: URL(fileURLWithPath: inputs[2].path).lastPathComponent, windows: windows,
      comparison: TextComparison(engines[0], engines[1], windows: cut, compute: compute) {
        run.progress.update($0, of: cut.count, "text", unit: "windows")
      },
      noise: LayerNoise(engines[0], engines[1], window: cut[0]), floatBytes: inputs[0].digest.bytes,
      int8Bytes: inputs[1].digest.bytes)
    let speeds = engines.map { GenerationSpeed(of: $0, text: cut) }
    return StageResults(
      outputs: [.init(path: options.output, bytes: try evaluation.json(), kind: "metrics")],
      record: evaluation.record(speeds: speeds, tokenizer: tokenizer), table: .evaluation(evaluation, speeds: speeds))
  }
}
