import Tensors

#if _endian(big)
  #error("safetensors data is little-endian and copied as it is: byte swapping is not written")
#endif

/// The safetensors format: checkpoint in, bytes out, and back. It opens no file.
///
/// A file is the header's length (u64, little-endian), the header (JSON in UTF-8, may end in spaces), and the
/// tensors' elements (C order, little-endian):
///
/// ```
/// {"__metadata__":{"stage":"train"},"fc.bias":{"dtype":"F32","shape":[10],"data_offsets":[0,40]}}
/// ```
///
/// Reading is strict, as in the reference library (github.com/huggingface/safetensors) and a little beyond it:
/// a duplicate key, an unknown key of a tensor, a hole, an overlap or a trailing byte is an error. Values are
/// not checked: NaN is legal, and so are empty tensors and those of no dimension. F16 and BF16 are widened to f32 as
/// they are read; of tensors of other types than those and `DType`'s, type and shape are kept, `Checkpoint.foreign`.
public enum Safetensors {
  /// The longest header that the format allows, in bytes.
  public static let headerByteLimit = 100_000_000

  private static let lengthByteCount = 8
  /// The header is padded so that the data start at a multiple of this: the widest element of the format.
  private static let alignment = 8

  // MARK: Reading

  /// The checkpoint in a file's bytes.
  /// - Throws: `SafetensorsError`.
  public static func decode(_ bytes: [UInt8]) throws -> Checkpoint {
    try bytes.withUnsafeBytes { try decode($0) }
  }

  /// The checkpoint in a file's bytes, which need no alignment and are copied.
  /// - Throws: `SafetensorsError`.
  public static func decode(_ bytes: UnsafeRawBufferPointer) throws -> Checkpoint {
    let dataStart = try dataStart(bytes)
    let data = UnsafeRawBufferPointer(rebasing: bytes[dataStart...])
    let header = try SafetensorsHeader(
      parsing: Array(bytes[lengthByteCount..<dataStart]), origin: lengthByteCount, dataByteCount: data.count)
    var checkpoint = Checkpoint(metadata: header.metadata)
    checkpoint.tensors.reserveCapacity(header.entries.count)
    for entry in header.entries {
      if let tensor = tensor(entry, UnsafeRawBufferPointer(rebasing: data[entry.begin..<entry.end])) {
        checkpoint.tensors[entry.name] = tensor
      } else {
        checkpoint.foreign[entry.name] = ForeignTensor(dtype: entry.dtype.rawValue, shape: entry.shape)
      }
    }
    return checkpoint
  }

  /// A tensor of the given bytes; nil where Octavo does not hold its elements' type.
  private static func tensor(_ entry: SafetensorsHeader.Entry, _ bytes: UnsafeRawBufferPointer) -> Tensor? {
    switch entry.dtype {
    case .f32: Tensor(entry.shape, elements(bytes) as [Float])
    case .s8: Tensor(entry.shape, elements(bytes) as [Int8])
    case .u8: Tensor(entry.shape, elements(bytes) as [UInt8])
    case .s32: Tensor(entry.shape, elements(bytes) as [Int32])
    // Each half float is a float: nothing is rounded.
    case .f16: Tensor(entry.shape, (elements(bytes) as [UInt16]).map { Float(Float16(bitPattern: $0)) })
    case .bf16: Tensor(entry.shape, (elements(bytes) as [UInt16]).map { Float(bitPattern: UInt32($0) << 16) })
    default: nil
    }
  }

  /// Where the data start: after the header, whose declared length must lie inside the file.
  private static func dataStart(_ bytes: UnsafeRawBufferPointer) throws(SafetensorsError) -> Int {
    guard bytes.count >= lengthByteCount else { throw .fileTooShort(byteCount: bytes.count) }
    let declared = bytes.loadUnaligned(as: UInt64.self)
    guard declared <= UInt64(headerByteLimit) else {
      throw .headerTooLong(byteCount: declared, limit: headerByteLimit)
    }
    // Below the limit neither the conversion nor the sum can overflow.
    let byteCount = Int(declared)
    let available = bytes.count - lengthByteCount
    guard byteCount <= available else { throw .headerBeyondFile(byteCount: byteCount, available: available) }
    return lengthByteCount + byteCount
  }

  /// Copies raw bytes, a whole number of elements, into an array.
  private static func elements<Element: BitwiseCopyable>(_ data: UnsafeRawBufferPointer) -> [Element] {
    let count = data.count / MemoryLayout<Element>.stride
    return Array(unsafeUninitializedCapacity: count) { buffer, initializedCount in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: data)
      initializedCount = count
    }
  }

  // MARK: Writing

  /// A checkpoint as a file's bytes: the same values give the same bytes.
  ///
  /// In the header the metadata come first, then the tensors, both sorted by their keys' UTF-8 bytes. The data
  /// hold wider elements first, equal widths sorted by name, and start at a multiple of 8 bytes, so that every
  /// element lies aligned in the file. Empty metadata are left out, and so are foreign tensors.
  /// - Throws: `SafetensorsError.reservedName` when a tensor is named `__metadata__`, and `.headerTooLong`.
  public static func encode(_ checkpoint: Checkpoint) throws -> [UInt8] {
    let byName = sorted(checkpoint.tensors)
    let layout = byName.sorted { left, right in
      let (leftWidth, rightWidth) = (left.value.dtype.byteCount, right.value.dtype.byteCount)
      return leftWidth == rightWidth ? precedes(left.key, right.key) : leftWidth > rightWidth
    }
    var begins: [String: Int] = [:]
    var dataByteCount = 0
    for (name, tensor) in layout {
      begins[name] = dataByteCount
      dataByteCount += byteCount(tensor)
    }
    let header = try header(byName, begins: begins, metadata: sorted(checkpoint.metadata))
    var bytes: [UInt8] = []
    bytes.reserveCapacity(lengthByteCount + header.count + dataByteCount)
    withUnsafeBytes(of: UInt64(header.count)) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: header)
    for (_, tensor) in layout { append(tensor, to: &bytes) }
    return bytes
  }

  private static func header(
    _ tensors: [(key: String, value: Tensor)], begins: [String: Int], metadata: [(key: String, value: String)]
  ) throws(SafetensorsError) -> [UInt8] {
    var writer = HeaderWriter()
    writer.beginObject()
    if !metadata.isEmpty {
      writer.key(SafetensorsHeader.metadataKey)
      writer.beginObject()
      for (key, value) in metadata {
        writer.key(key)
        writer.string(value)
      }
      writer.endObject()
    }
    for (name, tensor) in tensors {
      guard name != SafetensorsHeader.metadataKey else { throw .reservedName(name) }
      let begin = begins[name, default: 0]
      writer.key(name)
      writer.beginObject()
      writer.key("dtype")
      writer.string(StoredDType(tensor.dtype).rawValue)
      writer.key("shape")
      writer.integers(tensor.shape.dimensions)
      writer.key("data_offsets")
      writer.integers([begin, begin + byteCount(tensor)])
      writer.endObject()
    }
    writer.endObject()
    writer.pad(to: alignment)
    let byteCount = writer.bytes.count
    guard byteCount <= headerByteLimit else {
      throw .headerTooLong(byteCount: UInt64(byteCount), limit: headerByteLimit)
    }
    return writer.bytes
  }

  private static func byteCount(_ tensor: Tensor) -> Int { tensor.shape.count * tensor.dtype.byteCount }

  private static func append(_ tensor: Tensor, to bytes: inout [UInt8]) {
    switch tensor.storage {
    case .f32(let values): values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    case .s8(let values): values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    case .u8(let values): bytes.append(contentsOf: values)
    case .s32(let values): values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
  }

  private static func sorted<Value>(_ members: [String: Value]) -> [(key: String, value: Value)] {
    members.sorted { precedes($0.key, $1.key) }
  }

  /// Orders by bytes: the order of `String` follows Unicode's tables, which change between releases.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
