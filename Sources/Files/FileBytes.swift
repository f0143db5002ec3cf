import Crypto

/// The bytes of a file, wherever they are: on the disk, or in memory where they were made there.
public enum FileBytes: Sendable {
  /// Those of a file on the disk.
  case mapped(MappedFile)
  /// Those that are in memory.
  case inMemory([UInt8])

  /// The bytes of a regular file, mapped.
  /// - Throws: `FileError` naming the file.
  public init(of path: String) throws(FileError) { self = .mapped(try MappedFile(path)) }

  /// How many there are.
  public var count: Int {
    switch self {
    case .mapped(let file): file.count
    case .inMemory(let bytes): bytes.count
    }
  }

  /// Runs `body` on them; they are there as long as it runs.
  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    switch self {
    case .mapped(let file): try file.withUnsafeBytes(body)
    case .inMemory(let bytes): try bytes.withUnsafeBytes(body)
    }
  }

  /// Lets go of the memory in which bytes of a file on the disk lie; they are read again when they are asked for.
  /// - Precondition: the range lies within the file.
  public func letGo(_ range: Range<Int>) {
    if case .mapped(let file) = self { file.letGo(range) }
  }

  /// A copy in memory: for texts.
  public var copy: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

  /// Their size and digest. A large mapped file takes no memory for it.
  public var digest: FileDigest {
    var hasher = SHA256()
    switch self {
    case .mapped(let file): file.forEachPiece { hasher.update(bufferPointer: $0) }
    case .inMemory(let bytes): hasher.update(data: bytes)
    }
    return FileDigest(bytes: count, sha256: SHA256Digest.hex(hasher.finalize()))
  }
}
