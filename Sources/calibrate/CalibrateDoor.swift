import ArgumentParser
import Catalog
import Checkpoints
import Datasets
import ModelStages
import Passes
import Quantization
import QuantizationStages
import StageKit

@main
struct CalibrateDoor: Stage {
  static let stage = "calibrate"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Watches a float model at work and chooses its activations' scales.",
    discussion: """
      --config: the quantization scheme. --input: the fused float checkpoint and the dataset's manifest. --output: the
      calibrated checkpoint. The scheme says how many images of the calibration split are fed, and in which order; no file
      of the test split is opened.
      """)

  @OptionGroup var options: StageOptions

  func work(_ run: StageRun) throws -> StageResults {
    let config = try run.configs("quantization scheme")[0]
    let scheme = try config.config(QuantizationScheme.self)
    let inputs = try run.inputs("fused float checkpoint", "dataset manifest")
    let checkpoint = try inputs[0].checkpoint(of: "fuse")
    let model = try inputs[0].floatModel(in: checkpoint)
    try config.naming { try scheme.validate(for: model.network) }
    let dataset = try TrainingDataset(manifest: inputs[1].content, at: inputs[1].path)
    let name = dataset.manifest.dataset.rawValue
    let images = try dataset.load(.calibration)
    let set = try config.naming {
      guard let set = scheme.calibration else { throw CalibrationError.notStatic(scheme.type) }
      _ = try Calibrate.drawnImages(set, from: images.count)
      return set
    }
    let calibrated = try Calibrate.calibrate(
      model, scheme: scheme, images: images, compute: run.settings.compute()
    ) { run.progress.update($0 * set.batchSize, of: $1 * set.batchSize, unit: "images") }
    run.say(
      "\(calibrated.scales.count) tensors observed over \(set.batches) batches of \(set.batchSize), \(set.order.rawValue) order"
    )
    var metadata = run.metadata(["network": model.network.json, "scheme": scheme.json, "dataset": name])
    metadata["seed"] = checkpoint.metadata["seed"]
    let output = Checkpoint(tensors: calibrated.tensors, metadata: metadata)
    return StageResults(
      outputs: [.init(path: options.output, checkpoint: output)],
      record: .init(
        dataset: name, seed: set.order == .shuffled ? Int64(bitPattern: set.seed) : nil,
        quantizationScheme: .init(scheme),
        quantizationParameters: calibrated.scales.map(Catalog.QuantizationParameter.init)),
      table: .scales(calibrated.scales))
  }
}
