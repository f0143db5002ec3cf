import ArgumentParser
import Catalog
import Checkpoints
import Datasets
import Evaluation
import Findings
import Foundation
import Layers
import Quantization
import StageKit

@main
struct Evaluate: Stage {
  static let stage = "evaluate"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Compares a float model and its int8 twin on the test set.",
    discussion: """
      --input: the fused float checkpoint, the int8 checkpoint and the dataset's manifest. --output: metrics.json,
      with all figures but speed, which goes to the catalog. It reads no --config.

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
    let (fused, converted) = (try inputs[0].checkpoint(of: "fuse"), try inputs[1].checkpoint(of: "convert"))
    let model = try inputs[0].floatModel(in: fused)
    let float = try FloatEngine(model, capacity: Self.batch, convolution: .winograd, compute: compute)
    let int8 = try inputs[1].naming {
      let model = try QuantizedModel(converted)
      return try QuantizedEngine(model, capacity: Self.batch, compute: compute)
    }
    let dataset = try DigitDataset(manifestAt: URL(fileURLWithPath: options.input[2]))
    let (images, name) = (try dataset.load(.test), dataset.manifest.dataset.rawValue)
    let comparison = try Comparison(
      float: float, int8: int8, floatBytes: inputs[0].bytes.count, int8Bytes: inputs[1].bytes.count,
      images: images, dataset: name,
      calibration: try inputs[1].naming { try converted.scheme()?.calibration }
    ) { run.progress.update($0.done, of: $0.total, $0.model, unit: "images", figure: $0.headline) }
    let speed = Speed(of: float, and: int8, on: images.prefix(Self.timedImages), passes: Self.passes)
    run.say(speed.headline)
    return StageResults(
      outputs: [.init(path: options.output, bytes: try comparison.json(), kind: "metrics")],
      record: .init(
        dataset: name, metrics: comparison.metrics + speed.metrics, confusion: comparison.confusionRows),
      summary: try json.text(
        EvaluationJSON(comparison, imagesPerSecond: (speed.first, speed.second), scheme: options.scheme, run: run.id)),
      table: comparison.table(imagesPerSecond: (speed.first, speed.second)))
  }
}
