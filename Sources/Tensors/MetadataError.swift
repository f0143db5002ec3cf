/// A value of a checkpoint's metadata that is not what its key promises.
public struct MetadataError: Error, CustomStringConvertible {
  /// The key: `network`, `scheme`.
  public let key: String
  /// Its value.
  public let value: String
  /// What is wrong with it.
  public let cause: any Error

  /// A complaint about the value of a key.
  public init(key: String, value: String, cause: any Error) {
    self.key = key
    self.value = value
    self.cause = cause
  }

  /// The key, then the cause's own words.
  public var description: String { "metadata '\(key)': \(cause)" }
}
