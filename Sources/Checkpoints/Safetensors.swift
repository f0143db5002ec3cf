import Files
import Tensors

#if _endian(big)
  #error("safetensors data is little-endian and copied as it is: byte swapping is not written")
#endif

/// The safetensors format: bytes in, checkpoint out, and back. `CheckpointWriter` writes files.
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

  /// The checkpoint in a file's bytes, which need no alignment. Only the header is read: tensors are when they are
  /// asked for, so that a file of any size costs no more memory than what is used of it.
  /// - Throws: `SafetensorsError`.
  public static func decode(_ file: FileBytes) throws -> Checkpoint {
    let (header, dataStart) = try header(of: file)
    var foreign: [String: ForeignTensor] = [:]
    var views: [String: TensorView] = [:]
    views.reserveCapacity(header.entries.count)
    for entry in header.entries {
      if let view = TensorView(entry, in: file, dataStart: dataStart) {
        views[entry.name] = view
      } else {
        foreign[entry.name] = ForeignTensor(dtype: entry.dtype.rawValue, shape: entry.shape)
      }
    }
    return Checkpoint(views: views, foreign: foreign, metadata: header.metadata)
  }

  /// The checkpoint in a file's bytes, all of which are in memory.
  /// - Throws: `SafetensorsError`.
  package static func decode(_ bytes: [UInt8]) throws -> Checkpoint {
    try decode(.inMemory(bytes))
  }

  /// The bytes of the file that `Checkpoint.write` writes.
  /// - Parameter headerByteLimit: the longest header.
  /// - Throws: `SafetensorsError` for a name or a size that the format does not have.
  package static func encode(
    _ checkpoint: Checkpoint, headerByteLimit: Int = headerByteLimit
  ) throws -> [UInt8] {
    let layout = try SafetensorsLayout(
      checkpoint.declarations, metadata: checkpoint.metadata, headerByteLimit: headerByteLimit)
    var bytes = layout.preamble
    for place in layout.places {
      try checkpoint.tensor(place.declaration.name).withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  /// The header, and where the data start.
  private static func header(of file: FileBytes) throws(SafetensorsError) -> (SafetensorsHeader, dataStart: Int) {
    let dataStart = try dataStart(file)
    let bytes = file.withUnsafeBytes { Array($0[lengthByteCount..<dataStart]) }
    let header = try SafetensorsHeader(
      parsing: bytes, origin: lengthByteCount, dataByteCount: file.count - dataStart)
    return (header, dataStart)
  }

  /// Where the data start: after the header, whose declared length must lie inside the file.
  private static func dataStart(_ file: FileBytes) throws(SafetensorsError) -> Int {
    guard file.count >= lengthByteCount else { throw .fileTooShort(byteCount: file.count) }
    let declared = file.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    guard declared <= UInt64(headerByteLimit) else {
      throw .headerTooLong(byteCount: declared, limit: headerByteLimit)
    }
    // Below the limit neither the conversion nor the sum can overflow.
    let byteCount = Int(declared)
    let available = file.count - lengthByteCount
    guard byteCount <= available else { throw .headerBeyondFile(byteCount: byteCount, available: available) }
    return lengthByteCount + byteCount
  }
}
