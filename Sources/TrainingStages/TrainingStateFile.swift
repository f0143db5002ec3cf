import Catalog
import Checkpoints
import Files
import Foundation
import StageKit
import Tensors
import Training

/// The file beside an output that holds where training stands after its last epoch, whole or not at all.
///
/// It is a safetensors file: `parameter.0`, `mean.0`, `variance.0`, `kept.0` and so on, f32, as `TrainingState` has them,
/// and `epochs`, s32 [epochs, 8]: the halves, low first, of the doubles that the catalog holds of each. Its metadata
/// say of which run it is and what the content hashes to. Only the program that wrote it reads it.
struct TrainingStateFile {
  /// The file.
  let path: String
  private let origin: RunOrigin

  /// The key of the content's digest.
  private static let digestKey = "content_sha256"

  /// Where the state of a training lies whose output that is.
  static func path(beside output: String) -> String { output + ".state" }

  /// The file of a run whose inputs and configuration have been read.
  init(_ run: StageRun) {
    path = Self.path(beside: run.options.output)
    origin = RunOrigin(run)
  }

  /// The state that the file holds, and the epochs so far; nil where there is no file.
  /// - Throws: `ConfigError` for a file that is damaged or of another run, `FileError`.
  func read() throws -> (state: TrainingState, epochs: [Catalog.Epoch])? {
    let bytes: FileBytes
    do {
      bytes = try FileBytes(of: path)
    } catch {
      if error.code == ENOENT { return nil }
      throw error
    }
    do {
      let checkpoint = try Safetensors.decode(bytes)
      if let other = origin.difference(from: checkpoint.metadata) {
        throw ConfigError(path: path, reason: "expected the state of this training, found one of another \(other)")
      }
      guard checkpoint.metadata[Self.digestKey] == Self.digest(of: checkpoint) else {
        throw ConfigError(path: path, reason: "expected its digest to hold, found damage")
      }
      return (try TrainingState(checkpoint), try [Catalog.Epoch](checkpoint))
    } catch let error as ConfigError {
      throw error
    } catch {
      throw ConfigError(path: path, reason: "not a training state, or a damaged one: \(OneLine.describe(error))")
    }
  }

  /// Writes where training stands.
  /// - Throws: `FileError`; an older state is then still there.
  func write(_ state: TrainingState, epochs: [Catalog.Epoch]) throws {
    var checkpoint = Checkpoint(
      tensors: state.tensors.merging(["epochs": epochs.tensor]) { $1 },
      metadata: origin.metadata.merging(["epoch": "\(state.epoch)"]) { $1 })
    checkpoint.metadata[Self.digestKey] = Self.digest(of: checkpoint)
    _ = try checkpoint.write(to: path)
  }

  /// The digest of all tensors and of the metadata, but for itself.
  private static func digest(of checkpoint: Checkpoint) -> String {
    let said = checkpoint.metadata.filter { $0.key != digestKey }.sorted { $0.key < $1.key }
    let tensors = checkpoint.tensors.sorted { $0.key < $1.key }
    let lines =
      said.map { "\($0.key) \($0.value)" }
      + tensors.map { name, tensor in
        "\(name) \(tensor.dtype) \(tensor.shape) \(tensor.withUnsafeBytes { SHA256Digest.hex(of: $0) })"
      }
    return SHA256Digest.hex(of: Data(lines.joined(separator: "\n").utf8))
  }
}

extension TrainingState {
  /// The lists of the state, by the names that their tensors have.
  private static let parts: [(name: String, list: KeyPath<TrainingState, [[Float]]> & Sendable)] = [
    ("parameter", \.parameters), ("mean", \.means), ("variance", \.variances), ("kept", \.kept),
  ]

  /// Its numbers as tensors.
  fileprivate var tensors: [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for (name, list) in Self.parts {
      for (index, values) in self[keyPath: list].enumerated() {
        tensors["\(name).\(index)"] = Tensor([values.count], values)
      }
    }
    return tensors
  }

  /// The state that a checkpoint holds.
  /// - Throws: `CheckpointError`, `MetadataError`.
  fileprivate init(_ checkpoint: Checkpoint) throws {
    let epoch = try checkpoint.metadataValue("epoch")
    let names = Set(checkpoint.declarations.map(\.name))
    let lists = try Self.parts.map { name, _ in
      try (0...).lazy.map { "\(name).\($0)" }.prefix(while: names.contains).map { try checkpoint.f32($0) }
    }
    self.init(
      epoch: Int(epoch) ?? 0, parameters: lists[0], means: lists[1], variances: lists[2], kept: lists[3])
  }
}

extension [Catalog.Epoch] {
  /// A row for each, of its figures' bits; none is a NaN.
  fileprivate var tensor: Tensor {
    let words = flatMap { epoch in
      [epoch.loss, epoch.trainAccuracy ?? .nan, epoch.testAccuracy ?? .nan, epoch.seconds].flatMap { figure in
        [0, 32].map { Int32(truncatingIfNeeded: figure.bitPattern >> $0) }
      }
    }
    return Tensor([count, 8], words)
  }

  /// The epochs that a checkpoint holds.
  /// - Throws: `CheckpointError`.
  fileprivate init(_ checkpoint: Checkpoint) throws {
    let words = try checkpoint.s32("epochs")
    self = stride(from: 0, to: words.count - words.count % 8, by: 8).map { start in
      let figures = stride(from: start, to: start + 8, by: 2).map { index in
        Double(
          bitPattern: UInt64(UInt32(bitPattern: words[index + 1])) << 32 | UInt64(UInt32(bitPattern: words[index])))
      }
      func known(_ figure: Double) -> Double? { figure.isNaN ? nil : figure }
      return Catalog.Epoch(
        epoch: start / 8 + 1, loss: figures[0], trainAccuracy: known(figures[1]), testAccuracy: known(figures[2]),
        seconds: figures[3])
    }
  }
}
