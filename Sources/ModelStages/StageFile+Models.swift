import Checkpoints
import Files
import Networks
import StageKit

extension StageFile {
  /// The checkpoint that the file holds.
  /// - Parameters:
  ///   - stages: the stages of which one must have written it. A file that does not say who wrote it passes.
  ///   - option: the option that named the file, for messages.
  /// - Throws: `ConfigError` naming the file.
  public func checkpoint(of stages: String..., option: String = "--input") throws -> Checkpoint {
    let checkpoint: Checkpoint
    do {
      checkpoint = try Safetensors.decode(content)
    } catch {
      throw ConfigError(
        path: path,
        reason: "not a checkpoint, or a damaged one: \(OneLine.describe(error)); "
          + "let \(stages.joined(separator: " or ")) make it again")
    }
    if let found = checkpoint.metadata["format_version"], found != Version.format {
      throw ConfigError(
        path: path,
        reason: "expected a checkpoint of format_version \(Version.format), the one that this program reads, found "
          + "\(quoted(found)); make it again with this program, or go on with the one that made it")
    }
    if let found = checkpoint.metadata["stage"], !stages.contains(found) {
      throw ConfigError(
        path: path,
        reason: "expected a checkpoint that \(stages.joined(separator: " or ")) wrote, found one that \(found) wrote; "
          + "name that one in \(option)")
    }
    return checkpoint
  }

  /// The float checkpoint that the file is, trained here or brought.
  /// - Throws: `ConfigError` naming the file; one without a network is what PyTorch saves, and comes in by `import-model`.
  public func floatCheckpoint() throws -> Checkpoint {
    let checkpoint = try checkpoint(of: "train", "import-model")
    guard checkpoint.metadata["network"] != nil || checkpoint.metadata["stage"] != nil else {
      throw ConfigError(
        path: path,
        reason: "expected a float checkpoint with its network in metadata 'network', found tensors alone; "
          + "bring them in with import-model, or make all FLOAT=…")
    }
    return checkpoint
  }

  /// The int8 checkpoint that the file is, converted here or brought.
  /// - Throws: `ConfigError` naming the file.
  public func int8Checkpoint() throws -> Checkpoint { try checkpoint(of: "convert", "import-quantized") }

  /// The float model that the file's checkpoint holds.
  /// - Throws: `ConfigError` naming the file, and the parameter or layer that does not fit.
  public func floatModel(in checkpoint: Checkpoint) throws -> FloatModel {
    try naming {
      try FloatModel(
        network: Network(json: checkpoint.metadataValue("network")), parameters: checkpoint.tensors,
        foreign: checkpoint.foreign)
    }
  }
}

extension StageResults.Output {
  /// A checkpoint.
  public init(path: String, checkpoint: Checkpoint) {
    self.init(path: path, kind: "checkpoint", write: checkpoint.write)
  }
}

extension CheckpointError: StoredDataError {
  package var saysWhatToDo: Bool { false }
}

extension NetworkError: StoredDataError {
  package var saysWhatToDo: Bool { if case .foreignParameter = self { true } else { false } }
}
