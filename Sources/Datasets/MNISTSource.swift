import Compression
import Foundation

/// A folder in which the user keeps MNIST's four files.
struct MNISTSource {
  private let folder: URL

  init(folder: URL) { self.folder = folder }

  /// The four files, verified.
  ///
  /// A file that is missing or wrong is an error, and no other place is tried: who names a folder wants that one.
  func supplies(of expected: [ExpectedFile]) throws(SourceError) -> [DatasetRole: Supply] {
    var supplies: [DatasetRole: Supply] = [:]
    do {
      for file in expected {
        let content = try content(of: file)
        supplies[file.role] = Supply(file: file, origin: .directory(folder.path), content: content)
      }
    } catch {
      throw SourceError(folder: folder.path, cause: error)
    }
    return supplies
  }

  private func content(of file: ExpectedFile) throws -> [UInt8] {
    let plain = folder.appendingPathComponent(file.role.fileName)
    let compressed = plain.appendingPathExtension("gz")
    if let size = try LocalFile.size(of: plain) {
      // The size first: a wrong file is not worth reading.
      guard size == file.bytes else {
        throw FileMismatch.size(file: plain.path, expected: file.bytes, found: size)
      }
      let content = try LocalFile.read(plain, limit: file.bytes)
      try file.verify(content, file: plain.path)
      return content
    }
    guard try LocalFile.size(of: compressed) != nil else { throw LocalFileError.missing(file: plain.path) }
    // Deflate's worst case adds less than one byte in a thousand to what it cannot compress, and a header.
    let bytes = try LocalFile.read(compressed, limit: file.bytes + file.bytes / 1000 + 4096)
    let content = try Gzip.inflate(bytes, file: compressed.path, limit: file.bytes)
    try file.verify(content, file: compressed.path)
    return content
  }
}

/// The user's folder does not hold MNIST.
public struct SourceError: Error, CustomStringConvertible {
  /// The folder.
  public let folder: String
  /// What is wrong with one of its files.
  public let cause: any Error

  /// One line: the file, what was expected, what was found, what to do.
  public var description: String {
    "\(cause); MNIST_DIR names this folder, so its four MNIST files (plain or .gz) must be right: "
      + "correct it, or leave MNIST_DIR unset"
  }
}
