import Tensors

/// What a safetensors header declares: the metadata, and where in the data each tensor lies.
package struct SafetensorsHeader {
  /// One tensor's declaration.
  package struct Entry: Equatable {
    /// The tensor's name.
    package let name: String
    /// The element type, one of the format's.
    let dtype: StoredDType
    /// The size of each dimension; the product times the element's size is `end - begin`.
    package let shape: Shape
    /// The first byte, counted from the start of the data.
    package let begin: Int
    /// The byte after the last.
    package let end: Int
  }

  /// The key that holds the metadata.
  static let metadataKey = "__metadata__"

  /// The file's metadata.
  package private(set) var metadata: [String: String] = [:]
  /// The tensors, in the order of their bytes; they fill the data without hole or overlap.
  package private(set) var entries: [Entry] = []

  /// Parses the header `bytes`, which start at byte `origin` of the file and are followed by `dataByteCount`
  /// bytes of data. Nothing is allocated by a declared size, only by bytes that are there.
  package init(parsing bytes: [UInt8], origin: Int, dataByteCount: Int) throws(SafetensorsError) {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .headerNotUTF8 }
    guard bytes.first == UInt8(ascii: "{") else { throw .headerNotObject(position: origin) }
    var scanner = HeaderScanner(bytes, origin: origin)
    var names: Set<String> = []
    try scanner.beginObject()
    while let name = try scanner.nextKey() {
      guard names.insert(name).inserted else { throw .duplicateKey(name, object: "header") }
      if name == Self.metadataKey {
        metadata = try Self.metadata(&scanner)
      } else {
        entries.append(try Self.entry(name, &scanner))
      }
    }
    try scanner.finish()
    // An empty tensor begins where another does, and comes first.
    entries.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    try checkLayout(dataByteCount: dataByteCount)
  }

  private static func metadata(_ scanner: inout HeaderScanner) throws(SafetensorsError) -> [String: String] {
    var metadata: [String: String] = [:]
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      guard scanner.isAtString() else { throw .metadataNotString(key: key) }
      let previous = metadata.updateValue(try scanner.string(), forKey: key)
      guard previous == nil else { throw .duplicateKey(key, object: metadataKey) }
    }
    return metadata
  }

  private static func entry(
    _ name: String, _ scanner: inout HeaderScanner
  ) throws(SafetensorsError) -> Entry {
    var dtype: StoredDType?
    var shape: [Int]?
    var offsets: (begin: Int, end: Int)?
    var fields: Set<String> = []
    try scanner.beginObject()
    while let field = try scanner.nextKey() {
      guard fields.insert(field).inserted else { throw .duplicateKey(field, object: name) }
      switch field {
      case "dtype": dtype = try self.dtype(try scanner.string(), of: name)
      case "shape": shape = try sizes(&scanner)
      case "data_offsets": offsets = try self.offsets(of: name, &scanner)
      default: throw .unknownField(tensor: name, field: field)
      }
    }
    guard let dtype else { throw .missingField(tensor: name, field: "dtype") }
    guard let shape else { throw .missingField(tensor: name, field: "shape") }
    guard let offsets else { throw .missingField(tensor: name, field: "data_offsets") }
    let entry = Entry(
      name: name, dtype: dtype, shape: Shape(shape), begin: offsets.begin, end: offsets.end)
    try checkSize(entry)
    return entry
  }

  private static func dtype(_ word: String, of tensor: String) throws(SafetensorsError) -> StoredDType {
    guard let dtype = StoredDType(rawValue: word) else { throw .unknownDType(tensor: tensor, dtype: word) }
    return dtype
  }

  private static func sizes(_ scanner: inout HeaderScanner) throws(SafetensorsError) -> [Int] {
    var sizes: [Int] = []
    try scanner.beginArray()
    while let size = try scanner.nextInteger() { sizes.append(size) }
    return sizes
  }

  private static func offsets(
    of tensor: String, _ scanner: inout HeaderScanner
  ) throws(SafetensorsError) -> (begin: Int, end: Int) {
    try scanner.beginArray()
    guard let begin = try scanner.nextInteger(), let end = try scanner.nextInteger(),
      try scanner.nextInteger() == nil
    else { throw .offsetsNotPair(tensor: tensor) }
    return (begin, end)
  }

  /// Checks one tensor's size against its offsets.
  private static func checkSize(_ entry: Entry) throws(SafetensorsError) {
    let dimensions = entry.shape.dimensions
    guard let byteCount = entry.dtype.byteCount(of: dimensions) else {
      throw .shapeOverflow(tensor: entry.name, shape: dimensions)
    }
    guard entry.begin <= entry.end else {
      throw .offsetsReversed(tensor: entry.name, begin: entry.begin, end: entry.end)
    }
    guard entry.end - entry.begin == byteCount else {
      throw .sizeMismatch(
        tensor: entry.name, dtype: entry.dtype.rawValue, shape: dimensions, expected: byteCount,
        found: entry.end - entry.begin)
    }
  }

  /// Checks that the tensors fill the data exactly: a hole could hide another file, an overlap could make a
  /// small file huge in memory.
  private func checkLayout(dataByteCount: Int) throws(SafetensorsError) {
    var end = 0
    for entry in entries {
      if entry.begin > end { throw .hole(tensor: entry.name, begin: entry.begin, previousEnd: end) }
      if entry.begin < end { throw .overlap(tensor: entry.name, begin: entry.begin, previousEnd: end) }
      if entry.end > dataByteCount {
        throw .dataBeyondFile(tensor: entry.name, end: entry.end, available: dataByteCount)
      }
      end = entry.end
    }
    if end < dataByteCount { throw .trailingData(end: end, available: dataByteCount) }
  }
}
