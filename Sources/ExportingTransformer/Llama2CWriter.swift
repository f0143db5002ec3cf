import Files
import Foundation
import Transformer
import TransformerFormats

/// Writes a network as a file of llama2.c, a piece of a tensor at a time; the file appears whole or not at all, as
/// `FileWriter` has it. (github.com/karpathy/llama2.c: export.py says the layouts.)
///
/// Tokens have no place in it: they stand in tokenizer.bin.
public struct Llama2CWriter: ~Copyable {
  /// Which of its layouts.
  public enum Form: Sendable, Equatable {
    /// Version 0, floats: what run.c reads.
    case v0
    /// Version 1, floats.
    case v1
    /// Version 2, signed bytes in groups of so many weights: what runq.c reads.
    case v2(groupSize: Int)

    /// Weights of a group, nil where they are floats.
    var groupSize: Int? { if case .v2(let size) = self { size } else { nil } }
  }

  /// The tensors in the order in which their weights must come.
  public let order: [TransformerTensor]
  private let configuration: TransformerConfiguration
  private let form: Form
  private let file: FileWriter
  private var turn: WriterTurn
  /// The scales of the tensor that is due, which follow its last byte.
  private var scales: [Float] = []

  /// Begins a file and writes its header.
  /// - Throws: `TransformerExportError.constant` for a base or an epsilon that run.c does not compute with, `.row` for
  ///   groups that do not fill rows; `FileError`.
  public init(_ path: String, _ configuration: TransformerConfiguration, as form: Form) throws {
    try Self.check(configuration, form)
    let file = try FileWriter(path)
    try file.append(Self.header(configuration, form))
    let order = Llama2CFormat.order(configuration, isMarked: form != .v0).compactMap(\.self)
    (self.order, self.configuration, self.form, self.file) = (order, configuration, form, file)
    turn = WriterTurn(order, configuration)
  }

  /// Appends rows of a tensor of floats.
  /// - Throws: `TransformerExportError` when another tensor is due, for more weights than it has, for a weight that is no
  ///   number, and for a matrix of version 2; `FileError`.
  public mutating func append(_ weights: UnsafeBufferPointer<Float>, to tensor: TransformerTensor) throws {
    guard !tensor.isMatrix || form.groupSize == nil else {
      throw TransformerExportError.integersOnly(tensor: tensor.name)
    }
    let start = try turn.take(weights.count, of: tensor)
    if let bad = weights.firstIndex(where: { !$0.isFinite }) {
      throw TransformerExportError.weight(tensor: tensor.name, form: "f32", index: start + bad, found: weights[bad])
    }
    try file.append(UnsafeRawBufferPointer(weights))
    try end(tensor)
  }

  /// Appends a matrix in integers to a file of version 2: its integers and scales stay what they are.
  /// - Throws: `TransformerExportError` when another tensor is due, for groups of another size or of other than 8 bits, and
  ///   for a norm or another version; `FileError`.
  /// - Precondition: the matrix has the tensor's sizes.
  public mutating func append(_ matrix: GroupedMatrix, to tensor: TransformerTensor) throws {
    guard tensor.isMatrix, let groupSize = form.groupSize else {
      throw TransformerExportError.floatsOnly(tensor: tensor.name)
    }
    let layout = matrix.layout
    precondition(tensor.shape(configuration) == [layout.out, layout.inner], "Llama2CWriter: a matrix of other sizes")
    guard layout.group == groupSize, layout.bits == .eight else {
      throw TransformerExportError.groups(
        tensor: tensor.name, expected: "\(groupSize) of 8 bits", found: layout)
    }
    _ = try turn.take(layout.out * layout.inner, of: tensor)
    try matrix.forEachPiece(matrix.appendIntegers) { try file.append($0) }
    for row in 0..<layout.out { scales += (0..<layout.groups).map { matrix.scale(row, group: $0) } }
    try end(tensor)
  }

  /// Puts the file in its place.
  /// - Returns: its size and digest.
  /// - Throws: `TransformerExportError.wrongCount` when weights are missing, `FileError`; there is then no new file.
  public consuming func finish() throws -> FileDigest {
    try turn.finish()
    return try file.finish()
  }

  /// Writes what follows a tensor that is complete: its scales, and after the last norm of version 0 the tables.
  private mutating func end(_ tensor: TransformerTensor) throws {
    guard turn.isComplete else { return }
    if !scales.isEmpty { try scales.withUnsafeBytes { try file.append($0) } }
    scales.removeAll(keepingCapacity: true)
    if form == .v0, tensor == .norm {
      try file.append(table { cos($0) })
      try file.append(table { sin($0) })
    }
  }

  /// A function of each position's angles, which run.c computes for itself.
  private func table(_ function: (Double) -> Double) -> [UInt8] {
    let pairs = configuration.headSize / 2
    let steps = (0..<pairs).map { pow(configuration.ropeTheta, -Double($0) / Double(pairs)) }
    return LittleEndian.bytes(
      (0..<configuration.contextLength).flatMap { position in
        steps.map { Float(function(Double(position) * $0)) }
      })
  }

  private static func check(
    _ configuration: TransformerConfiguration, _ form: Form
  ) throws(TransformerExportError) {
    let program = form.groupSize == nil ? "run.c" : "runq.c"
    guard configuration.ropeTheta == 10_000 else {
      throw .constant(
        program: program, key: "rope_theta", expected: "10000", found: "\(configuration.ropeTheta)")
    }
    guard configuration.normEpsilon == 1e-5 else {
      throw .constant(
        program: program, key: "rms_norm_eps", expected: "1e-05", found: "\(configuration.normEpsilon)")
    }
    guard let size = form.groupSize else { return }
    for (tensor, width) in [
      (TransformerTensor.embedding, configuration.hiddenSize), (.down(0), configuration.intermediateSize),
    ] where size < 1 || width % size != 0 {
      throw .row(tensor: tensor.name, form: "groups of llama2.c", multiple: size, found: width)
    }
  }

  private static func header(_ configuration: TransformerConfiguration, _ form: Form) -> [UInt8] {
    let tokens = configuration.vocabularySize
    let isUnmarked = form == .v0
    let sizes = [
      configuration.hiddenSize, configuration.intermediateSize, configuration.layers, configuration.heads,
      configuration.keyValueHeads, isUnmarked && !configuration.isTied ? -tokens : tokens, configuration.contextLength,
    ]
    let bytes = LittleEndian.bytes(sizes.map(Int32.init))
    if isUnmarked { return bytes }
    var header = LittleEndian.bytes([Llama2CFormat.magic, form == .v1 ? 1 : 2]) + bytes
    header.append(configuration.isTied ? 1 : 0)
    if let size = form.groupSize { header += LittleEndian.bytes([Int32(size)]) }
    return header + [UInt8](repeating: 0, count: Llama2CFormat.headerByteCount(isMarked: true) - header.count)
  }
}
