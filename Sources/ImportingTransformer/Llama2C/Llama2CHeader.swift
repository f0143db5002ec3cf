import Files
import Transformer
import TransformerFormats

/// What a file of llama2.c says before its weights: sizes, and which of three layouts follows.
///
/// Little-endian. Version 0 has seven 32-bit integers and no sign by which it is known; the others have a sign, their
/// number, the same seven, a byte that says whether the classifier is the embedding table, in version 2 the size of its
/// groups, and zeros up to 256 bytes. (github.com/karpathy/llama2.c: export.py, run.c, runq.c.)
struct Llama2CHeader: Equatable {
  /// The layout.
  enum Version: Int {
    /// Floats, and tables of cosines and sines.
    case v0 = 0
    /// Floats.
    case v1
    /// Signed bytes in groups.
    case v2
  }

  let version: Version
  let configuration: TransformerConfiguration
  /// Weights that share a scale; nil where they are floats.
  let groupSize: Int?

  /// Bytes before the weights.
  var byteCount: Int { Llama2CFormat.headerByteCount(isMarked: version != .v0) }

  /// Reads a header.
  /// - Parameter bytes: the file's.
  /// - Throws: `Llama2CError`.
  init(_ bytes: UnsafeRawBufferPointer) throws(Llama2CError) {
    try Self.check(bytes, isMarked: false)
    let isMarked = bytes.loadUnaligned(as: UInt32.self) == Llama2CFormat.magic
    guard isMarked else {
      let sizes = Self.integers(bytes, at: 0)
      // A negative count of tokens says that the classifier stands in the file.
      let configuration = try Self.configuration(
        sizes, tokens: sizes[5].magnitude, isTied: sizes[5] > 0, version: .v0)
      (version, self.configuration, groupSize) = (.v0, configuration, nil)
      return
    }
    try Self.check(bytes, isMarked: true)
    let number = Int(bytes.loadUnaligned(fromByteOffset: 4, as: Int32.self))
    guard let version = Version(rawValue: number), version != .v0 else { throw .unknownVersion(number) }
    guard bytes[36] <= 1 else { throw .flag(offset: 36, found: bytes[36]) }
    let sizes = Self.integers(bytes, at: 8)
    guard sizes[5] > 0 else { throw .tokenCount(version: number, found: sizes[5]) }
    self.version = version
    configuration = try Self.configuration(sizes, tokens: sizes[5].magnitude, isTied: bytes[36] == 1, version: version)
    groupSize =
      version == .v2 ? try Self.groupSize(bytes.loadUnaligned(fromByteOffset: 37, as: Int32.self), configuration) : nil
  }

  /// The same header with other sizes.
  init(_ header: Llama2CHeader, as configuration: TransformerConfiguration) {
    (version, self.configuration, groupSize) = (header.version, configuration, header.groupSize)
  }

  private static func check(_ bytes: UnsafeRawBufferPointer, isMarked: Bool) throws(Llama2CError) {
    let count = Llama2CFormat.headerByteCount(isMarked: isMarked)
    guard bytes.count >= count else { throw .tooShort(expected: count, found: bytes.count) }
  }

  private static func integers(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> [Int] {
    (0..<7).map { Int(bytes.loadUnaligned(fromByteOffset: offset + 4 * $0, as: Int32.self)) }
  }

  /// Rotations of base 10000 and 1e-5 under the root are what run.c computes with, whatever was trained.
  private static func configuration(
    _ sizes: [Int], tokens: UInt, isTied: Bool, version: Version
  ) throws(Llama2CError) -> TransformerConfiguration {
    do throws(TransformerConfigurationError) {
      return try TransformerConfiguration(
        hiddenSize: sizes[0], intermediateSize: sizes[1], layers: sizes[2], heads: sizes[3], keyValueHeads: sizes[4],
        vocabularySize: Int(tokens), contextLength: sizes[6], ropeTheta: 10_000, normEpsilon: 1e-5, isTied: isTied)
    } catch {
      throw .size(version, error)
    }
  }

  /// A group lies within a row: export.py writes others too, and runq.c then computes with wrong scales.
  private static func groupSize(
    _ size: Int32, _ configuration: TransformerConfiguration
  ) throws(Llama2CError) -> Int {
    let widths = [configuration.hiddenSize, configuration.intermediateSize]
    guard size > 0, widths.allSatisfy({ $0 % Int(size) == 0 }) else {
      throw .groupSize(found: Int(size), hiddenSize: widths[0], intermediateSize: widths[1])
    }
    return Int(size)
  }
}

extension Llama2CHeader: CustomStringConvertible {
  /// `v2: dim 64, hidden_dim 172, n_layers 5, …`.
  var description: String {
    let sizes = configuration
    let groups = groupSize.map { ", groups of \($0)" } ?? ""
    return "\(version): dim \(sizes.hiddenSize), hidden_dim \(sizes.intermediateSize), n_layers \(sizes.layers), "
      + "n_heads \(sizes.heads), n_kv_heads \(sizes.keyValueHeads), vocab_size \(sizes.vocabularySize), "
      + "max_seq_len \(sizes.contextLength), classifier \(sizes.isTied ? "shared" : "separate")\(groups)"
  }
}

/// Why a file is none of llama2.c. The caller adds the file's name.
public enum Llama2CError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Fewer bytes than a header has.
  case tooShort(expected: Int, found: Int)
  /// A version after the sign of versions 1 and 2 that is neither.
  case unknownVersion(Int)
  /// A byte that says yes or no, and says neither.
  case flag(offset: Int, found: UInt8)
  /// A size that no network has.
  case size(version: Int, TransformerConfigurationError)
  /// A count of tokens below 1 where its sign means nothing.
  case tokenCount(version: Int, found: Int)
  /// Groups that do not fill rows.
  case groupSize(found: Int, hiddenSize: Int, intermediateSize: Int)
  /// A file that is shorter or longer than its header says; nil for a size that no file has.
  case wrongSize(header: String, expected: Int?, found: Int)

  static func size(_ version: Llama2CHeader.Version, _ error: TransformerConfigurationError) -> Llama2CError {
    .size(version: version.rawValue, error)
  }

  /// One line.
  public var description: String {
    switch self {
    case .tooShort(let expected, let found):
      "not a file of llama2.c: expected a header of \(expected) bytes, found \(found) bytes in all"
    case .unknownVersion(let version): "a file of llama2.c: expected version 1 or 2, found \(version)"
    case .flag(let offset, let found):
      "a file of llama2.c: expected 0 or 1 at byte \(offset) (shared classifier), found \(found)"
    case .size(0, let error): "not a file of llama2.c: as a header without a sign (v0), \(error)"
    case .size(let version, let error): "a file of llama2.c v\(version): \(error)"
    case .tokenCount(let version, let found):
      "a file of llama2.c v\(version): vocab_size: expected a number above 0, found \(found)"
    case .groupSize(let found, let hidden, let inner):
      "a file of llama2.c v2: expected a group size that divides dim \(hidden) and hidden_dim \(inner), "
        + "found \(found); export again with one that does (runq.c computes wrongly with this file)"
    case .wrongSize(let header, let expected, let found):
      "expected \(expected.map { "\($0) bytes" } ?? "more bytes than a file has") for its header (\(header)), "
        + "found \(found) bytes; the file is damaged, or not of llama2.c"
    }
  }
}
