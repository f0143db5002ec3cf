import Catalog
import Checkpoints
import Files
import Foundation
import Layers
import Tensors

/// A file that a stage reads.
public struct StageFile: Sendable {
  /// As given on the command line.
  public let path: String
  /// Its content.
  public let bytes: [UInt8]
  /// The content's SHA-256, in hexadecimal.
  public let sha256: String

  /// A file of the given content.
  package init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    sha256 = SHA256Digest.hex(of: bytes)
  }

  /// The checkpoint that the file holds.
  /// - Parameter stages: the stages of which one must have written it. A file that does not say who wrote it passes.
  /// - Throws: `ConfigError` naming the file.
  public func checkpoint(of stages: String...) throws -> Checkpoint {
    let checkpoint: Checkpoint
    do {
      checkpoint = try Safetensors.decode(bytes)
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
          + "name that one in --input")
    }
    return checkpoint
  }

  /// The float model that the file's checkpoint holds.
  /// - Throws: `ConfigError` naming the file, and the parameter or layer that does not fit.
  public func floatModel(in checkpoint: Checkpoint) throws -> FloatModel {
    try naming {
      try FloatModel(
        network: Network(json: checkpoint.metadataValue("network")), parameters: checkpoint.tensors,
        foreign: checkpoint.foreign)
    }
  }

  /// The configuration that the file holds.
  /// - Throws: `ConfigError` naming file and key.
  public func config<Config: Codable>(_ type: Config.Type) throws -> Config {
    try ConfigFile.decode(type, from: bytes, path: path)
  }

  /// Runs `body`; an error is thrown on with the file's name before it.
  public func naming<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      throw ConfigError(path: path, reason: OneLine.describe(error) + advice(on: error))
    }
  }

  /// What to do about a checkpoint, where the error does not say it: a network's own words do where a person wrote it,
  /// and not where a stage did.
  private func advice(on error: any Error) -> String {
    if case .foreignParameter? = error as? NetworkError { return "" }
    let isMade = error is NetworkError || error is CheckpointError || error is MetadataError
    return isMade && kind(as: .input) == "checkpoint" ? "; run the stage that made this checkpoint again" : ""
  }

  func kind(as role: Catalog.Role) -> String {
    switch (role, URL(fileURLWithPath: path).pathExtension) {
    case (.config, _): "config"
    case (_, "safetensors"): "checkpoint"
    case (_, "json"): path.hasSuffix("manifest.json") ? "dataset" : "metrics"
    default: "file"
    }
  }
}
