import ArgumentParser
import Catalog
import StageKit
import TransformerEvaluation
import TransformerPasses
import TransformerStages

@main
struct CalibrateTransformer: Stage {
  static let stage = "calibrate-transformer"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Reads a text with a float language model and notes what its matrices multiply.",
    discussion: """
      --config: the windows of the text. --input: the float checkpoint and the text. --output: the largest magnitude of \
      each channel of what each group of matrices reads; conversion chooses fixed scales and smoothing by them.
      """)

  @OptionGroup var options: StageOptions

  func work(_ run: StageRun) throws -> StageResults {
    let config = try run.configs("windows of a text")[0]
    let inputs = try run.inputs("float checkpoint", "text")
    let (windows, model) = (try config.config(TextWindows.self), try inputs[0].floatTransformer())
    let tokenizer = try inputs[0].naming { try model.tokenizer() }
    let cut = try config.naming {
      try windows.cut(inputs[1].text, with: tokenizer, context: model.configuration.contextLength)
    }
    let statistics = try TransformerStatistics(of: model, over: cut, compute: run.settings.compute()) {
      run.progress.update($0, of: cut.count, "text", unit: "windows")
    }
    var checkpoint = statistics.checkpoint
    checkpoint.metadata = run.metadata(checkpoint.metadata)
    return StageResults(
      outputs: [.init(path: options.output, checkpoint: checkpoint)], record: statistics.record)
  }
}
