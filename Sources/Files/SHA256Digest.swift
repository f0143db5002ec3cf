import Crypto
import Foundation

/// SHA-256 of bytes and of files, written the way `sha256sum` writes it: 64 lower-case hexadecimal digits.
public enum SHA256Digest {
  /// The digest of `bytes`.
  public static func hex(of bytes: some DataProtocol) -> String { hex(SHA256.hash(data: bytes)) }

  /// The size and the digest of the file at `url`, read a piece at a time.
  ///
  /// - Throws: what opening or reading the file throws.
  public static func ofFile(at url: URL) throws -> FileDigest {
    let handle = try FileHandle(forReadingFrom: url)
    defer { try? handle.close() }
    var hasher = SHA256()
    var count = 0
    while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
      hasher.update(data: piece)
      count += piece.count
    }
    return FileDigest(bytes: count, sha256: hex(hasher.finalize()))
  }

  /// Whether `text` is a digest as this type writes it.
  public static func isWellFormed(_ text: String) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }

  static func hex(_ digest: SHA256.Digest) -> String {
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
