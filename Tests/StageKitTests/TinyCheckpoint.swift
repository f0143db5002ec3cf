import Catalog
import Checkpoints
import Evaluation
import QuantizedTraining
import Kernels
import Layers
import ModelStages
import Networks
import Passes
import Quantization
import QuantizationStages
import QuantizedLayers
import StageKit
import Tables
import TestSupport
import Tensors
import Training

/// A tiny checkpoint of each stage, and what the stages that read it do with it.
struct TinyCheckpoint {
  let name: String
  let checkpoint: Checkpoint
  /// Reads a file as a stage would, and computes with what it holds.
  let use: (_ file: StageFile, _ round: Int) throws -> Void

  static let network = Network(
    1, 4, 4,
    [
      .conv2d(Conv2d(out: 2, kernel: 3, padding: 1, bias: false)), .batchNorm2d(BatchNorm2d()), .relu,
      .maxPool2d(MaxPool2d(kernel: 2)), .flatten, .linear(Linear(out: 3)), .relu, .linear(Linear(out: 3)),
    ])
  static let images = ImageSet(
    shape: [1, 4, 4], pixels: (0..<16 * 4).map { UInt8($0 * 61 % 251) }, labels: [0, 1, 2, 0])

  /// One of each kind.
  static func all() throws -> [TinyCheckpoint] {
    let compute = try Compute()
    let trained = try FloatModel(random: network)
    let fused = try Fuse.fuse(trained)
    var observed = QuantizationScheme.plain(batches: 2, batchSize: 2)
    observed.weights.observer = .meanSquareError
    observed.layers = ["l5": LayerOverride(skip: true)]
    let converted: [QuantizationScheme] = [
      .plain(batches: 1, batchSize: 4), .plain(profile: .fbgemm), .plain(.dynamic), .plain(.weightOnly),
    ]
    return [
      train(trained, compute), fuse(fused, compute),
      calibrated("calibrate", try calibrate(fused, observed, compute), compute),
      calibrated("qat", try fineTuned(trained, compute), compute),
    ] + (try converted.map { try self.converted(fused, $0, compute) })
  }

  private static func checkpoint(
    _ stage: String, _ tensors: [String: Tensor], _ metadata: [String: String]
  ) -> Checkpoint {
    let common = ["stage": stage, "format_version": Version.format]
    return Checkpoint(tensors: tensors, metadata: common.merging(metadata) { $1 })
  }

  private static func train(_ model: FloatModel, _ compute: Compute) -> TinyCheckpoint {
    let checkpoint = checkpoint("train", model.parameters, ["network": model.network.json])
    return TinyCheckpoint(name: "train", checkpoint: checkpoint) { file, _ in
      let model = try file.floatModel(in: file.checkpoint(of: "train"))
      try run(FloatEngine(Fuse.fuse(model), capacity: 2, compute: compute), model.network)
      _ = try FineTuner(FusedModel(fusing: model), scheme: .plain(.qat), activations: [:], compute: compute)
    }
  }

  private static func fuse(_ model: FloatModel, _ compute: Compute) -> TinyCheckpoint {
    let checkpoint = checkpoint("fuse", model.parameters, ["network": model.network.json])
    return TinyCheckpoint(name: "fuse", checkpoint: checkpoint) { file, round in
      let model = try file.floatModel(in: file.checkpoint(of: "fuse"))
      guard takesImages(model.network) else { return }
      try convert(calibrate(model, schemes[round / 7 % schemes.count], compute), compute)
    }
  }

  private static func calibrated(_ stage: String, _ model: CalibratedModel, _ compute: Compute) -> TinyCheckpoint {
    let metadata = ["network": model.model.network.json, "scheme": model.scheme.json]
    return TinyCheckpoint(name: stage, checkpoint: checkpoint(stage, model.tensors, metadata)) { file, _ in
      try convert(file.calibratedModel(under: nil).model, compute)
    }
  }

  private static func converted(
    _ float: FloatModel, _ scheme: QuantizationScheme, _ compute: Compute
  ) throws -> TinyCheckpoint {
    let model = try Convert.convert(calibrate(float, scheme, compute)).model
    let metadata = model.metadata.merging(["scheme": scheme.json]) { $1 }
    return TinyCheckpoint(
      name: "convert \(scheme.type) \(scheme.profile)", checkpoint: checkpoint("convert", model.tensors, metadata)
    ) { file, _ in try evaluate(file, beside: float, compute) }
  }

  private static func calibrate(
    _ model: FloatModel, _ scheme: QuantizationScheme, _ compute: Compute
  ) throws -> CalibratedModel {
    guard scheme.type == .static else { return try CalibratedModel(model: model, scheme: scheme) }
    return try Calibrate.calibrate(model, scheme: scheme, images: images, compute: compute)
  }

  /// Schemes under which a fused checkpoint is calibrated or converted: every observer, and those without calibration.
  private static let schemes: [QuantizationScheme] =
    ObserverKind.allCases.filter { $0 != .learned }.map {
      var scheme = QuantizationScheme.plain(batches: 2, batchSize: 2)
      scheme.activations?.observer = $0
      scheme.weights.observer = $0 == .meanSquareError ? $0 : .minMax
      return scheme
    } + [.plain(.dynamic), .plain(.weightOnly)]

  private static func fineTuned(_ model: FloatModel, _ compute: Compute) throws -> CalibratedModel {
    var scheme = QuantizationScheme.plain(.qat)
    scheme.weights.observer = .learned
    scheme.activations?.observer = .learned
    let unfolded = try FusedModel(fusing: model)
    let activations = try scheme.activationSchemes(for: unfolded.folded())
    let engine = try FineTuner(unfolded, scheme: scheme, activations: activations, compute: compute).run(on: images)
    return try CalibratedModel(fineTuned: engine, scheme: scheme)
  }

  /// What convert and sensitivity do.
  private static func convert(_ calibrated: CalibratedModel, _ compute: Compute) throws {
    let conversion = try Convert.convert(calibrated)
    let engine = try QuantizedEngine(conversion.model, capacity: 2, compute: compute)
    try run(engine, conversion.model.network)
    _ = Catalog.QuantizationScheme(calibrated.scheme)
    _ = (conversion.scales + calibrated.scales).map(Catalog.QuantizationParameter.init)
    _ = Table.scales(calibrated.scales).plain(width: 80, isColored: false)
    _ = Table.layers(of: conversion.model, proofs: engine.proofs).plain(width: 80, isColored: false)
    _ = try Safetensors.encode(Checkpoint(tensors: conversion.model.tensors, metadata: conversion.model.metadata))
    for layer in calibrated.quantizedLayers { _ = try Convert.convert(Isolate.isolate(layer, in: calibrated)) }
  }

  /// What evaluate does, and report with its output.
  private static func evaluate(_ file: StageFile, beside float: FloatModel, _ compute: Compute) throws {
    let checkpoint = try file.checkpoint(of: "convert")
    let int8 = try file.naming { try QuantizedModel(checkpoint) }
    let comparison = try FloatInt8Comparison(
      float: FloatEngine(float, capacity: 2, compute: compute),
      int8: QuantizedEngine(int8, capacity: 2, compute: compute), floatBytes: 1000, int8Bytes: file.digest.bytes,
      images: images, dataset: "mnist", calibration: file.naming { try checkpoint.scheme()?.calibration })
    _ = try FloatInt8Comparison(json: comparison.json())
  }

  /// A network that was damaged into another takes other images.
  private static func takesImages(_ network: Network) -> Bool {
    network.input == ImageShape(channels: 1, height: 4, width: 4)
  }

  private static func run(_ engine: some InferenceEngine, _ network: Network) throws {
    guard takesImages(network) else { return }
    _ = images.floats(0..<2).withUnsafeBufferPointer { engine.logits($0, count: 2) }
  }
}
