import Files
import Tensors

/// A network's tensors by name, and what the file says about itself: what one safetensors file holds.
///
/// It knows no layers: a name is only a name. What comes from a file stays there until it is asked for, and is read
/// anew each time. Equality follows the elements' own, so a checkpoint that holds a NaN does not equal itself; compare
/// encoded bytes where that matters.
public struct Checkpoint: Sendable, Equatable {
  /// A tensor in memory, or one in a file.
  private enum Held {
    case tensor(Tensor)
    case view(TensorView)

    var tensor: Tensor {
      switch self {
      case .tensor(let tensor): tensor
      case .view(let view): view.tensor
      }
    }

    var kind: (dtype: DType, shape: Shape) {
      switch self {
      case .tensor(let tensor): (tensor.dtype, tensor.shape)
      case .view(let view): (view.dtype, view.shape)
      }
    }
  }

  private var held: [String: Held]
  /// Those by name that the file holds and Octavo does not, for their elements' type: `I64`, say.
  public var foreign: [String: ForeignTensor]
  /// The file's `__metadata__`: stage, digests of inputs, numeric profile and the like, all strings.
  public var metadata: [String: String]

  /// A checkpoint of the given tensors and metadata.
  public init(
    tensors: [String: Tensor] = [:], foreign: [String: ForeignTensor] = [:], metadata: [String: String] = [:]
  ) {
    held = tensors.mapValues(Held.tensor)
    self.foreign = foreign
    self.metadata = metadata
  }

  /// A checkpoint of a file's tensors.
  init(views: [String: TensorView], foreign: [String: ForeignTensor], metadata: [String: String]) {
    held = views.mapValues(Held.view)
    self.foreign = foreign
    self.metadata = metadata
  }

  /// Whether both hold the same; all their tensors are read for it.
  public static func == (left: Checkpoint, right: Checkpoint) -> Bool {
    left.metadata == right.metadata && left.foreign == right.foreign && left.tensors == right.tensors
  }

  /// The tensors by name: all of them, read. For one, ask for `tensor(_:)`.
  public var tensors: [String: Tensor] {
    get { held.mapValues(\.tensor) }
    set { held = newValue.mapValues(Held.tensor) }
  }

  /// Name, type and shape of each tensor, in no order; none is read.
  public var declarations: [TensorDeclaration] {
    held.map { name, held in TensorDeclaration(name, held.kind.dtype, held.kind.shape) }
  }

  /// The tensor of the given name where it lies in its file, nil where there is none or it lies in memory.
  public func view(_ name: String) -> TensorView? {
    if case .view(let view)? = held[name] { view } else { nil }
  }

  /// The tensor of the given name.
  /// - Throws: `CheckpointError.missingTensor` or `.foreignTensor`.
  public func tensor(_ name: String) throws -> Tensor { try find(name).tensor }

  /// The tensor of the given name, type and shape; a nil shape accepts every shape. One that does not fit is not read.
  /// - Throws: `CheckpointError.missingTensor`, `.foreignTensor`, `.wrongDType` or `.wrongShape`.
  public func tensor(_ name: String, dtype: DType, shape: Shape? = nil) throws -> Tensor {
    let found = try find(name)
    try CheckpointError.check(name, found.kind.dtype, found.kind.shape, against: dtype, shape)
    return found.tensor
  }

  private func find(_ name: String) throws(CheckpointError) -> Held {
    if let found = held[name] { return found }
    if let tensor = foreign[name] { throw .foreignTensor(name, tensor) }
    throw .missingTensor(name)
  }

  /// The elements of a tensor of 32-bit floats; a nil shape accepts every shape. Likewise below.
  /// - Throws: `CheckpointError.missingTensor`, `.wrongDType` or `.wrongShape`.
  public func f32(_ name: String, shape: Shape? = nil) throws -> [Float] {
    try tensor(name, dtype: .f32, shape: shape).f32 ?? []
  }

  /// The elements of a tensor of signed bytes.
  public func s8(_ name: String, shape: Shape? = nil) throws -> [Int8] {
    try tensor(name, dtype: .s8, shape: shape).s8 ?? []
  }

  /// The elements of a tensor of unsigned bytes.
  public func u8(_ name: String, shape: Shape? = nil) throws -> [UInt8] {
    try tensor(name, dtype: .u8, shape: shape).u8 ?? []
  }

  /// The elements of a tensor of signed 32-bit integers.
  public func s32(_ name: String, shape: Shape? = nil) throws -> [Int32] {
    try tensor(name, dtype: .s32, shape: shape).s32 ?? []
  }

  /// The metadata's value for a key.
  /// - Throws: `CheckpointError.missingMetadata`.
  public func metadataValue(_ key: String) throws -> String {
    guard let value = metadata[key] else { throw CheckpointError.missingMetadata(key) }
    return value
  }
}

/// A checkpoint that does not hold what its reader needs. The caller adds the file's name.
public enum CheckpointError: Error, Equatable, CustomStringConvertible {
  /// No tensor has this name.
  case missingTensor(String)
  /// The tensor of this name has elements that Octavo does not hold.
  case foreignTensor(String, ForeignTensor)
  /// The metadata has no such key.
  case missingMetadata(String)
  /// The tensor of this name has another element type.
  case wrongDType(String, expected: DType, found: DType)
  /// The tensor of this name has another shape.
  case wrongShape(String, expected: Shape, found: Shape)

  /// One line: what is wrong with which name.
  public var description: String {
    switch self {
    case .missingTensor(let name):
      "tensor \(quoted(name)) is missing"
    case .foreignTensor(let name, let found):
      "tensor \(quoted(name)): expected f32, s8, u8 or s32, found \(found.dtype) \(listed(found.shape.dimensions))"
    case .missingMetadata(let key):
      "metadata key \(quoted(key)) is missing"
    case .wrongDType(let name, let expected, let found):
      "tensor \(quoted(name)): expected dtype \(expected.rawValue), found \(found.rawValue)"
    case .wrongShape(let name, let expected, let found):
      "tensor \(quoted(name)): expected shape \(expected), found \(listed(found.dimensions))"
    }
  }

  /// Checks a tensor's type and shape; a nil shape accepts every shape.
  static func check(
    _ name: String, _ dtype: DType, _ shape: Shape, against expected: DType, _ expectedShape: Shape?
  ) throws(CheckpointError) {
    guard dtype == expected else { throw .wrongDType(name, expected: expected, found: dtype) }
    if let expectedShape, shape != expectedShape { throw .wrongShape(name, expected: expectedShape, found: shape) }
  }
}
