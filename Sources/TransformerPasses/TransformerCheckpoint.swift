import Checkpoints
import Foundation
import Tensors
import Transformer
import TransformerFormats

/// A network of Llama's architecture as a checkpoint holds it: its sizes in the metadata, its tensors by name.
public struct TransformerCheckpoint: Sendable {
  /// The network's sizes.
  public let configuration: TransformerConfiguration
  /// How its matrices became integers; nil where they are float.
  public let scheme: TransformerScheme?
  /// The file.
  public let checkpoint: Checkpoint

  /// The network of a checkpoint, whose tensors' types and shapes are held against its sizes. None is read.
  /// - Throws: `CheckpointError`, `TransformerSchemeError`, `TransformerCheckpointError`, naming all tensors that are missing.
  public init(_ checkpoint: Checkpoint) throws {
    self.checkpoint = checkpoint
    configuration = try Self.decode(checkpoint, TransformerMetadata.configurationKey)
    scheme =
      checkpoint.metadata[TransformerMetadata.schemeKey] == nil
      ? nil : try Self.decode(checkpoint, TransformerMetadata.schemeKey)
    try scheme?.validate(for: configuration)
    try check()
  }

  private static func decode<Value: Decodable>(_ checkpoint: Checkpoint, _ key: String) throws -> Value {
    let text = try checkpoint.metadataValue(key)
    do {
      return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    } catch let error as TransformerConfigurationError {
      throw error
    } catch {
      throw TransformerCheckpointError.metadata(key)
    }
  }

  private func check() throws {
    var missing: [String] = []
    for tensor in TransformerTensor.all(configuration) {
      for part in Self.parts(of: tensor, configuration, scheme: scheme) {
        guard let view = checkpoint.view(part.name) else {
          if let found = checkpoint.foreign[part.name] { throw Self.mistyped(part, found) }
          missing.append(part.name)
          continue
        }
        guard view.dtype == part.dtype, part.half == nil || view.half == part.half else {
          throw CheckpointError.wrongDType(part.name, expected: part.dtype, found: view.dtype)
        }
        guard view.shape == part.shape else {
          throw CheckpointError.wrongShape(part.name, expected: part.shape, found: view.shape)
        }
      }
    }
    if !missing.isEmpty { throw TransformerCheckpointError.missing(missing) }
  }

  /// The complaint of a tensor whose elements' type Octavo does not hold.
  private static func mistyped(_ part: TensorDeclaration, _ found: ForeignTensor) -> TransformerCheckpointError {
    let expected = part.dtype == .f32 ? "F32, F16 or BF16" : part.dtype.rawValue
    return .type(part.name, expected: expected, found: found.dtype)
  }

  /// What a tensor is in a file: itself, or integers, scales and, of rows, sums.
  static func parts(
    of tensor: TransformerTensor, _ configuration: TransformerConfiguration, scheme: TransformerScheme?
  ) -> [TensorDeclaration] {
    let (name, shape) = (tensor.name, tensor.shape(configuration))
    guard let scheme, tensor.isMatrix else { return [.init(name, .f32, shape)] }
    if let layout = scheme.groupLayout(out: shape[0], inner: shape[1]) {
      return [
        .init(name, layout.bits == .four ? .u8 : .s8, Shape(layout.shape)),
        .init(scaleName(tensor), .f16, Shape(layout.scaleShape)),
      ]
    }
    return [
      .init(name, .s8, Shape(PackedMatrix.shape(out: shape[0], inner: shape[1]))),
      .init(scaleName(tensor), .f32, [shape[0]]),
      .init(sumName(tensor), .s32, [shape[0]]),
    ]
  }

  /// The tensors of a matrix's scales, of its rows' sums, and of the scale of what it multiplies.
  static func scaleName(_ tensor: TransformerTensor) -> String { tensor.name + ".scale" }
  static func sumName(_ tensor: TransformerTensor) -> String { tensor.name + ".sum" }
  static func inputScaleName(_ tensor: TransformerTensor) -> String { tensor.name + ".input_scale" }

  /// The network's weights, ready for an engine. Integers stay where the file has them.
  /// - Throws: `CheckpointError`.
  public func weights() throws -> TransformerWeights {
    guard let scheme else { return try TransformerWeights(configuration) { try checkpoint.f32($0.name) } }
    return try TransformerWeights(
      configuration, scheme: scheme, norm: { try checkpoint.f32($0.name) }, matrix: matrix,
      activationScale: { try checkpoint.f32(Self.inputScaleName($0), shape: [1])[0] }, outliers: outliers)
  }

  /// A matrix whose scales belong to groups, where the file has it; nil where the checkpoint's are others.
  /// - Throws: `CheckpointError`.
  public func groupedMatrix(_ tensor: TransformerTensor) throws -> GroupedMatrix? {
    let shape = tensor.shape(configuration)
    guard let layout = scheme?.groupLayout(out: shape[0], inner: shape[1]) else { return nil }
    // A view keeps the file mapped, and the address with it.
    let (integers, scales) = (try view(tensor.name), try view(Self.scaleName(tensor)))
    return GroupedMatrix(
      layout, integers: try Self.memory(integers, tensor.name),
      scales: try Self.memory(scales, Self.scaleName(tensor)), owner: [integers, scales])
  }

  /// A matrix in integers, where the file has it.
  private func matrix(_ tensor: TransformerTensor) throws -> QuantizedMatrix {
    if let matrix = try groupedMatrix(tensor) { return .groups(matrix) }
    let (shape, integers) = (tensor.shape(configuration), try view(tensor.name))
    return .rows(
      PackedMatrix(
        out: shape[0], inner: shape[1], scales: try checkpoint.f32(Self.scaleName(tensor)),
        sums: try checkpoint.s32(Self.sumName(tensor)), integers: try Self.memory(integers, tensor.name),
        owner: integers))
  }

  private func view(_ name: String) throws(CheckpointError) -> TensorView {
    guard let view = checkpoint.view(name) else { throw .missingTensor(name) }
    return view
  }

  private static func memory<Element>(_ view: TensorView, _ name: String) throws -> UnsafePointer<Element> {
    let first = view.withUnsafeBytes { $0.bindMemory(to: Element.self).baseAddress }
    guard let first else { throw CheckpointError.missingTensor(name) }
    return first
  }
}

/// A checkpoint that holds no whole network.
public enum TransformerCheckpointError: Error, Equatable, CustomStringConvertible {
  /// A key that says what no stage wrote.
  case metadata(String)
  /// Tensors that are not there.
  case missing([String])
  /// A tensor of elements that Octavo does not hold, in the file's words.
  case type(String, expected: String, found: String)
  /// Channels of outliers that rows of so many values do not have, or that do not ascend.
  case outliers(String, width: Int)

  /// One line.
  public var description: String {
    switch self {
    case .outliers(let name, let width):
      "tensor '\(name)': expected ascending channels of 0 to \(width - 1), found others; convert the float model again"
    case .type(let name, let expected, let found):
      "tensor '\(name)': expected \(expected), found \(found); import the model again"
    case .metadata(let key): "metadata key '\(key)': expected what import-transformer writes, found other text"
    case .missing(let names):
      "\(names.count) tensors are missing: \(LayerNames.merged(names).joined(separator: ", "))"
    }
  }
}
