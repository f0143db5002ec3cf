import ArgumentParser
import Catalog
import Checkpoints
import Classifying
import Datasets
import Evaluation
import Importing
import ImportingQuantized
import ModelStages
import QuantizationStages
import QuantizedLayers
import StageKit

@main
struct ImportQuantized: Stage {
  static let stage = "import-quantized"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Brings in an int8 model that was quantized elsewhere.",
    discussion: """
      --input: an ONNX file with QuantizeLinear and DequantizeLinear around its operations, and the dataset's manifest.
      --output: the int8 checkpoint, as convert writes one. Integers, scales and biases are taken as they are; a node that
      no integer layer computes is named. The model then classifies the test images, and a warning says when it does
      hardly better than guessing.
      """)

  private static let batch = 64

  @OptionGroup var options: StageOptions

  func work(_ run: StageRun) throws -> StageResults {
    _ = try run.configs()
    let inputs = try run.inputs("ONNX file", "dataset manifest")
    let imported = try inputs[0].naming { try QuantizedONNX(file: inputs[0].content, at: inputs[0].path) }
    for file in imported.files { try run.note(file) }
    for remark in imported.remarks { run.say(remark) }
    let dataset = try DigitDataset(manifest: inputs[1].content, at: inputs[1].path)
    let test = try dataset.load(.test)
    try inputs[0].naming { try FloatInt8Comparison.check(imported.model.network, imported.model.network, test) }
    let engine = try inputs[0].naming {
      try QuantizedEngine(imported.model, capacity: Self.batch, compute: run.settings.compute())
    }
    let (accuracy, name) = (Classification(of: test, by: engine).accuracy, dataset.manifest.dataset.rawValue)
    let verdict = ImportVerdict(accuracy: accuracy, images: test, dataset: name)
    run.say("\(imported.model.network.name), \(imported.model.layers.count) integer layers: \(verdict)")
    if let warning = verdict.warning { run.warn(warning) }
    let checkpoint = Checkpoint(tensors: imported.model.tensors, metadata: run.metadata(imported.model.metadata))
    return StageResults(
      outputs: [.init(path: options.output, checkpoint: checkpoint)],
      record: .init(
        dataset: name, metrics: [.init("import_accuracy", model: .int8, value: accuracy, unit: "fraction")]),
      table: .layers(of: imported.model, proofs: engine.proofs))
  }
}
