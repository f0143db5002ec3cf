import Checkpoints
import Files
import Kernels
import Layers
import ModelStages
import Networks
import QuantizationStages
import QuantizedLayers
import StageKit

/// A model of which a person asks something: what a checkpoint of train, fuse or convert holds.
public struct AskedModel: Sendable {
  /// Which numbers it computes with.
  public enum Numbers: Sendable {
    /// Real ones.
    case float32(FloatModel)
    /// Integers, or what a scheme leaves of real ones.
    case int8(QuantizedModel)
  }

  /// The checkpoint, as given on the command line.
  public let path: String
  /// Its SHA-256.
  public let sha256: String
  /// The model.
  public let numbers: Numbers

  /// The model of a file. Its metadata says which kind it is: `convert` wrote int8 models, and so did whoever states
  /// `type` and `profile`.
  /// - Throws: `FileError`, or `ConfigError` naming the file.
  public init(_ path: String, option: String = "--model") throws {
    try self.init(StageFile(path: path, content: FileBytes(of: path)), option: option)
  }

  package init(_ file: StageFile, option: String = "--model") throws {
    let checkpoint = try file.checkpoint(of: "train", "fuse", "convert", "import-quantized", option: option)
    let metadata = checkpoint.metadata
    let isInt8 =
      metadata["stage"].map { ["convert", "import-quantized"].contains($0) }
      ?? (metadata["type"] != nil && metadata["profile"] != nil)
    numbers =
      isInt8
      ? .int8(try file.naming { try QuantizedModel(checkpoint) })
      : .float32(try file.floatModel(in: checkpoint))
    (path, sha256) = (file.path, file.digest.sha256)
  }

  /// `float32` or `int8`.
  public var kind: String {
    switch numbers {
    case .float32: "float32"
    case .int8: "int8"
    }
  }

  /// The network that it runs.
  public var network: Network {
    switch numbers {
    case .float32(let model): model.network
    case .int8(let model): model.network
    }
  }

  /// The integer model, nil for a float one.
  public var int8: QuantizedModel? { if case .int8(let model) = numbers { model } else { nil } }

  /// The model with its layers fused, as every int8 model's are, so that layers of one name compute the same.
  /// - Throws: `ConfigError` naming the file.
  func fused() throws -> AskedModel {
    guard case .float32(let model) = numbers else { return self }
    do {
      return AskedModel(path: path, sha256: sha256, numbers: .float32(try FusedModel(fusing: model).folded()))
    } catch {
      throw ConfigError(path: path, reason: OneLine.describe(error))
    }
  }

  /// What runs it, every layer's values there to be asked for.
  /// - Parameter convolution: how a float model's convolutions are computed: `.winograd` as `evaluate` does, `.direct` as
  ///   an int8 model's that stay float are.
  /// - Throws: `ConfigError` naming the file.
  func engine(
    capacity: Int, convolution: ConvolutionAlgorithm = .winograd, compute: Compute
  ) throws -> any InferenceEngine {
    do {
      switch numbers {
      case .float32(let model):
        return try FloatEngine(model, capacity: capacity, convolution: convolution, compute: compute)
      case .int8(let model): return try QuantizedEngine(model, capacity: capacity, compute: compute)
      }
    } catch {
      throw ConfigError(path: path, reason: OneLine.describe(error))
    }
  }

  private init(path: String, sha256: String, numbers: Numbers) {
    (self.path, self.sha256, self.numbers) = (path, sha256, numbers)
  }
}
