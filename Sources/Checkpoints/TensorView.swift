import Files
import Tensors

/// A tensor where it lies in a file's bytes: type and shape are known, its elements are read when they are asked for.
public struct TensorView: Sendable {
  /// The type of its elements once they are read: f32 where the file holds half floats.
  public let dtype: DType
  /// The size of each dimension.
  public let shape: Shape
  /// The elements' type in the file's own word: `F16`.
  public var storedType: String { stored.rawValue }
  private let stored: StoredDType
  private let file: FileBytes
  private let range: Range<Int>

  /// The tensor of an entry of a file's header; nil where Octavo does not hold its elements' type.
  /// - Parameter dataStart: the first byte of the file's data, which reach as far as the entry says.
  init?(_ entry: SafetensorsHeader.Entry, in file: FileBytes, dataStart: Int) {
    guard let dtype = entry.dtype.read else { return nil }
    (self.dtype, shape, stored) = (dtype, entry.shape, entry.dtype)
    self.file = file
    range = dataStart + entry.begin..<dataStart + entry.end
  }

  /// Runs `body` on the elements as the file holds them: in C order, little-endian, aligned to nothing.
  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try file.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
  }

  /// The tensor, read.
  public var tensor: Tensor {
    withUnsafeBytes { bytes in
      switch stored {
      // Each half float is a float: nothing is rounded.
      case .f16: Tensor(shape, Self.elements(bytes) { (half: UInt16) in Float(Float16(bitPattern: half)) })
      case .bf16: Tensor(shape, Self.elements(bytes) { (half: UInt16) in Float(bitPattern: UInt32(half) << 16) })
      default:
        switch dtype {
        case .f32: Tensor(shape, Self.elements(bytes) as [Float])
        case .s8: Tensor(shape, Self.elements(bytes) as [Int8])
        case .u8: Tensor(shape, Self.elements(bytes) as [UInt8])
        case .s32: Tensor(shape, Self.elements(bytes) as [Int32])
        }
      }
    }
  }

  /// Copies raw bytes, a whole number of elements, into an array.
  private static func elements<Element: BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer) -> [Element] {
    let count = bytes.count / MemoryLayout<Element>.stride
    return Array(unsafeUninitializedCapacity: count) { buffer, initializedCount in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
      initializedCount = count
    }
  }

  /// Reads raw bytes, a whole number of elements, as others.
  private static func elements<Stored: BitwiseCopyable>(
    _ bytes: UnsafeRawBufferPointer, _ widen: (Stored) -> Float
  ) -> [Float] {
    let width = MemoryLayout<Stored>.stride
    return (0..<bytes.count / width).map {
      widen(bytes.loadUnaligned(fromByteOffset: $0 * width, as: Stored.self))
    }
  }
}
