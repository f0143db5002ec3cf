import ArgumentParser
import Catalog
import Datasets
import Evaluation
import Findings
import Layers
import Passes
import QuantizationStages
import QuantizedLayers
import StageKit

@main
struct SensitivityDoor: Stage {
  static let stage = "sensitivity"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Measures what each layer costs when it alone is int8.",
    discussion: """
      --input: the calibrated checkpoint, which holds its scheme, and the dataset's manifest. --output: sensitivity.json,
      the most costly layer first, on the validation split, or on the test split where nothing is held out. A dynamic or
      weight_only scheme needs no calibration: --config is that scheme, and the first --input the fused float checkpoint.
      """)

  /// Images in a batch.
  private static let batch = 64

  @OptionGroup var options: StageOptions

  func work(_ run: StageRun) throws -> StageResults {
    let config = options.config.isEmpty ? nil : try run.configs("quantization scheme")[0]
    let inputs = try run.inputs(config == nil ? "calibrated checkpoint" : "fused float checkpoint", "dataset manifest")
    let calibrated = try inputs[0].calibratedModel(under: config).model
    let compute = try run.settings.compute()
    let float = try FloatEngine(calibrated.model, capacity: Self.batch, compute: compute)
    let dataset = try DigitDataset(manifest: inputs[1].content, at: inputs[1].path)
    let name = dataset.manifest.dataset.rawValue
    let sensitivity = try Sensitivity(
      of: calibrated.quantizedLayers, float: float, on: dataset.load(dataset.judgingSplit), dataset: name
    ) {
      run.progress.update($0, of: $1, unit: "images")
    } int8: { layer in
      let model = try Convert.convert(Isolate.isolate(layer, in: calibrated)).model
      return try QuantizedEngine(model, capacity: Self.batch, compute: compute)
    }
    return StageResults(
      outputs: [.init(path: options.output, bytes: try sensitivity.json(), kind: "metrics")],
      record: .init(dataset: name, metrics: sensitivity.metrics), table: sensitivity.table)
  }
}
