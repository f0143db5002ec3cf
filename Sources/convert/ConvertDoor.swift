import ArgumentParser
import Catalog
import Checkpoints
import Layers
import Passes
import Quantization
import StageKit

@main
struct ConvertDoor: Stage {
  static let stage = "convert"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Rewrites a calibrated model into integers, and proves that none can overflow.",
    discussion: """
      --input: the calibrated checkpoint, which holds its scheme. --output: the int8 checkpoint. It reads no --config.
      """)

  @OptionGroup var options: StageOptions

  func work(_ run: StageRun) throws -> StageResults {
    _ = try run.configs()
    let input = try run.inputs("calibrated checkpoint")[0]
    let checkpoint = try input.checkpoint(of: "calibrate")
    let conversion = try input.naming {
      let network = try Network(json: checkpoint.metadataValue("network"))
      guard let text = checkpoint.metadata["scheme"] else {
        throw CalibrationError.notCalibrated(Network.inputName)
      }
      return try Convert.convert(
        CalibratedModel(network: network, scheme: QuantizationScheme(json: text), tensors: checkpoint.tensors))
    }
    let proofs = try QuantizedEngine(conversion.model, capacity: 1, compute: run.settings.compute()).proofs
    var metrics: [Catalog.Metric] = []
    for (layer, bound) in proofs.sorted(by: { $0.key < $1.key }) {
      run.say(
        "\(layer): sums reach \(bound.proof.accumulatorBound) of \(Int32.max) at most, pairs "
          + "\(bound.proof.pairBound) of \(Int16.max): \(bound.path.rawValue) products")
      metrics += [
        .init("accumulator_bound", model: .int8, layer: layer, value: Double(bound.proof.accumulatorBound), unit: ""),
        .init("pair_bound", model: .int8, layer: layer, value: Double(bound.proof.pairBound), unit: ""),
      ]
    }
    var metadata = run.metadata([
      "network": conversion.model.network.json, "profile": conversion.model.profile.rawValue,
    ])
    for key in ["dataset", "seed"] { metadata[key] = checkpoint.metadata[key] }
    let output = try Safetensors.encode(Checkpoint(tensors: conversion.model.tensors, metadata: metadata))
    return StageResults(
      outputs: [.init(path: options.output, bytes: output, kind: "checkpoint")],
      record: .init(
        dataset: checkpoint.metadata["dataset"],
        quantizationParameters: conversion.scales.map(Catalog.QuantizationParameter.init), metrics: metrics))
  }
}
