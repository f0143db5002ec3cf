import Foundation
import Transformer

/// What a checkpoint of Octavo says of a network of Llama's architecture, beside its tensors: keys of its metadata.
public enum TransformerMetadata {
  /// The keys of what the file is, of the network's sizes, and of how its matrices became integers. The latter two are
  /// JSON objects with sorted keys.
  public static let (kindKey, configurationKey, schemeKey) = ("kind", "transformer", "scheme")
  /// What the first says of a float checkpoint.
  public static let kind = "transformer"

  /// A value as the metadata hold it: the same value gives the same text.
  /// - Throws: `EncodingError` for a number that JSON does not have.
  public static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
