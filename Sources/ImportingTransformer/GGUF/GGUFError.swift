import Files
import Transformer

/// Why a file is no GGUF file of a network that Octavo reads. Positions count from the file's first byte. The caller
/// adds the file's name.
public enum GGUFError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A file that begins otherwise.
  case notGGUF
  /// A file whose numbers have their bytes reversed.
  case bigEndian
  /// A version other than 2 and 3, which are of one layout.
  case version(UInt32)
  /// The file ends within something.
  case truncated(what: String, offset: Int, needed: UInt64, available: Int)
  /// A key or a tensor's name longer than the format has them.
  case longName(what: String, offset: Int, limit: Int, found: UInt64)
  /// A key that is not ASCII, or a name that is not UTF-8.
  case badName(what: String, offset: Int)
  /// A key, or a tensor's name, that stands twice.
  case duplicate(what: String, name: String, offset: Int)
  /// A type of values that the format does not have.
  case valueType(key: String, found: UInt32)
  /// An array of arrays.
  case nested(key: String)
  /// A value that says yes or no, and says neither.
  case flag(key: String, offset: Int, found: UInt8)
  /// A tensor of no dimension, or of more than four.
  case rank(tensor: String, found: UInt32)
  /// Sizes one of which is 0, or that make more elements than 63 bits count.
  case size(tensor: String, found: [UInt64])
  /// A tensor whose rows do not fill their type's blocks.
  case row(tensor: String, type: String, block: Int, found: Int)
  /// A tensor that begins where the format lets none.
  case unaligned(tensor: String, alignment: Int, found: UInt64)
  /// A tensor that ends after the file. Counted from the data's start, as is the next.
  case beyondFile(tensor: String, offset: UInt64, bytes: Int, available: Int)
  /// A tensor that begins before the one before it ends.
  case overlap(tensor: String, offset: Int, other: String, end: Int)
  /// A value that is not what its key needs, or that Octavo does not compute with.
  case key(String, expected: String, found: String)
  /// An element of an array that is not what it needs to be.
  case element(key: String, index: Int, expected: String, found: String)
  /// Sizes that no network has.
  case configuration(TransformerConfigurationError)

  /// One line.
  public var description: String {
    switch self {
    case .notGGUF: "not a GGUF file: expected 'GGUF' at byte 0"
    case .bigEndian: "a GGUF file for big-endian machines; convert it (gguf_convert_endian.py)"
    case .version(let found): "a GGUF file: expected version 2 or 3, found \(found)"
    case .truncated(let what, let offset, let needed, let available):
      "\(what) at byte \(offset): expected \(needed) bytes, found \(available) before the file's end"
    case .longName(let what, let offset, let limit, let found):
      "\(what) at byte \(offset): expected at most \(limit) bytes, found \(found)"
    case .badName(let what, let offset): "\(what) at byte \(offset) is not text"
    case .duplicate(let what, let name, let offset): "\(what) \(quoted(name)) stands a second time at byte \(offset)"
    case .valueType(let key, let found): "key \(quoted(key)): expected a type of value up to 12, found \(found)"
    case .nested(let key): "key \(quoted(key)): expected an array of single values, found one of arrays"
    case .flag(let key, let offset, let found):
      "key \(quoted(key)): expected 0 or 1 at byte \(offset), found \(found)"
    case .rank(let tensor, let found): "tensor \(quoted(tensor)): expected 1 to 4 dimensions, found \(found)"
    case .size(let tensor, let found):
      "tensor \(quoted(tensor)): sizes \(Self.listed(found)) are of no tensor: one is 0, or there are too many elements"
    case .row(let tensor, let type, let block, let found):
      "tensor \(quoted(tensor)): expected rows of a multiple of \(block) for \(type), found \(found)"
    case .unaligned(let tensor, let alignment, let found):
      "tensor \(quoted(tensor)): expected an offset that is a multiple of \(alignment), found \(found)"
    case .beyondFile(let tensor, let offset, let bytes, let available):
      "tensor \(quoted(tensor)): \(bytes) bytes at offset \(offset), found \(available) bytes of data"
    case .overlap(let tensor, let offset, let other, let end):
      "tensor \(quoted(tensor)): begins at offset \(offset), before tensor \(quoted(other)) ends at \(end)"
    case .key(let key, let expected, let found): "key \(quoted(key)): expected \(expected), found \(found)"
    case .element(let key, let index, let expected, let found):
      "key \(quoted(key)), element \(index): expected \(expected), found \(found)"
    case .configuration(let error): "the keys of 'llama.': \(error)"
    }
  }

  private static func listed(_ sizes: [UInt64]) -> String {
    "[" + sizes.map(String.init).joined(separator: ", ") + "]"
  }
}
