import Checkpoints
import Tensors
import Testing

/// A damaged file is an error or another checkpoint, never a trap.
@Suite struct SafetensorsDamageTests {
  @Test func isRefusedWhereverItIsCut() throws {
    let bytes = try Safetensors.encode(sample)
    for count in bytes.indices {
      #expect(throws: SafetensorsError.self, "cut to \(count) bytes") {
        try Safetensors.decode(Array(bytes.prefix(count)))
      }
    }
  }

  @Test func isRefusedWhereverAHeaderIsCut() throws {
    // As above, but with a length that fits what is left, so that the scanner meets every end.
    let bytes = Array(try Safetensors.encode(sample).dropFirst(8))
    let text = String(decoding: bytes, as: UTF8.self)
    let end = try #require(text.utf8.lastIndex(of: UInt8(ascii: "}")))
    for cut in text[..<end].utf8.indices {
      #expect(throws: SafetensorsError.self, "cut before \(text[cut...].prefix(10))") {
        try Safetensors.decode(file(Array(text.utf8[..<cut])))
      }
    }
  }

  @Test func isRefusedWithAnyByteMore() throws {
    let bytes = try Safetensors.encode(sample)
    #expect(throws: SafetensorsError.self) { try Safetensors.decode(bytes + [0]) }
    #expect(throws: SafetensorsError.self) { try Safetensors.decode([0] + bytes) }
  }

  @Test func survivesRandomDamage() throws {
    var generator = SeededGenerator(seed: 2024)
    let originals = [
      try Safetensors.encode(sample),
      file(header(dtype: "F32", offsets: "[0,8]"), data: [0, 0, 128, 63, 0, 0, 192, 127]),
      file(SafetensorsErrorTests.two("[0,2]", "[2,4]"), data: [1, 2, 3, 4]),
    ]
    var accepted = 0
    for round in 0..<100_000 {
      var bytes = originals[round % originals.count]
      for _ in 0...generator.below(3) { damage(&bytes, with: &generator) }
      let checkpoint: Checkpoint
      do {
        checkpoint = try Safetensors.decode(bytes)
      } catch let error as SafetensorsError {
        // A hostile name must not break the line either.
        if error.description.contains(where: \.isNewline) { Issue.record("round \(round): \(error)") }
        continue
      }
      accepted += 1
      // Bytes are compared, since damaged floats may be NaN.
      let written = try Safetensors.encode(checkpoint)
      if try Safetensors.encode(try Safetensors.decode(written)) != written {
        Issue.record("round \(round): what was written reads back otherwise")
      }
    }
    // Damage to values and names leaves a file: neither outcome may swallow the other.
    #expect(accepted > 1_000 && accepted < 99_000)
  }

  /// Changes one byte, bit or digit, inserts or removes one, or copies a piece elsewhere. Where the length
  /// changes, the header's is often mended, so that the damage is met further in.
  private func damage(_ bytes: inout [UInt8], with generator: inout SeededGenerator) {
    guard bytes.count > 16 else { return }
    let structural = Array("{}[]\",:\\u0123456789 eE.-".utf8)
    let count = bytes.count
    let place = generator.below(count)
    let inHeader = 8 + generator.below(count - 8)
    switch generator.below(7) {
    case 0: bytes[place] = UInt8(generator.below(256))
    case 1: bytes[place] ^= 1 << UInt8(generator.below(8))
    case 2: bytes[inHeader] = structural[generator.below(structural.count)]
    case 3: bytes.insert(structural[generator.below(structural.count)], at: inHeader)
    case 4: bytes.remove(at: inHeader)
    case 5:
      let end = min(count, inHeader + generator.below(40))
      bytes.insert(contentsOf: bytes[inHeader..<end], at: inHeader)
    default:
      let digits = bytes.indices.filter { $0 >= 8 && (0x30...0x39).contains(bytes[$0]) }
      if !digits.isEmpty { bytes[digits[generator.below(digits.count)]] = 0x30 + UInt8(generator.below(10)) }
    }
    let grown = bytes.count - count
    if grown != 0, generator.below(8) > 0 {
      // The header is shorter than 65,536 bytes, so its length is in the first two of eight.
      let length = UInt16(truncatingIfNeeded: Int(bytes[0]) + Int(bytes[1]) << 8 + grown)
      bytes[0] = UInt8(length & 0xFF)
      bytes[1] = UInt8(length >> 8)
    }
  }
}
