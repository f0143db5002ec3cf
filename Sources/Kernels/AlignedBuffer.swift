/// A fixed number of elements, zero-filled, at an address that is a multiple of 64 bytes, freed with the object.
///
/// At least 64 readable bytes follow the last element: `gemmU8S8` may read up to three bytes past a patch. They
/// start as 0 and must not be written. Keep the object in a variable while its pointer is in use.
public final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
  // Unchecked: the object is a handle; whoever shares it keeps writers apart, as with any pointer.

  /// The number of elements.
  public let count: Int
  /// The first element.
  public let pointer: UnsafeMutablePointer<Element>

  /// `count` elements, all of whose bytes are 0.
  public init(count: Int) {
    precondition(count >= 0, "AlignedBuffer: \(count) elements")
    let bytes = count * MemoryLayout<Element>.stride + 64
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    self.count = count
    pointer = memory.bindMemory(to: Element.self, capacity: count)
  }

  /// A copy of the elements of a collection.
  public convenience init(_ elements: some Collection<Element>) {
    self.init(count: elements.count)
    _ = buffer.update(fromContentsOf: elements)
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  /// All elements, without the slack.
  public var buffer: UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: pointer, count: count)
  }
}

extension AlignedBuffer where Element == Int32 {
  /// 0, step, 2 * step, ...: the offsets of `count` rows.
  package convenience init(count: Int, step: Int) {
    self.init(count: count)
    for index in 0..<count { pointer[index] = Int32(index * step) }
  }
}
