import Tensors

/// A network's tensors by name, and what the file says about itself: what one safetensors file holds.
///
/// It knows no layers: a name is only a name. Equality follows the elements' own, so a checkpoint that holds a
/// NaN does not equal itself; compare encoded bytes where that matters.
public struct Checkpoint: Sendable, Equatable {
  /// The tensors by name.
  public var tensors: [String: Tensor]
  /// Those by name that the file holds and Octavo does not, for their elements' type: `I64`, say.
  public var foreign: [String: ForeignTensor]
  /// The file's `__metadata__`: stage, digests of inputs, numeric profile and the like, all strings.
  public var metadata: [String: String]

  /// A checkpoint of the given tensors and metadata.
  public init(
    tensors: [String: Tensor] = [:], foreign: [String: ForeignTensor] = [:], metadata: [String: String] = [:]
  ) {
    self.tensors = tensors
    self.foreign = foreign
    self.metadata = metadata
  }

  /// The tensor of the given name.
  /// - Throws: `CheckpointError.missingTensor` or `.foreignTensor`.
  public func tensor(_ name: String) throws -> Tensor {
    if let tensor = tensors[name] { return tensor }
    if let tensor = foreign[name] { throw CheckpointError.foreignTensor(name, tensor) }
    throw CheckpointError.missingTensor(name)
  }

  /// The tensor of the given name, type and shape; a nil shape accepts every shape.
  /// - Throws: `CheckpointError.missingTensor`, `.wrongDType` or `.wrongShape`.
  public func tensor(_ name: String, dtype: DType, shape: Shape? = nil) throws -> Tensor {
    let tensor = try tensor(name)
    guard tensor.dtype == dtype else {
      throw CheckpointError.wrongDType(name, expected: dtype, found: tensor.dtype)
    }
    if let shape, tensor.shape != shape {
      throw CheckpointError.wrongShape(name, expected: shape, found: tensor.shape)
    }
    return tensor
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
}
