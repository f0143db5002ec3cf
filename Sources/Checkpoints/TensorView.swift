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
  /// The half floats that the file holds, nil where it holds others.
  public var half: HalfFloat? { HalfFloat(rawValue: storedType) }
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
      switch dtype {
      case .f32: Tensor(shape, floats)
      case .s8: Tensor(shape, Self.elements(bytes) as [Int8])
      case .u8: Tensor(shape, Self.elements(bytes) as [UInt8])
      case .s32: Tensor(shape, Self.elements(bytes) as [Int32])
      }
    }
  }

  /// All elements of a tensor of floats.
  private var floats: [Float] {
    let count = shape.count
    return Array(unsafeUninitializedCapacity: count) { buffer, initializedCount in
      read(0..<count, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initializedCount = count
    }
  }

  /// Reads some of its elements, in C order, into memory that is there; half floats widened.
  /// - Precondition: its type is f32, it has those elements, and there is a place for each.
  public func read(_ elements: Range<Int>, into floats: UnsafeMutableBufferPointer<Float>) {
    precondition(dtype == .f32, "floats are read of a tensor of floats")
    let width = half == nil ? dtype.byteCount : HalfFloat.byteCount
    withUnsafeBytes { bytes in
      let piece = UnsafeRawBufferPointer(rebasing: bytes[elements.lowerBound * width..<elements.upperBound * width])
      if let half {
        half.widen(piece, into: floats)
      } else {
        precondition(elements.count == floats.count, "each element has a place")
        UnsafeMutableRawBufferPointer(floats).copyMemory(from: piece)
      }
    }
  }

  /// Lets go of the memory in which some of its elements lie, where they lie in a file on the disk.
  /// - Precondition: it has those elements, which are of whole bytes.
  public func letGo(_ elements: Range<Int>) {
    guard shape.count > 0 else { return }
    let (start, width) = (range.lowerBound, range.count / shape.count)
    file.letGo(start + elements.lowerBound * width..<start + elements.upperBound * width)
  }

  /// Copies raw bytes, a whole number of elements, into an array.
  private static func elements<Element: BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer) -> [Element] {
    let count = bytes.count / MemoryLayout<Element>.stride
    return Array(unsafeUninitializedCapacity: count) { buffer, initializedCount in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
      initializedCount = count
    }
  }
}
