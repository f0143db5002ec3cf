/// Memory for a moment, at an address that is a multiple of 64 bytes, of any content.
package func withScratch<Element: BitwiseCopyable>(
  _ type: Element.Type, count: Int, _ body: (UnsafeMutablePointer<Element>) -> Void
) {
  let bytes = max(count, 1) * MemoryLayout<Element>.stride
  withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 64) { memory in
    if let first = memory.bindMemory(to: Element.self).baseAddress { body(first) }
  }
}
