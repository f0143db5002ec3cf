import ModelStages
import Passes
import Quantization
import StageKit

extension StageFile {
  /// The model that the file's checkpoint holds, ready to be converted: a calibrated one, or beside a scheme that needs no
  /// calibration the fused float one.
  /// - Parameter config: the scheme's file, nil where the checkpoint holds its scheme.
  /// - Returns: the model, and what the checkpoint says of its making.
  /// - Throws: `ConfigError` naming the file that does not fit.
  public func calibratedModel(
    under config: StageFile?
  ) throws -> (model: CalibratedModel, metadata: [String: String]) {
    guard let config else {
      let checkpoint = try checkpoint(of: "calibrate", "qat")
      return (try naming { try CalibratedModel(checkpoint) }, checkpoint.metadata)
    }
    let (checkpoint, scheme) = (try checkpoint(of: "fuse"), try config.config(QuantizationScheme.self))
    let model = try floatModel(in: checkpoint)
    return (try config.naming { try CalibratedModel(model: model, scheme: scheme) }, checkpoint.metadata)
  }
}
