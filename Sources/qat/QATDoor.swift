import ArgumentParser
import Catalog
import Checkpoints
import Classifying
import Datasets
import ModelStages
import Networks
import Passes
import Quantization
import QuantizationStages
import QuantizedTraining
import StageKit
import Training
import TrainingStages

@main
struct QATDoor: TrainingStage {
  static let stage = "qat"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Goes on training a float model with its values rounded as the integers will be.",
    discussion: """
      --config: a quantization scheme of type qat. --input: the trained float checkpoint and the dataset's manifest.
      --output: the calibrated checkpoint, unless the model and its integers differ on test images. It resumes as train.
      """)

  /// Test images on which training's arithmetic and the integers' must agree.
  private static let checkedImages = 1000

  @OptionGroup var options: StageOptions

  func work(_ run: StageRun) throws -> StageResults {
    let config = try run.configs("quantization scheme")[0]
    let scheme = try config.config(QuantizationScheme.self)
    let inputs = try run.inputs("float checkpoint", "dataset manifest")
    let checkpoint = try inputs[0].floatCheckpoint()
    let model = try FusedModel(fusing: inputs[0].floatModel(in: checkpoint))
    let folded = try model.folded()
    try config.naming { try scheme.validate(for: folded.network) }
    let (compute, activations) = (try run.settings.compute(), try scheme.activationSchemes(for: folded))
    let tuner = try config.naming { try FineTuner(model, scheme: scheme, activations: activations, compute: compute) }
    let dataset = try DigitDataset(manifest: inputs[1].content, at: inputs[1].path)
    let (images, test, name) = (try dataset.load(.train), try dataset.load(.test), dataset.manifest.dataset.rawValue)
    for set in [images, test] { try folded.network.check(set) }
    let record = EpochRecord(run, epochs: scheme.training?.epochs ?? 0)
    let engine = try tuner.run(
      on: images, from: record.state, testAccuracy: { Classification(of: test, by: $0).accuracy },
      progress: record.progress, epochDone: record.done, save: record.save)
    let calibrated = try CalibratedModel(fineTuned: engine, scheme: scheme)
    run.say(try Agreement(of: calibrated, on: test.prefix(Self.checkedImages), compute: compute).headline)
    var metadata = run.metadata(["network": folded.network.json, "scheme": scheme.json, "dataset": name])
    metadata["seed"] = checkpoint.metadata["seed"]
    return StageResults(
      outputs: [.init(path: options.output, checkpoint: Checkpoint(tensors: calibrated.tensors, metadata: metadata))],
      record: .init(
        dataset: name, seed: scheme.training.map { Int64(bitPattern: $0.seed) }, quantizationScheme: .init(scheme),
        quantizationParameters: calibrated.scales.map(Catalog.QuantizationParameter.init), epochs: record.epochs),
      table: .epochs(record.epochs))
  }
}
