import Tokenizers
import Transformer

/// What a GGUF file says of a network and of its tokens, by the keys of llama.cpp.
public enum GGUFKeys {
  /// The network's sizes.
  /// - Parameter fileType: the type of most tensors, by llama.cpp's number.
  static func configuration(_ sizes: TransformerConfiguration, fileType: UInt32) -> [(String, GGUFValue)] {
    func u32(_ number: Int) -> GGUFValue { .u32(UInt32(number)) }
    return [
      ("general.architecture", .string("llama")), ("general.file_type", .u32(fileType)),
      ("general.quantization_version", .u32(2)), ("llama.block_count", u32(sizes.layers)),
      ("llama.context_length", u32(sizes.contextLength)), ("llama.embedding_length", u32(sizes.hiddenSize)),
      ("llama.feed_forward_length", u32(sizes.intermediateSize)), ("llama.attention.head_count", u32(sizes.heads)),
      ("llama.attention.head_count_kv", u32(sizes.keyValueHeads)),
      ("llama.attention.layer_norm_rms_epsilon", .f32(sizes.normEpsilon)),
      ("llama.rope.dimension_count", u32(sizes.headSize)), ("llama.rope.freq_base", .f32(Float(sizes.ropeTheta))),
      ("llama.vocab_size", u32(sizes.vocabularySize)),
    ]
  }

  /// The tokens.
  /// - Throws: `TransformerExportError.vocabulary` when its parts are not as many as its pieces.
  public static func vocabulary(_ vocabulary: Vocabulary) throws(TransformerExportError) -> [(String, GGUFValue)] {
    let count = vocabulary.pieces.count
    guard vocabulary.kinds.count == count else {
      throw .vocabulary(expected: "\(count) kinds", found: "\(vocabulary.kinds.count)")
    }
    var keys: [(String, GGUFValue)] = []
    switch vocabulary.algorithm {
    case .sentencePiece:
      guard vocabulary.scores.count == count else {
        throw .vocabulary(expected: "\(count) scores", found: "\(vocabulary.scores.count)")
      }
      keys = [("model", .string("llama")), ("pre", .string("default"))]
      keys.append(("tokens", .strings(try texts(vocabulary, normal: withSigns))))
      keys.append(("scores", .floats(vocabulary.scores)))
    case .byteLevel:
      keys = [("model", .string("gpt2")), ("pre", .string(vocabulary.words?.rawValue ?? "gpt-2"))]
      let texts = try texts(vocabulary) { GPT2Characters.text(of: $0) }
      keys.append(("tokens", .strings(texts)))
      keys.append(("merges", .strings(try merges(vocabulary, texts))))
    }
    keys.append(("token_type", .integers(vocabulary.kinds.map { Int32($0.rawValue) })))
    if let beginning = vocabulary.beginning { keys.append(("bos_token_id", .u32(UInt32(beginning)))) }
    for (key, token) in zip(["eos_token_id", "eot_token_id", "eom_token_id"], vocabulary.ends) {
      keys.append((key, .u32(UInt32(token))))
    }
    keys.append(("add_bos_token", .bool(vocabulary.beginning != nil)))
    keys.append(("add_space_prefix", .bool(vocabulary.addsBlank)))
    return keys.map { ("tokenizer.ggml.\($0.0)", $0.1) }
  }

  /// The pieces as a file has them: a byte as its two digits, text in its algorithm's characters, signs as they are.
  private static func texts(
    _ vocabulary: Vocabulary, normal: ([UInt8]) -> [UInt8]
  ) throws(TransformerExportError) -> [[UInt8]] {
    var texts: [[UInt8]] = []
    for (piece, kind) in zip(vocabulary.pieces, vocabulary.kinds) {
      switch kind {
      case .byte:
        guard piece.count == 1, let byte = piece.first else {
          throw .vocabulary(expected: "a byte", found: "a piece of \(piece.count) bytes")
        }
        texts.append(Array("<0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))>".utf8))
      case .normal: texts.append(normal(piece))
      case .userDefined where vocabulary.algorithm == .sentencePiece: texts.append(normal(piece))
      default: texts.append(piece)
      }
    }
    return texts
  }

  private static func merges(
    _ vocabulary: Vocabulary, _ texts: [[UInt8]]
  ) throws(TransformerExportError) -> [[UInt8]] {
    var merges: [[UInt8]] = []
    for merge in vocabulary.merges {
      let tokens = [merge.left, merge.right].map(Int.init)
      guard tokens.allSatisfy(texts.indices.contains) else {
        throw .vocabulary(expected: "merges of \(texts.count) tokens", found: "\(merge)")
      }
      // A piece that is written as it is may hold blanks, which part a merge's two halves.
      let halves = tokens.map { token in
        vocabulary.kinds[token] == .normal ? texts[token] : GPT2Characters.text(of: vocabulary.pieces[token])
      }
      merges.append(halves[0] + [UInt8(ascii: " ")] + halves[1])
    }
    return merges
  }

  /// A text in which a blank is SentencePiece's sign for it, U+2581.
  private static func withSigns(_ piece: [UInt8]) -> [UInt8] {
    piece.flatMap { $0 == UInt8(ascii: " ") ? [0xE2, 0x96, 0x81] : [$0] }
  }
}

/// Bytes as GPT-2's tokenizers write them: visible characters of Latin-1 as they are, the others, in order, as those
/// from U+0100 on. (`bytes_to_unicode` of github.com/openai/gpt-2, src/encoder.py.)
private enum GPT2Characters {
  private static let characters: [[UInt8]] = {
    var next: UInt32 = 0x100
    return (UInt8.min...UInt8.max).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Array(String(Unicode.Scalar(byte)).utf8)
      default:
        defer { next += 1 }
        return Unicode.Scalar(next).map { Array(String($0).utf8) } ?? []
      }
    }
  }()

  static func text(of bytes: [UInt8]) -> [UInt8] { bytes.flatMap { characters[Int($0)] } }
}
