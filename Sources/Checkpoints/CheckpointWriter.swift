import Files
import Tensors

/// Writes a checkpoint as a stream: all tensors are declared, then each one's elements follow, so that no more of them
/// than a piece need be in memory. The file appears whole or not at all, as `FileWriter` has it.
///
/// ```
/// var writer = try CheckpointWriter(path, declaring: [TensorDeclaration("fc.bias", .f32, [10])], metadata: [:])
/// for tensor in writer.order { try writer.append(values(of: tensor.name), as: tensor.name) }
/// let digest = try writer.finish()
/// ```
public struct CheckpointWriter: ~Copyable {
  private let places: [SafetensorsLayout.Place]
  private let file: FileWriter
  /// The index of the tensor whose elements come next, and how many bytes of it are written.
  private var (index, written): (Int, Int)

  /// Begins a file and writes its header.
  /// - Parameter tensors: all that the file is to hold, in any order.
  /// - Throws: `SafetensorsError` for what the format does not have, before there is a file; `FileError`.
  public init(
    _ path: String, declaring tensors: [TensorDeclaration], metadata: [String: String] = [:]
  ) throws {
    let layout = try SafetensorsLayout(tensors, metadata: metadata)
    try self.init(layout, FileWriter(path))
  }

  /// Begins a checkpoint in a file, or goes on with it: where the file has this very header and whole tensors behind it,
  /// those stay. All else that it has is taken back.
  /// - Throws: as above.
  public init(into file: FileWriter, declaring tensors: [TensorDeclaration], metadata: [String: String] = [:]) throws {
    try self.init(SafetensorsLayout(tensors, metadata: metadata), file)
  }

  private init(_ layout: SafetensorsLayout, _ file: FileWriter) throws(FileError) {
    let ends = [0] + layout.places.map(\.range.upperBound)
    let whole = ends.lastIndex(of: file.written.bytes - layout.preamble.count)
    if whole == nil || !file.begins(with: layout.preamble) {
      try file.restart()
      try file.append(layout.preamble)
      index = 0
    } else {
      index = whole ?? 0
    }
    (places, self.file, written) = (layout.places, file, 0)
  }

  /// How many tensors, from the first in `order`, are written.
  public var wholeCount: Int { index < places.count && written == places[index].range.count ? index + 1 : index }

  /// The size and the digest of what the file has so far.
  public var mark: FileDigest { file.written }

  /// The tensors in the order in which their elements must come.
  public var order: [TensorDeclaration] { places.map(\.declaration) }

  /// Appends a piece of a tensor's elements, in C order, little-endian; half floats where they were declared. A tensor
  /// without elements needs none.
  /// - Throws: `SafetensorsError.dataOutOfTurn` when another tensor is due, `.dataNotAsDeclared` for more bytes than
  ///   the tensor has, in both cases before anything is written; `FileError`.
  public mutating func append(_ bytes: UnsafeRawBufferPointer, to name: String) throws {
    let due = try due(name)
    guard bytes.count <= due.range.count - written else {
      throw SafetensorsError.dataNotAsDeclared(
        tensor: name, expected: due.range.count, found: written + bytes.count)
    }
    try file.append(bytes)
    written += bytes.count
  }

  /// Appends a whole tensor, which was not declared to be of half floats.
  /// - Throws: `CheckpointError.wrongDType` or `.wrongShape` when it was declared otherwise, and as above.
  public mutating func append(_ tensor: Tensor, as name: String) throws {
    let declared = try due(name).declaration
    try CheckpointError.check(name, tensor.dtype, tensor.shape, against: declared.dtype, declared.shape)
    try tensor.withUnsafeBytes { try append($0, to: name) }
  }

  /// Puts the file in its place.
  /// - Returns: the file's size and digest.
  /// - Throws: `SafetensorsError.dataNotAsDeclared` when bytes are missing, `FileError`; there is then no new file.
  public consuming func finish() throws -> FileDigest {
    skipComplete(upTo: nil)
    if index < places.count {
      throw SafetensorsError.dataNotAsDeclared(
        tensor: places[index].declaration.name, expected: places[index].range.count, found: written)
    }
    return try file.finish()
  }

  /// The tensor whose elements come next, which must be the one of the given name.
  private mutating func due(_ name: String) throws(SafetensorsError) -> SafetensorsLayout.Place {
    skipComplete(upTo: name)
    guard index < places.count, places[index].declaration.name == name else {
      throw .dataOutOfTurn(tensor: name, expected: index < places.count ? places[index].declaration.name : nil)
    }
    return places[index]
  }

  /// Steps over tensors all of whose bytes are written, but not over the one of the given name.
  private mutating func skipComplete(upTo name: String?) {
    while index < places.count, written == places[index].range.count, places[index].declaration.name != name {
      (index, written) = (index + 1, 0)
    }
  }
}

extension Checkpoint {
  /// Writes the checkpoint as a safetensors file: the same values give the same bytes. Foreign tensors are left out.
  ///
  /// Tensors that are still in another file are read one after the other.
  /// - Returns: the file's size and digest.
  /// - Throws: `SafetensorsError` for a name or a size that the format does not have, `FileError`.
  public func write(to path: String) throws -> FileDigest {
    var writer = try CheckpointWriter(path, declaring: declarations, metadata: metadata)
    for declaration in writer.order { try writer.append(tensor(declaration.name), as: declaration.name) }
    return try writer.finish()
  }
}
