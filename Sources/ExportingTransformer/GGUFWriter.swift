import Files
import Kernels
import Transformer
import TransformerFormats

/// Writes a network as a GGUF file of version 3, a piece of a tensor at a time; the file appears whole or not at all,
/// as `FileWriter` has it. Norms are F32, matrices of one type. What becomes integers was rounded before it came here.
///
/// ```
/// var writer = try GGUFWriter(path, configuration, matrices: .f16, keys: GGUFKeys.vocabulary(vocabulary))
/// for tensor in writer.order { try writer.append(rows(of: tensor), to: tensor) }
/// let digest = try writer.finish()
/// ```
public struct GGUFWriter: ~Copyable {
  /// The type of the matrices.
  public enum MatrixType: Sendable, CaseIterable {
    /// 32-bit floats.
    case f32
    /// IEEE 754 binary16; weights are rounded to the nearest, of two the even.
    case f16
    /// Blocks of 32 signed bytes with a scale in binary16.
    case q8_0
    /// Blocks of 32 integers of 4 bits with a scale in binary16.
    case q4_0

    /// What the format calls it.
    var type: GGUFTensorType {
      switch self {
      case .f32: .f32
      case .f16: .f16
      case .q8_0: .q8_0
      case .q4_0: .q4_0
      }
    }
    /// Bits of its integers; nil of floats.
    var bits: GroupBits? {
      switch self {
      case .f32, .f16: nil
      case .q8_0: .eight
      case .q4_0: .four
      }
    }
    /// What llama.cpp calls a file that is mostly of it.
    var fileType: UInt32 { self == .q8_0 ? 7 : type.rawValue }
    /// Weights and bytes of a block.
    var block: (weights: Int, bytes: Int) { type.block }
  }

  /// The tensors in the order in which their weights must come.
  public let order: [TransformerTensor]
  private let configuration: TransformerConfiguration
  private let matrices: MatrixType
  private let file: FileWriter
  private var turn: WriterTurn

  private static let alignment = 32

  /// Begins a file and writes its header.
  /// - Parameter keys: what it says beside the network's sizes: its tokens, a name.
  /// - Throws: `TransformerExportError.row` when rows do not fill blocks, `.vocabulary` for tokens that are not
  ///   as many as the embedding's rows; `FileError`.
  public init(
    _ path: String, _ configuration: TransformerConfiguration, matrices: MatrixType, keys: [(String, GGUFValue)] = []
  ) throws {
    let order = TransformerTensor.all(configuration)
    let header = try Self.header(order, configuration, matrices, keys)
    let file = try FileWriter(path)
    try file.append(header)
    (self.order, self.configuration, self.matrices, self.file) = (order, configuration, matrices, file)
    turn = WriterTurn(order, configuration)
  }

  /// Appends rows of a tensor of floats, which become of its type.
  /// - Throws: `TransformerExportError` when another tensor is due, for more weights than it has, for a weight that is no
  ///   number or too large for its type, and for a matrix of a type of integers; `FileError`.
  public mutating func append(_ weights: UnsafeBufferPointer<Float>, to tensor: TransformerTensor) throws {
    let type = tensor.isMatrix ? matrices : .f32
    guard type.bits == nil else { throw TransformerExportError.integersOnly(tensor: tensor.name) }
    let start = try turn.take(weights.count, of: tensor)
    let halves = type == .f16 ? weights.map { Float16($0) } : []
    if let bad = weights.firstIndex(where: { !$0.isFinite }) ?? halves.firstIndex(where: { !$0.isFinite }) {
      throw TransformerExportError.weight(
        tensor: tensor.name, form: "\(type.type)", index: start + bad, found: weights[bad])
    }
    if type == .f16 {
      try halves.withUnsafeBytes { try file.append($0) }
    } else {
      try file.append(UnsafeRawBufferPointer(weights))
    }
    try pad(tensor)
  }

  /// Appends a matrix in integers to a file of Q8_0 or Q4_0: its integers and scales stay what they are.
  /// - Throws: `TransformerExportError` when another tensor is due, for groups and bits that are not those of the type, and
  ///   for a norm or a type of floats; `FileError`.
  /// - Precondition: the matrix has the tensor's sizes.
  public mutating func append(_ matrix: GroupedMatrix, to tensor: TransformerTensor) throws {
    guard tensor.isMatrix, let bits = matrices.bits else {
      throw TransformerExportError.floatsOnly(tensor: tensor.name)
    }
    let layout = matrix.layout
    precondition(tensor.shape(configuration) == [layout.out, layout.inner], "GGUFWriter: a matrix of other sizes")
    guard layout.group == matrices.block.weights, layout.bits == bits else {
      throw TransformerExportError.groups(
        tensor: tensor.name, expected: "\(matrices.block.weights) of \(bits.rawValue) bits", found: layout)
    }
    _ = try turn.take(layout.out * layout.inner, of: tensor)
    try matrix.forEachPiece(matrix.appendBlocks) { try file.append($0) }
    try pad(tensor)
  }

  /// Puts the file in its place.
  /// - Returns: its size and digest.
  /// - Throws: `TransformerExportError.wrongCount` when weights are missing, `FileError`; there is then no new file.
  public consuming func finish() throws -> FileDigest {
    try turn.finish()
    return try file.finish()
  }

  /// Fills up what a whole tensor leaves of the alignment.
  private func pad(_ tensor: TransformerTensor) throws {
    guard turn.isComplete else { return }
    let bytes = Self.byteCount(tensor, configuration, matrices)
    try file.append([UInt8](repeating: 0, count: Self.padded(bytes) - bytes))
  }

  private static func padded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

  private static func byteCount(
    _ tensor: TransformerTensor, _ configuration: TransformerConfiguration, _ matrices: MatrixType
  ) -> Int {
    let block = (tensor.isMatrix ? matrices : .f32).block
    return tensor.shape(configuration).count / block.weights * block.bytes
  }

  private static func header(
    _ order: [TransformerTensor], _ configuration: TransformerConfiguration, _ matrices: MatrixType,
    _ keys: [(String, GGUFValue)]
  ) throws(TransformerExportError) -> [UInt8] {
    let keys = GGUFKeys.configuration(configuration, fileType: matrices.fileType) + keys
    if case .strings(let tokens)? = keys.first(where: { $0.0 == GGUFKey.tokens })?.1 {
      guard tokens.count == configuration.vocabularySize else {
        throw .vocabulary(expected: "\(configuration.vocabularySize) tokens", found: "\(tokens.count)")
      }
    }
    var bytes = Array("GGUF".utf8) + LittleEndian.bytes([3 as UInt32])
    bytes += LittleEndian.bytes([UInt64(order.count), UInt64(keys.count)])
    for (key, value) in keys { bytes += GGUFValue.string(Array(key.utf8)) + value.bytes }
    var offset = 0
    for tensor in order {
      let (type, sizes) = (tensor.isMatrix ? matrices : .f32, tensor.shape(configuration).dimensions)
      let width = sizes.last ?? 1
      guard width % type.block.weights == 0 else {
        throw .row(tensor: tensor.name, form: "\(type)", multiple: type.block.weights, found: width)
      }
      bytes += GGUFValue.string(Array(tensor.ggufName.utf8)) + LittleEndian.bytes([UInt32(sizes.count)])
      bytes += LittleEndian.bytes(sizes.reversed().map(UInt64.init))
      bytes += LittleEndian.bytes([type.type.rawValue]) + LittleEndian.bytes([UInt64(offset)])
      offset += padded(byteCount(tensor, configuration, matrices))
    }
    return bytes + [UInt8](repeating: 0, count: padded(bytes.count) - bytes.count)
  }
}
