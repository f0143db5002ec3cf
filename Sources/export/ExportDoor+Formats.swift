import ArgumentParser
import Checkpoints
import Datasets
import Exporting
import Foundation
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

  /// The model in the form that was asked for.
  /// - Throws: `ConfigError` naming the checkpoint, and the layer that the form cannot hold.
  func export(_ inputs: [StageFile], _ checkpoint: Checkpoint, _ run: StageRun) throws -> Export {
    let (origin, compute) = (checkpoint.origin(sha256: inputs[0].digest.sha256), try run.settings.compute())
    let model = try inputs[0].naming { try QuantizedModel(checkpoint) }
    return try inputs[0].naming {
      switch format {
      case .c: return try .c(model, rounding: rounding, origin: origin, prefix: prefix, compute: compute)
      case .json: return try .json(model, origin: origin)
      case .csv: return .csv(model)
      case .vectors:
        let dataset = try DigitDataset(manifest: inputs[1].content, at: inputs[1].path)
        let vectors = try TestVectors(of: model, on: dataset.load(.test), compute: compute)
        let metadata = run.metadata(["dataset": dataset.manifest.dataset.rawValue])
        return Export(try Safetensors.encode(Checkpoint(tensors: vectors.tensors, metadata: metadata)))
      }
    }
  }
}

extension Checkpoint {
  /// What the checkpoint came from: its own digest, and those that its metadata holds, in a fixed order.
  fileprivate func origin(sha256: String) -> [(key: String, value: String)] {
    let known = ["input_sha256", "config_sha256", "dataset", "dataset_sha256", "seed"]
    return [("checkpoint_sha256", sha256)] + known.compactMap { key in metadata[key].map { (key, $0) } }
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
