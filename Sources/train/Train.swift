import ArgumentParser
import Catalog
import Checkpoints
import Classifying
import Datasets
import Kernels
import ModelStages
import Networks
import StageKit
import Training
import TrainingStages

@main
struct Train: TrainingStage {
  static let stage = "train"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Trains a network in float32.",
    discussion: """
      --config: the network and the training plan. --input: the dataset's manifest. --output: the float checkpoint.
      The same files give the same bytes, on any number of threads. Until that is written, a file of its name and .state
      holds where training stands after each epoch: interrupted, it goes on from there, with the same bytes.
      """)

  @OptionGroup var options: StageOptions

  func work(_ run: StageRun) throws -> StageResults {
    let configs = try run.configs("network", "training plan")
    let network = try configs[0].config(Network.self)
    let plan = try configs[1].config(TrainingPlan.self)
    try configs[0].naming { _ = try network.shapes() }
    try configs[1].naming { try plan.validate(for: network.input) }
    let inputs = try run.inputs("dataset manifest")
    let dataset = try DigitDataset(manifest: inputs[0].content, at: inputs[0].path)
    let (images, test) = (try dataset.load(.train), try dataset.load(.test))
    for set in [images, test] { try network.check(set) }
    let name = dataset.manifest.dataset.rawValue
    run.say("\(network.name) on \(images.count) images of \(name), \(plan.epochs) epochs, seed \(plan.seed)")
    let record = EpochRecord(run, epochs: plan.epochs)
    let model = try Trainer(network, plan: plan, compute: try run.settings.compute()).train(
      on: images, from: record.state, testAccuracy: { Classification(of: test, by: $0).accuracy },
      progress: record.progress, epochDone: record.done, save: record.save)
    let checkpoint = Checkpoint(
      tensors: model.parameters,
      metadata: run.metadata(["network": network.json, "dataset": name, "seed": "\(plan.seed)"]))
    return StageResults(
      outputs: [.init(path: options.output, checkpoint: checkpoint)],
      record: .init(dataset: name, seed: Int64(bitPattern: plan.seed), epochs: record.epochs),
      table: .epochs(record.epochs))
  }
}
