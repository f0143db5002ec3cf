import ArgumentParser
import Checkpoints
import Datasets
import Exporting
import Foundation
import ModelStages
import QuantizationStages
import QuantizedLayers
import StageKit
import Tables

extension ExportFormat: ExpressibleByArgument {}
extension CRounding: ExpressibleByArgument {}

extension ExportDoor {
  /// The name of C's files without their endings.
  var prefix: String { URL(fileURLWithPath: options.output).deletingPathExtension().lastPathComponent }

  /// Where C's header goes.
  var headerPath: String { String(options.output.dropLast(2)) + ".h" }

  /// What is asked for in `--input`, for messages.
  var inputNames: [String] {
    switch format {
    case .onnx: ["fused float checkpoint"]
    case .vectors: ["int8 checkpoint", "dataset manifest"]
    case .c, .onnxInteger, .onnxQDQ, .json, .csv: ["int8 checkpoint"]
    }
  }

  /// The model in the form that was asked for.
  /// - Throws: `ConfigError` naming the checkpoint, and the layer that the form cannot hold.
  func export(_ inputs: [StageFile], _ checkpoint: Checkpoint, _ run: StageRun) throws -> Export {
    let (file, origin) = (inputs[0], checkpoint.origin(sha256: inputs[0].digest.sha256))
    if format == .onnx { return .onnx(try .float(file.floatModel(in: checkpoint), origin: origin)) }
    let (model, compute) = (try file.naming { try QuantizedModel(checkpoint) }, try run.settings.compute())
    func program() throws -> IntegerProgram { try IntegerProgram(model, compute: compute) }
    return try file.naming {
      switch format {
      case .c: return try .c(program(), rounding: rounding, origin: origin, prefix: prefix)
      case .onnxInteger: return .onnx(try .integer(program(), origin: origin))
      case .onnxQDQ: return .onnx(try .qdq(program(), origin: origin))
      case .json: return try .json(model, origin: origin)
      case .csv: return .csv(model)
      case .vectors:
        let dataset = try DigitDataset(manifest: inputs[1].content, at: inputs[1].path)
        let vectors = try TestVectors(of: model, on: dataset.load(.test), compute: compute)
        let metadata = run.metadata(["dataset": dataset.manifest.dataset.rawValue, "network": model.network.json])
        return Export(try Safetensors.encode(Checkpoint(tensors: vectors.tensors, metadata: metadata)))
      case .onnx: preconditionFailure("a float model was exported above")
      }
    }
  }
}

extension Export {
  /// What the files will take, where that is known.
  func table(of format: ExportFormat) -> Table? {
    guard !figures.isEmpty else { return nil }
    var table = Table(format.rawValue, columns: figures.map { .number($0.title) })
    table.append(figures.map { .init(Format.bytes(Int64($0.bytes))) })
    return table
  }
}
