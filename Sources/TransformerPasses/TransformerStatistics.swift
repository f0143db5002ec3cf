import Checkpoints
import Kernels
import Tensors
import Transformer

/// What calibration saw: the largest magnitude of each channel of the rows that each group of matrices reads.
///
/// No scheme stands in it: fixed scales and smoothing are chosen from it by conversion, so that one reading of a text serves
/// them all.
public struct TransformerStatistics: Sendable, Equatable {
  /// By the first tensor of each group, a value for each channel.
  public private(set) var largest: [TransformerTensor: [Float]]
  /// Tokens that were read.
  public private(set) var tokens: Int

  private static let tokensKey = "calibration_tokens"
  private static func name(_ tensor: TransformerTensor) -> String { tensor.name + ".input_max" }

  /// Reads texts with a float network.
  /// - Parameters:
  ///   - windows: tokens of texts that are read each by itself, none longer than the context.
  ///   - progress: called with the windows read so far.
  /// - Throws: `TransformerStatisticsError` for a value that is no number.
  public init(
    of model: TransformerCheckpoint, over windows: [[Int32]], compute: Compute, progress: (Int) -> Void = { _ in }
  ) throws {
    let engine = TransformerEngine(try model.weights(), compute: compute)
    var seen: [TransformerTensor: [Float]] = [:]
    engine.observer = { tensor, rows in
      let tensor = tensor == .classifier && model.configuration.isTied ? .embedding : tensor
      let width = tensor.shape(model.configuration)[1]
      seen[tensor, default: [Float](repeating: 0, count: width)].withUnsafeMutableBufferPointer { largest in
        for (index, value) in rows.enumerated() {
          let channel = index % width
          // A NaN stays where it came: no number is larger.
          if abs(value) > largest[channel] || value.isNaN { largest[channel] = abs(value) }
        }
      }
    }
    for (index, window) in windows.enumerated() {
      engine.read(window, into: engine.cache(capacity: window.count), afterEach: true) { _, _ in }
      progress(index + 1)
    }
    for (tensor, values) in seen {
      guard values.allSatisfy(\.isFinite) else { throw TransformerStatisticsError.notFinite(tensor.name) }
    }
    (largest, tokens) = (seen, windows.reduce(0) { $0 + $1.count })
  }

  /// What a file holds.
  /// - Throws: `CheckpointError`, `TransformerStatisticsError.noCount`.
  public init(_ checkpoint: Checkpoint, of configuration: TransformerConfiguration) throws {
    guard let tokens = Int(try checkpoint.metadataValue(Self.tokensKey)) else {
      throw TransformerStatisticsError.noCount
    }
    self.tokens = tokens
    largest = try Dictionary(
      uniqueKeysWithValues: TransformerTensor.groups(configuration).map { group in
        let tensor = group[0]
        return (tensor, try checkpoint.f32(Self.name(tensor), shape: [tensor.shape(configuration)[1]]))
      })
  }

  /// The file's tensors, and what it says of itself.
  public var checkpoint: Checkpoint {
    Checkpoint(
      tensors: Dictionary(uniqueKeysWithValues: largest.map { (Self.name($0), Tensor([$1.count], $1)) }),
      metadata: [Self.tokensKey: String(tokens)])
  }
}

/// What calibration cannot be.
public enum TransformerStatisticsError: Error, Equatable, CustomStringConvertible {
  /// Rows with a NaN or an infinity.
  case notFinite(String)
  /// A file that does not say of how many tokens it is.
  case noCount

  /// One line.
  public var description: String {
    switch self {
    case .notFinite(let name): "what '\(name)' multiplies is not finite on this text; the model cannot be calibrated"
    case .noCount: "metadata key 'calibration_tokens': expected a number"
    }
  }
}
