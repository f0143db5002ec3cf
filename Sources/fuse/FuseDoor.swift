import ArgumentParser
import Catalog
import Checkpoints
import Datasets
import Layers
import ModelStages
import Networks
import StageKit

@main
struct FuseDoor: Stage {
  static let stage = "fuse"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Folds batch normalization and ReLU into the layers before them.",
    discussion: """
      --input: the float checkpoint and the dataset's manifest. --output: the fused float checkpoint. Both models run
      on test images; unless their scores agree, nothing is written. It reads no --config.
      """)

  /// Test images on which the fused model must agree with the original.
  private static let checkedImages = 256

  @OptionGroup var options: StageOptions

  func work(_ run: StageRun) throws -> StageResults {
    _ = try run.configs()
    let inputs = try run.inputs("float checkpoint", "dataset manifest")
    let checkpoint = try inputs[0].floatCheckpoint()
    let model = try inputs[0].floatModel(in: checkpoint)
    let unfolded = try FusedModel(fusing: model)
    let fused = try unfolded.folded()
    let dataset = try DigitDataset(manifest: inputs[1].content, at: inputs[1].path)
    let images = try dataset.load(.test).prefix(Self.checkedImages)
    let compute = try run.settings.compute()
    let difference = Fuse.difference(
      try model.scores(of: images, compute: compute), try fused.scores(of: images, compute: compute))
    let tolerance = Fuse.tolerance(from: model)
    guard difference <= tolerance else { throw FuseError.differs(by: difference, tolerance: tolerance) }
    run.say(
      "\(model.network.layers.count) layers became \(fused.network.layers.count); on \(images.count) images the "
        + "scores differ by \(difference) of the largest at most, allowed \(tolerance)")
    var metadata = run.metadata(["network": fused.network.json])
    for key in ["dataset", "seed"] { metadata[key] = checkpoint.metadata[key] }
    let output = Checkpoint(tensors: fused.parameters, metadata: metadata)
    return StageResults(
      outputs: [.init(path: options.output, checkpoint: output)],
      record: .init(
        dataset: dataset.manifest.dataset.rawValue,
        metrics: [.init("fuse_difference", model: .float32, value: Double(difference), unit: "of the largest score")]),
      table: .folding(model.network, as: unfolded))
  }
}
