import Checkpoints
import Foundation
import Tensors

/// One damage to a checkpoint: to its numbers, to what its metadata say, to its tensors, or to the file's raw bytes.
struct Damage: CustomStringConvertible {
  private(set) var description = ""
  private var checkpoint: Checkpoint
  private var edit: (([UInt8]) -> [UInt8])?

  /// A damage drawn for a checkpoint.
  init(_ generator: inout SeededGenerator, of checkpoint: Checkpoint) {
    self.checkpoint = checkpoint
    let names = checkpoint.tensors.keys.sorted()
    let name = names[generator.below(names.count)]
    switch generator.below(6) {
    case 0, 1: damageNumber(of: name, &generator)
    case 2: damageMetadata(&generator)
    case 3: damageShape(of: name, &generator)
    case 4: damageTensor(name, names[generator.below(names.count)], &generator)
    default: damageBytes(&generator)
    }
  }

  /// The damaged file.
  func bytes() throws -> [UInt8] {
    let bytes = try Safetensors.encode(checkpoint)
    return edit?(bytes) ?? bytes
  }

  static let floats: [Float] = [
    .nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0, -0.0,
    -1, 1e30, -1e30, 1e-30, 0x1p31,
  ]
  static let integers: [Int32] = [.min, .max, -1, 0, 1, 127, 128, 255, 256, -128, -129, 65_536]

  private mutating func damageNumber(of name: String, _ generator: inout SeededGenerator) {
    guard let tensor = checkpoint.tensors[name], tensor.shape.count > 0 else { return }
    let index = generator.below(tensor.shape.count)
    // One number, or all alike.
    let isWhole = generator.below(4) == 0
    func changed<T>(_ values: [T], to value: T) -> [T] {
      values.indices.map { isWhole || $0 == index ? value : values[$0] }
    }
    let (float, integer) = (
      Self.floats[generator.below(Self.floats.count)], Self.integers[generator.below(Self.integers.count)]
    )
    description = "\(name)[\(isWhole ? "all" : "\(index)")] = \(tensor.dtype == .f32 ? "\(float)" : "\(integer)")"
    checkpoint.tensors[name] =
      switch tensor.storage {
      case .f32(let values): Tensor(tensor.shape, changed(values, to: float))
      case .s8(let values): Tensor(tensor.shape, changed(values, to: Int8(truncatingIfNeeded: integer)))
      case .u8(let values): Tensor(tensor.shape, changed(values, to: UInt8(truncatingIfNeeded: integer)))
      case .s32(let values): Tensor(tensor.shape, changed(values, to: integer))
      }
  }

  /// A number or a word of a value becomes another, or the value is cut.
  private mutating func damageMetadata(_ generator: inout SeededGenerator) {
    let keys = checkpoint.metadata.keys.sorted()
    let key = keys[generator.below(keys.count)]
    let value = Array((checkpoint.metadata[key] ?? "").utf8)
    let isPart = { (byte: UInt8) in
      (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: ".")
    }
    let starts = value.indices.filter { isPart(value[$0]) && ($0 == 0 || !isPart(value[$0 - 1])) }
    guard !starts.isEmpty else { return }
    let start = starts[generator.below(starts.count)]
    let end = value[start...].firstIndex { !isPart($0) } ?? value.count
    let words = [
      "0", "1", "-1", "2", "3", "255", "1e9", "9223372036854775807", "1e400", "null", "true", "\"\"", "relu", "l0",
      "learned", "min_max", "per_tensor", "per_row", "dynamic", "qat", "static", "fbgemm", "s8", "[]", "{}",
    ]
    let word = words[generator.below(words.count)]
    let rest = generator.below(10) == 0 ? [] : Array(value[end...])
    checkpoint.metadata[key] = String(decoding: Array(value[..<start]) + Array(word.utf8) + rest, as: UTF8.self)
    description = "metadata \(key): \(checkpoint.metadata[key] ?? "")"
  }

  private mutating func damageShape(of name: String, _ generator: inout SeededGenerator) {
    guard let tensor = checkpoint.tensors[name] else { return }
    var dimensions = tensor.shape.dimensions
    switch generator.below(4) {
    case 0: dimensions.reverse()
    case 1: dimensions = [tensor.shape.count]
    case 2: dimensions.append(1)
    default: dimensions = dimensions.isEmpty ? [1] : Array(dimensions.dropFirst()) + [dimensions[0]]
    }
    checkpoint.tensors[name] = Tensor(shape: Shape(dimensions), storage: tensor.storage)
    description = "\(name) has shape \(dimensions)"
  }

  /// A tensor is gone, empty, another's, or under another's name.
  private mutating func damageTensor(_ name: String, _ other: String, _ generator: inout SeededGenerator) {
    description = "\(name), \(other)"
    switch generator.below(4) {
    case 0: checkpoint.tensors[name] = nil
    case 1: checkpoint.tensors[name] = Tensor([0], [] as [Float])
    case 2: checkpoint.tensors[name] = checkpoint.tensors[other]
    default: checkpoint.tensors["\(name).x"] = checkpoint.tensors.removeValue(forKey: name)
    }
  }

  /// A bit or a byte anywhere, or an element type of the header.
  private mutating func damageBytes(_ generator: inout SeededGenerator) {
    let (draw, value, kind) = (generator.below(1 << 30), UInt8(generator.below(256)), generator.below(4))
    description = "bytes \(draw), \(value), \(kind)"
    edit = { bytes in
      var bytes = bytes
      let header = Int(bytes[0]) + Int(bytes[1]) << 8
      switch kind {
      case 0: bytes[8 + draw % header] = value
      case 1: bytes[draw % bytes.count] ^= 1 << (value & 7)
      case 2: bytes[8 + header + draw % (bytes.count - 8 - header)] = value
      default:
        // Two types of four bytes: the file stays whole.
        let words = [Array("\"F32\"".utf8), Array("\"I32\"".utf8), Array("\"U32\"".utf8)]
        let places = (8..<8 + header - 5).filter { words.contains(Array(bytes[$0..<$0 + 5])) }
        if !places.isEmpty {
          let place = places[draw % places.count]
          bytes.replaceSubrange(place..<place + 5, with: words[Int(value) % 3])
        }
      }
      return bytes
    }
  }
}
