import ArgumentParser
import Catalog
import StageKit
import Tables
import Transformer
import TransformerPasses
import TransformerStages

@main
struct ConvertTransformerDoor: Stage {
  static let stage = "convert-transformer"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Rewrites a language model's matrices into integers, and proves that no sum can overflow.",
    discussion: """
      --config: the scheme. --input: the float checkpoint, and what calibrate-transformer saw where the scheme asks for \
      it. --output: the int8 checkpoint. Norms, attention, softmax and the residual stream stay float32. Until it is \
      whole, files of its name and .partial and .state hold what is written: interrupted, it goes on from there, with \
      the same bytes.
      """)

  @OptionGroup var options: StageOptions
  var outputs: [String] { ConversionRecord.files(of: options.output) }

  func work(_ run: StageRun) throws -> StageResults {
    let config = try run.configs("scheme")[0]
    let scheme = try config.config(TransformerScheme.self)
    try config.naming { try scheme.validate() }
    let inputs = try run.inputs(["float checkpoint"] + (scheme.isCalibrated ? ["calibration's statistics"] : []))
    let model = try inputs[0].floatTransformer()
    let statistics = scheme.isCalibrated ? try inputs[1].statistics(of: model) : nil
    let conversion = try inputs[0].naming {
      try ConvertTransformer(model, scheme: scheme, statistics: statistics, compute: run.settings.compute())
    }
    let record = ConversionRecord(run)
    let (file, matrices) = try record.write { output in
      try inputs[0].naming {
        try conversion.write(
          into: output, extra: model.vocabularyTensors(), metadata: run.metadata(model.vocabularyMetadata),
          progress: { run.progress.update($0, of: $1, "weights") }, save: record.save)
      }
    }
    return StageResults(
      outputs: [.init(path: options.output, written: file, kind: "checkpoint")],
      record: .init(
        quantizationScheme: .init(scheme), quantizationParameters: matrices.flatMap { $0.parameters(scheme) },
        metrics: [.fileBytes(.int8, Int64(file.bytes))] + matrices.flatMap(\.metrics)
          + conversion.outlierMetrics),
      table: .matrices(matrices))
  }
}
