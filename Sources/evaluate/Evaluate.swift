import ArgumentParser
import Catalog
import Checkpoints
import Datasets
import Evaluation
import Findings
import Layers
import ModelStages
import QuantizationStages
import QuantizedLayers
import StageKit

@main
struct Evaluate: Stage {
  static let stage = "evaluate"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Compares a float model and its int8 twin on the test set.",
    discussion: """
      --input: the fused float checkpoint, the int8 checkpoint, made of it here or elsewhere, and the dataset's manifest.
      --output: metrics.json, with all figures but speed and memory, which go to the catalog. It reads no --config.

      \(EvaluationJSON.help)
      """)

  /// Images in a batch, timed passes over the first images, and how many those are.
  private static let (batch, passes, timedImages) = (64, 5, 4096)

  @OptionGroup var options: StageOptions
  @OptionGroup var json: JSONOption

  func work(_ run: StageRun) throws -> StageResults {
    _ = try run.configs()
    let inputs = try run.inputs("fused float checkpoint", "int8 checkpoint", "dataset manifest")
    let compute = try run.settings.compute()
    let (fused, converted) = (try inputs[0].checkpoint(of: "fuse"), try inputs[1].int8Checkpoint())
    let float = try FloatEngine(
      inputs[0].floatModel(in: fused), capacity: Self.batch, convolution: .winograd, compute: compute)
    // One engine whose every layer can be asked, and one as it would be used.
    let quantized = try inputs[1].naming { try QuantizedModel(converted) }
    let engines = try inputs[1].naming {
      try [true, false].map { try QuantizedEngine(quantized, capacity: Self.batch, keepsValues: $0, compute: compute) }
    }
    let dataset = try DigitDataset(manifest: inputs[2].content, at: inputs[2].path)
    let (images, name) = (try dataset.load(.test), dataset.manifest.dataset.rawValue)
    let comparison = try FloatInt8Comparison(
      float: float, int8: engines[0], floatBytes: inputs[0].digest.bytes, int8Bytes: inputs[1].digest.bytes,
      images: images, dataset: name, calibration: try inputs[1].naming { try converted.scheme()?.calibration }
    ) { run.progress.update($0.done, of: $0.total, $0.model, unit: "images", figure: $0.headline) }
    if let warning = comparison.warning { run.warn(warning) }
    let speed = Speed(of: float, and: engines[1], on: images.prefix(Self.timedImages), passes: Self.passes)
    run.say(speed.headline)
    return StageResults(
      outputs: [.init(path: options.output, bytes: try comparison.json(), kind: "metrics")],
      record: comparison.record(speed, activationBytes: engines[1].activationBytes),
      summary: try json.text(
        EvaluationJSON(comparison, imagesPerSecond: (speed.first, speed.second), scheme: options.scheme, run: run.id)),
      table: comparison.table(imagesPerSecond: (speed.first, speed.second)))
  }
}
