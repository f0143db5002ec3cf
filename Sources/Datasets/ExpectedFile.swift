import Files
import Foundation

/// What a file must be before it is trusted: its part, its size, its digest.
public struct ExpectedFile: Sendable, Equatable {
  /// The file's part in the data set.
  public let role: DatasetRole
  /// The uncompressed size.
  public let bytes: Int
  /// The SHA-256 of the uncompressed bytes, 64 lower-case hexadecimal digits.
  public let sha256: String
  /// The largest gzip file that a mirror may send for it.
  public let compressedLimit: Int

  /// An expectation.
  /// - Precondition: the digest is well formed, the sizes are not negative.
  public init(role: DatasetRole, bytes: Int, sha256: String, compressedLimit: Int) {
    precondition(SHA256Digest.isWellFormed(sha256), "not a SHA-256: \(sha256)")
    precondition(bytes >= 0 && compressedLimit >= 0, "a size is not negative")
    self.role = role
    self.bytes = bytes
    self.sha256 = sha256
    self.compressedLimit = compressedLimit
  }

  /// Compares uncompressed bytes with the expectation.
  ///
  /// - Parameter file: the name that an error gives to the bytes.
  public func verify(_ content: [UInt8], file: String) throws(FileMismatch) {
    try verify(size: content.count, sha256: SHA256Digest.hex(of: content), file: file)
  }

  /// Whether the file lies at `url`: false when nothing does.
  /// - Throws: `FileMismatch` when what lies there is not the file.
  func isInstalled(at url: URL) throws -> Bool {
    guard let size = try LocalFile.size(of: url) else { return false }
    // The size first: hashing a file of the wrong size tells nothing more.
    guard size == bytes else { throw FileMismatch.size(file: url.path, expected: bytes, found: size) }
    let found = try SHA256Digest.ofFile(at: url)
    try verify(size: found.bytes, sha256: found.sha256, file: url.path)
    return true
  }

  private func verify(size: Int, sha256 found: String, file: String) throws(FileMismatch) {
    guard size == bytes else { throw .size(file: file, expected: bytes, found: size) }
    guard found == sha256 else { throw .digest(file: file, expected: sha256, found: found) }
  }
}

/// How a file differs from what was expected of it.
public enum FileMismatch: Error, Equatable, CustomStringConvertible {
  /// The file has another size.
  case size(file: String, expected: Int, found: Int)
  /// The file has the right size and other bytes.
  case digest(file: String, expected: String, found: String)

  /// One line: the file, what was expected, what was found.
  public var description: String {
    switch self {
    case .size(let file, let expected, let found): "\(file): expected \(expected) bytes, found \(found)"
    case .digest(let file, let expected, let found): "\(file): expected SHA-256 \(expected), found \(found)"
    }
  }
}
