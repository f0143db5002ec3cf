import Foundation
import Tensors
import Tokenizers

extension Vocabulary {
  /// `<unk>`, `<s>`, `</s>`, the 256 bytes, and the given pieces of text: the form of llama2.c's files.
  static func sentencePiece(_ texts: [(String, Float)], addsBlank: Bool = true) -> Vocabulary {
    let pieces = ["<unk>", "<s>", "</s>"].map { Array($0.utf8) } + (0...255).map { [UInt8($0)] }
    let kinds: [Kind] = [.unknown, .control, .control] + [Kind](repeating: .byte, count: 256)
    return Vocabulary(
      algorithm: .sentencePiece, pieces: pieces + texts.map { Array($0.0.utf8) },
      kinds: kinds + texts.map { _ in .normal }, scores: [Float](repeating: 0, count: 259) + texts.map(\.1),
      beginning: 1, ends: [2], addsBlank: addsBlank)
  }

  /// The 256 bytes in order, and a piece for each of the given merges of two texts.
  static func byteLevel(_ merges: [(String, String)], words: WordPattern = .gpt2) -> Vocabulary {
    var pieces = (0...255).map { [UInt8($0)] }
    var pairs: [Merge] = []
    for (left, right) in merges {
      guard let left = pieces.firstIndex(of: Array(left.utf8)), let right = pieces.firstIndex(of: Array(right.utf8))
      else { preconditionFailure("'\(left)' and '\(right)' are merged before they are there") }
      pairs.append(Merge(Int32(left), Int32(right)))
      pieces.append(pieces[left] + pieces[right])
    }
    return Vocabulary(
      algorithm: .byteLevel, pieces: pieces, kinds: pieces.map { _ in .normal }, merges: pairs, words: words,
      beginning: nil, ends: [], addsBlank: false)
  }

  /// The same with one more piece.
  func with(_ text: String, _ kind: Kind, score: Float = 0) -> Vocabulary {
    var vocabulary = self
    vocabulary.pieces.append(Array(text.utf8))
    vocabulary.kinds.append(kind)
    if algorithm == .sentencePiece { vocabulary.scores.append(score) }
    return vocabulary
  }
}

extension SeededGenerator {
  /// A text of so many of the given parts.
  mutating func text(_ parts: [String], count: Int) -> String {
    (0..<count).map { _ in parts[below(parts.count)] }.joined()
  }

  /// The bytes with one to four of them changed, or some taken away, doubled, or put elsewhere.
  mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...below(4) {
      guard !bytes.isEmpty else { return bytes }
      let place = below(bytes.count)
      let length = min(1 + below(12), bytes.count - place)
      switch below(6) {
      case 0, 1: bytes[place] = UInt8(truncatingIfNeeded: next())
      case 2: bytes[place] ^= 1 << UInt8(below(8))
      case 3: bytes.removeSubrange(place..<place + length)
      case 4: bytes.insert(contentsOf: bytes[place..<place + length], at: below(bytes.count))
      default:
        let filling: UInt8 = below(2) == 0 ? 0 : 0xFF
        bytes.replaceSubrange(place..<place + length, with: repeatElement(filling, count: length))
      }
    }
    return below(8) == 0 ? Array(bytes.prefix(below(bytes.count + 1))) : bytes
  }
}

private let difficultStrings = [
  "", " ", "   ", "\0", "a\0b", "\n", "\r\n", "  a  b ", "▁", "a▁b", "é", "e\u{301}", "漢字", "😀", "👨‍👩‍👧", "<s>",
  "</s>", "<unk>", "<0x41>", "\n<s>\n", "don't", "12 345", "\u{A0}\u{3000}", "\u{FEFF}", "\u{FFFD}",
]

private let noUTF8: [[UInt8]] = [
  [0x80], [0xFF], [0xC3], [0xE6, 0xBC], [0x61, 0xC3, 0x28, 0x62], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
  [0xC0, 0x80], [0xF0, 0x9F, 0x98], [0x20, 0xFF, 0x20],
]

/// Texts that meet every part of both algorithms, and bytes that are no text.
let difficultTexts = difficultStrings.map { Array($0.utf8) } + noUTF8
