import Checkpoints
import Passes
import Quantization
import QuantizedLayers

extension CalibratedModel {
  /// The calibrated model that a checkpoint holds.
  /// - Throws: what the model's own initializers throw, without the file's name.
  public init(_ checkpoint: Checkpoint) throws {
    try self.init(metadata: checkpoint.metadata, tensors: checkpoint.tensors, foreign: checkpoint.foreign)
  }
}

extension Checkpoint {
  /// The scheme by which the checkpoint was made, nil where it names none.
  /// - Throws: `MetadataError`, and `SchemeError` for a scheme that is none of this program's.
  public func scheme() throws -> QuantizationScheme? {
    let scheme = try metadata["scheme"].map(QuantizationScheme.init(json:))
    try scheme?.validate()
    return scheme
  }
}

extension QuantizedModel {
  /// The int8 model that a checkpoint holds.
  /// - Throws: what the model's own initializers throw, without the file's name.
  public init(_ checkpoint: Checkpoint) throws {
    try self.init(metadata: checkpoint.metadata, tensors: checkpoint.tensors, foreign: checkpoint.foreign)
  }
}
