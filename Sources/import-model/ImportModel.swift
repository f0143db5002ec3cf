import ArgumentParser
import Catalog
import Checkpoints
import Classifying
import Datasets
import Importing
import Layers
import ModelStages
import Networks
import StageKit
import Training

@main
struct ImportModel: Stage {
  static let stage = "import-model"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Brings in a float model that was trained elsewhere.",
    discussion: """
      --config: the network. --input: a safetensors file of its tensors under PyTorch's names, and the dataset's manifest.
      An .onnx file in its place says its network itself: without --config. --output: the float checkpoint, as train
      writes one. All that does not fit is named at once. The model then classifies the test images, and a warning says
      when it does hardly better than guessing.
      """)

  private static let batch = 64

  @OptionGroup var options: StageOptions

  func work(_ run: StageRun) throws -> StageResults {
    let isONNX = options.input.first?.hasSuffix(".onnx") == true
    let config = isONNX ? try run.configs().first : try run.configs("network")[0]
    let network = try config?.config(Network.self)
    try config?.naming { _ = try network?.shapes() }
    let inputs = try run.inputs("safetensors or ONNX file", "dataset manifest")
    let imported = try inputs[0].naming {
      guard let config, let network else { return try ImportedModel(onnx: inputs[0].content, at: inputs[0].path) }
      return try ImportedModel(StateDict(inputs[0].content), as: network, of: config.path)
    }
    for file in imported.files { try run.note(file) }
    for remark in imported.remarks { run.say(remark) }
    let dataset = try DigitDataset(manifest: inputs[1].content, at: inputs[1].path)
    let test = try dataset.load(.test)
    try (config ?? inputs[0]).naming { try imported.model.network.check(test) }
    let engine = try FloatEngine(imported.model, capacity: Self.batch, compute: try run.settings.compute())
    let (accuracy, name) = (Classification(of: test, by: engine).accuracy, dataset.manifest.dataset.rawValue)
    let verdict = ImportVerdict(accuracy: accuracy, images: test, dataset: name)
    run.say("\(imported.model.network.name), \(imported.model.parameters.count) tensors: \(verdict)")
    if let warning = verdict.warning { run.warn(warning) }
    let checkpoint = Checkpoint(
      tensors: imported.model.parameters, metadata: run.metadata(["network": imported.model.network.json]))
    return StageResults(
      outputs: [.init(path: options.output, checkpoint: checkpoint)],
      record: .init(
        dataset: name, metrics: [.init("import_accuracy", model: .float32, value: accuracy, unit: "fraction")]))
  }
}
