internal import SwiftProtobuf

// SwiftProtobuf stays within this room: what others see are the values below.

/// What a SentencePiece model's file, `tokenizer.model`, says of its pieces and of text. It is what the file says, judged
/// by nobody.
public struct SentencePieceModel: Sendable, Equatable {
  /// A piece; its place in the list is its token.
  public struct Piece: Sendable, Equatable {
    /// Its bytes as the file spells them: a blank as U+2581, a byte as `<0x0A>`.
    public var spelling: [UInt8]
    /// How gladly it is taken.
    public var score: Float
    /// What it is for: 1 text, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 a byte.
    public var type: Int

    /// A piece of the given parts.
    public init(_ spelling: [UInt8], score: Float, type: Int) {
      (self.spelling, self.score, self.type) = (spelling, score, type)
    }
  }

  /// What happens to text before it is cut into pieces.
  public struct Normalizer: Sendable, Equatable {
    /// The rule's name: `identity`, `nmt_nfkc`. It is only a name; what it does is in `characterMapByteCount`.
    public var name: String
    /// Bytes of a map from characters to characters; 0 for none.
    public var characterMapByteCount: Int
    /// Whether a blank is put before the text.
    public var addsDummyPrefix: Bool
    /// Whether blanks at both ends, and all but one of several, are taken away.
    public var removesExtraWhitespaces: Bool
    /// Whether a blank is spelt U+2581 in pieces.
    public var escapesWhitespaces: Bool
  }

  /// All pieces.
  public var pieces: [Piece]
  /// How pieces are chosen: 1 unigram, 2 byte-pair encoding, 3 words, 4 characters.
  public var modelType: Int
  /// Whether a blank belongs to the end of a word and not to its beginning.
  public var treatsWhitespaceAsSuffix: Bool
  /// Whether characters that no piece holds become bytes.
  public var hasByteFallback: Bool
  /// The tokens of what is unknown, a beginning and an end; -1 for none.
  public var unknown, beginning, end: Int
  /// What happens to text on its way in.
  public var normalizer: Normalizer
  /// Bytes of a map that text goes through on its way out; 0 for none.
  public var denormalizerByteCount: Int
}

extension SentencePieceModel {
  /// The most bytes of a file: those of a Protocol Buffers message.
  public static let largestFile = Int(Int32.max)

  /// The model that a file's bytes hold.
  /// - Throws: `SentencePieceError`.
  public init(bytes: [UInt8]) throws(SentencePieceError) {
    guard bytes.count <= Self.largestFile else { throw .tooLong(byteCount: bytes.count, limit: Self.largestFile) }
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    guard let message = try? Octavo_Sentencepiece_ModelProto(serializedBytes: bytes, options: options) else {
      throw .notAMessage
    }
    guard !message.pieces.isEmpty else { throw .noPieces }
    self.init(
      pieces: message.pieces.map { Piece([UInt8]($0.piece), score: $0.score, type: Int($0.type)) },
      modelType: Int(message.trainer.modelType),
      treatsWhitespaceAsSuffix: message.trainer.treatWhitespaceAsSuffix,
      hasByteFallback: message.trainer.byteFallback, unknown: Int(message.trainer.unkID),
      beginning: Int(message.trainer.bosID), end: Int(message.trainer.eosID),
      normalizer: Normalizer(message.normalizer),
      denormalizerByteCount: message.denormalizer.precompiledCharsmap.count)
  }
}

extension SentencePieceModel.Normalizer {
  fileprivate init(_ message: Octavo_Sentencepiece_NormalizerProto) {
    self.init(
      name: message.name, characterMapByteCount: message.precompiledCharsmap.count,
      addsDummyPrefix: message.addDummyPrefix, removesExtraWhitespaces: message.removeExtraWhitespaces,
      escapesWhitespaces: message.escapeWhitespaces)
  }
}
