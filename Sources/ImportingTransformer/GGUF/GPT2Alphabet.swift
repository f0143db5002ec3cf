/// The characters as which GPT-2's tokenizers write bytes, each of them visible: those of Latin-1 that are so stand for
/// themselves, the others, in order, for the characters from U+0100 on. (`bytes_to_unicode` of github.com/openai/gpt-2,
/// src/encoder.py.)
enum GPT2Alphabet {
  private static let byteOfScalar: [Unicode.Scalar: UInt8] = {
    let visible: [ClosedRange<UInt8>] = [0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF]
    var bytes: [Unicode.Scalar: UInt8] = [:]
    var next: UInt32 = 0x100
    for byte in UInt8.min...UInt8.max {
      if visible.contains(where: { $0.contains(byte) }) {
        bytes[Unicode.Scalar(byte)] = byte
      } else if let scalar = Unicode.Scalar(next) {
        bytes[scalar] = byte
        next += 1
      }
    }
    return bytes
  }()

  /// The bytes that a text of these characters stands for; nil where it has others, or is not UTF-8.
  static func bytes(of text: some Collection<UInt8>) -> [UInt8]? {
    guard let text = String(validating: text, as: UTF8.self) else { return nil }
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      guard let byte = byteOfScalar[scalar] else { return nil }
      bytes.append(byte)
    }
    return bytes
  }
}
