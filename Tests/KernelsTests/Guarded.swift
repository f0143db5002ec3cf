import Glibc

/// Elements between a band of known bytes and a page that may not be touched: they end exactly where it begins.
///
/// A read or write past the end stops the test process; `isIntact` tells of a write before the beginning.
final class Guarded<Element: BitwiseCopyable> {
  let count: Int
  let pointer: UnsafeMutablePointer<Element>
  private let memory: UnsafeMutableRawPointer
  private let size: Int

  private static var canary: UInt8 { 0xA5 }

  init(_ elements: [Element]) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let bytes = elements.count * MemoryLayout<Element>.stride
    let body = (bytes + page - 1) / page * page + page
    size = body + page
    guard
      let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      memory != MAP_FAILED, mprotect(memory + body, page, PROT_NONE) == 0
    else { fatalError("no memory for a guarded buffer of \(bytes) bytes") }
    memset(memory, Int32(Self.canary), body)
    self.memory = memory
    count = elements.count
    pointer = (memory + (body - bytes)).bindMemory(to: Element.self, capacity: elements.count)
    pointer.update(from: elements, count: elements.count)
  }

  convenience init(repeating element: Element, count: Int) {
    self.init(Array(repeating: element, count: count))
  }

  deinit { munmap(memory, size) }

  var elements: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  /// Whether no byte before the first element has changed.
  var isIntact: Bool {
    let length = UnsafeRawPointer(pointer) - UnsafeRawPointer(memory)
    let before = UnsafeRawBufferPointer(start: memory, count: length)
    return before.allSatisfy { $0 == Self.canary }
  }
}
