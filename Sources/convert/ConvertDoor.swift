import ArgumentParser
import Catalog
import Checkpoints
import ModelStages
import Passes
import Quantization
import QuantizationStages
import QuantizedLayers
import StageKit

@main
struct ConvertDoor: Stage {
  static let stage = "convert"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Rewrites a model into integers, and proves that none can overflow.",
    discussion: """
      --input: the calibrated checkpoint, which holds its scheme. --output: the int8 checkpoint. A dynamic or weight_only
      scheme needs no calibration: --config is that scheme, and --input the fused float checkpoint.
      """)

  @OptionGroup var options: StageOptions

  func work(_ run: StageRun) throws -> StageResults {
    let config = options.config.isEmpty ? nil : try run.configs("quantization scheme")[0]
    let input = try run.inputs(config == nil ? "calibrated checkpoint" : "fused float checkpoint")[0]
    let (calibrated, made) = try input.calibratedModel(under: config)
    let conversion = try Convert.convert(calibrated)
    for warning in conversion.warnings { run.warn(warning.description) }
    let proofs = try QuantizedEngine(conversion.model, capacity: 1, compute: run.settings.compute()).proofs
    var metrics: [Catalog.Metric] = []
    for (layer, bound) in proofs.sorted(by: { $0.key < $1.key }) {
      for (name, value) in [("accumulator", bound.proof.accumulatorBound), ("pair", bound.proof.pairBound)] {
        metrics.append(.init("\(name)_bound", model: .int8, layer: layer, value: Double(value), unit: ""))
      }
    }
    var metadata = run.metadata(conversion.model.metadata.merging(["scheme": calibrated.scheme.json]) { $1 })
    for key in ["dataset", "dataset_sha256", "seed"] { metadata[key] = made[key] }
    // Where calibration or training read the scheme, it is theirs.
    metadata["config_sha256"] = metadata["config_sha256"] ?? made["config_sha256"]
    let output = Checkpoint(tensors: conversion.model.tensors, metadata: metadata)
    return StageResults(
      outputs: [.init(path: options.output, checkpoint: output)],
      record: .init(
        dataset: made["dataset"],
        quantizationScheme: .init(calibrated.scheme),
        quantizationParameters: conversion.scales.map(Catalog.QuantizationParameter.init), metrics: metrics),
      table: .layers(of: conversion.model, proofs: proofs))
  }
}
