import Tensors
import Testing
import Tokenizers

@Suite struct TextStreamTests {
  @Test func aCharacterIsHeldBackUntilItIsWhole() {
    var stream = TextStream()
    #expect(stream.append([0x61, 0xF0, 0x9F]) == "a")
    #expect(stream.append([0x98]) == "")
    #expect(stream.append([0x80, 0x62, 0xC3]) == "😀b")
    #expect(stream.finish() == "\u{FFFD}")
    #expect(stream.finish() == "")
    #expect(stream.append([]) == "")
  }

  @Test func whatCanNoLongerBecomeACharacterIsNotHeldBack() {
    for (bytes, shown) in [
      ([0xE6, 0x61], "\u{FFFD}a"), ([0xC0], "\u{FFFD}"), ([0xFF], "\u{FFFD}"), ([0x80], "\u{FFFD}"),
      ([0xED, 0xA0], "\u{FFFD}\u{FFFD}"), ([0xF4, 0x90], "\u{FFFD}\u{FFFD}"), ([0xE0, 0x80], "\u{FFFD}\u{FFFD}"),
      ([0xE6], ""), ([0xE6, 0xBC], ""), ([0xF4, 0x8F, 0xBF], ""),
    ] as [([UInt8], String)] {
      var stream = TextStream()
      #expect(stream.append(bytes) == shown, "\(bytes)")
    }
  }

  /// Wherever the bytes are cut, what is shown in the end is the standard library's reading of the whole.
  @Test func cutsDoNotShow() {
    var random = SeededGenerator(seed: 31)
    let parts: [[UInt8]] = ["a", "é", "漢", "😀", "\u{FFFD}"].map { Array($0.utf8) } + difficultTexts
    for _ in 0..<3000 {
      var bytes = (0..<random.below(8)).flatMap { _ in parts[random.below(parts.count)] }
      if !bytes.isEmpty, random.below(2) == 0 {
        bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
      }
      var stream = TextStream()
      var shown = ""
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = min(1 + random.below(5), rest.count)
        shown += stream.append(rest.prefix(count))
        rest.removeFirst(count)
      }
      shown += stream.finish()
      #expect(Array(shown.utf8) == Array(String(decoding: bytes, as: UTF8.self).utf8), "\(bytes)")
    }
  }
}
