import Tokenizers
import Transformer
import TransformerFormats

/// What a GGUF file says of a network and of its tokens, by the keys of llama.cpp.
public enum GGUFKeys {
  /// The network's sizes.
  /// - Parameter fileType: the type of most tensors, by llama.cpp's number.
  static func configuration(_ sizes: TransformerConfiguration, fileType: UInt32) -> [(String, GGUFValue)] {
    func u32(_ number: Int) -> GGUFValue { .u32(UInt32(number)) }
    return [
      (GGUFKey.architecture, .string("llama")), ("general.file_type", .u32(fileType)),
      ("general.quantization_version", .u32(2)), (GGUFKey.blockCount, u32(sizes.layers)),
      (GGUFKey.contextLength, u32(sizes.contextLength)), (GGUFKey.embeddingLength, u32(sizes.hiddenSize)),
      (GGUFKey.feedForwardLength, u32(sizes.intermediateSize)), (GGUFKey.headCount, u32(sizes.heads)),
      (GGUFKey.keyValueHeadCount, u32(sizes.keyValueHeads)),
      (GGUFKey.normEpsilon, .f32(sizes.normEpsilon)),
      (GGUFKey.ropeDimensions, u32(sizes.headSize)), (GGUFKey.ropeBase, .f32(Float(sizes.ropeTheta))),
      (GGUFKey.vocabularySize, u32(sizes.vocabularySize)),
    ]
  }

  /// What the file came from: keys of our own, which the format leaves to whoever names them after himself.
  static func origin(_ origin: [(key: String, value: String)]) -> [(String, GGUFValue)] {
    origin.map { ("octavo.\($0.key)", .string($0.value)) }
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
      keys = [(GGUFKey.model, .string("llama")), (GGUFKey.words, .string("default"))]
      keys.append((GGUFKey.tokens, .strings(try texts(vocabulary, normal: SentencePieceAlphabet.withSigns))))
      keys.append((GGUFKey.scores, .floats(vocabulary.scores)))
    case .byteLevel:
      keys = [(GGUFKey.model, .string("gpt2")), (GGUFKey.words, .string(vocabulary.words?.rawValue ?? "gpt-2"))]
      let texts = try texts(vocabulary) { Array(ByteAlphabet.text(of: $0).utf8) }
      keys.append((GGUFKey.tokens, .strings(texts)))
      keys.append((GGUFKey.merges, .strings(try merges(vocabulary, texts))))
    }
    keys.append((GGUFKey.kinds, .integers(vocabulary.kinds.map { Int32($0.rawValue) })))
    if let beginning = vocabulary.beginning { keys.append((GGUFKey.beginning, .u32(UInt32(beginning)))) }
    for (key, token) in zip(GGUFKey.ends, vocabulary.ends) {
      keys.append((key, .u32(UInt32(token))))
    }
    keys.append((GGUFKey.addsBeginning, .bool(vocabulary.beginning != nil)))
    keys.append((GGUFKey.addsBlank, .bool(vocabulary.addsBlank)))
    return keys
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
        texts.append(SentencePieceAlphabet.text(of: byte))
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
        vocabulary.kinds[token] == .normal ? texts[token] : Array(ByteAlphabet.text(of: vocabulary.pieces[token]).utf8)
      }
      merges.append(halves[0] + [UInt8(ascii: " ")] + halves[1])
    }
    return merges
  }
}
