/// What identifies a file's content.
public struct FileDigest: Sendable, Equatable {
  /// Its size.
  public let bytes: Int
  /// Its SHA-256, as `SHA256Digest` writes it.
  public let sha256: String

  /// The digest of a content.
  public init(bytes: Int, sha256: String) {
    self.bytes = bytes
    self.sha256 = sha256
  }
}
