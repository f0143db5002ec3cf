import Checkpoints
import Files
import Importing
import Tensors

/// A safetensors file as other programs write it, byte by byte: any type, no metadata unless it is given.
struct RawFile {
  /// A tensor's name, its type in the file's word, its shape, and its bytes.
  typealias Entry = (name: String, type: String, shape: [Int], bytes: [UInt8])

  /// The tensors.
  var entries: [Entry]
  /// `__metadata__`.
  var metadata: [String: String] = [:]

  /// A tensor of floats, all of one value.
  static func f32(_ name: String, _ shape: [Int], _ value: Float = 0) -> Entry {
    (name, "F32", shape, repeating(littleEndian(value.bitPattern), shape))
  }

  /// A tensor of half floats, all of one value.
  static func f16(_ name: String, _ shape: [Int], _ value: Float16) -> Entry {
    (name, "F16", shape, repeating(littleEndian(value.bitPattern), shape))
  }

  /// A tensor of a type that PyTorch calls bfloat16, all of one value.
  static func bf16(_ name: String, _ shape: [Int], _ value: Float) -> Entry {
    (name, "BF16", shape, repeating(Array(littleEndian(value.bitPattern).suffix(2)), shape))
  }

  /// A tensor of 8-byte elements, all zero.
  static func wide(_ name: String, _ type: String, _ shape: [Int]) -> Entry {
    (name, type, shape, repeating([UInt8](repeating: 0, count: 8), shape))
  }

  private static func littleEndian(_ bits: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: bits.littleEndian, Array.init)
  }

  private static func repeating(_ element: [UInt8], _ shape: [Int]) -> [UInt8] {
    (0..<shape.reduce(1, *)).flatMap { _ in element }
  }

  /// The file.
  var bytes: [UInt8] {
    var (members, data) = ([String](), [UInt8]())
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\"\($0)\":\"\($1)\"" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    for entry in entries {
      let (begin, end) = (data.count, data.count + entry.bytes.count)
      let shape = entry.shape.map(String.init).joined(separator: ",")
      members.append(
        "\"\(entry.name)\":{\"dtype\":\"\(entry.type)\",\"shape\":[\(shape)],\"data_offsets\":[\(begin),\(end)]}")
      data += entry.bytes
    }
    let header = Array("{\(members.joined(separator: ","))}".utf8)
    return Self.littleEndian(UInt64(header.count)) + header + data
  }

  /// What the importer makes of it.
  func stateDict() throws -> StateDict { try StateDict(.inMemory(bytes)) }
}
