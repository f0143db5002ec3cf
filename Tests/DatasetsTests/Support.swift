import CZlib
import Datasets
import Foundation
import Synchronization

/// A folder of the test's own, removed with everything in it when the test lets go of it.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("octavo-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ bytes: [UInt8], to path: String) throws {
    let file = url.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  func read(_ path: String) throws -> [UInt8] {
    try Array(Data(contentsOf: url.appendingPathComponent(path)))
  }

  /// All files below, hidden ones included, sorted.
  func files() throws -> [String] {
    var files: [String] = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: url.path) {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(
        atPath: url.appendingPathComponent(path).path, isDirectory: &isFolder)
      if !isFolder.boolValue { files.append(path) }
    }
    return files.sorted()
  }
}

/// What an installer says on the way.
final class Notices: Sendable {
  private let texts = Mutex<[String]>([])

  func note(_ text: String) { texts.withLock { $0.append(text) } }

  var all: String { texts.withLock { $0.joined(separator: "\n") } }
}

/// A gzip file made by zlib itself.
func gzipped(_ bytes: [UInt8]) -> [UInt8] {
  let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  defer { stream.deallocate() }
  stream.initialize(to: z_stream())
  precondition(
    deflateInit2_(
      stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size)) == Z_OK)
  defer { deflateEnd(stream) }
  var input = bytes
  let capacity = Int(deflateBound(stream, UInt(bytes.count)))
  return input.withUnsafeMutableBufferPointer { input in
    [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
      stream.pointee.next_in = input.baseAddress
      stream.pointee.avail_in = UInt32(input.count)
      stream.pointee.next_out = output.baseAddress
      stream.pointee.avail_out = UInt32(capacity)
      precondition(deflate(stream, Z_FINISH) == Z_STREAM_END)
      count = capacity - Int(stream.pointee.avail_out)
    }
  }
}
