import Checkpoints
import Files
import Tensors

/// A file of tensors that another program wrote, as PyTorch saves a module's `state_dict()`: names, types and shapes,
/// and no word of what is computed with them.
public struct StateDict: Sendable {
  /// What the file says of a tensor.
  public struct Entry: Sendable, Equatable {
    /// The tensor's name, `layer1.0.conv1.weight`.
    public let name: String
    /// The type of its elements, in the file's own word: `F16`.
    public let type: String
    /// The size of each dimension.
    public let shape: Shape

    /// A tensor of the given name, type and shape.
    public init(_ name: String, _ type: String, _ shape: Shape) {
      (self.name, self.type, self.shape) = (name, type, shape)
    }
  }

  /// The tensors, in the order in which a person counts names: `net.2` before `net.10`.
  public let entries: [Entry]
  /// Names under which a tensor was left out, for it stands there under another already, and that other name:
  /// `safetensors.torch.save_model` writes tied tensors so.
  public let ties: [String: String]
  private let checkpoint: Checkpoint

  /// The tensors of a checkpoint.
  public init(_ checkpoint: Checkpoint) {
    var entries: [String: Entry] = [:]
    for tensor in checkpoint.declarations {
      let type = checkpoint.view(tensor.name)?.storedType ?? Self.words[tensor.dtype] ?? ""
      entries[tensor.name] = Entry(tensor.name, type, tensor.shape)
    }
    for (name, tensor) in checkpoint.foreign { entries[name] = Entry(name, tensor.dtype, tensor.shape) }
    ties = checkpoint.metadata.filter { entries[$0.key] == nil && entries[$0.value] != nil }
    for (name, kept) in ties { entries[name] = entries[kept].map { Entry(name, $0.type, $0.shape) } }
    self.entries = entries.values.sorted { NaturalOrder.precedes($0.name, $1.name) }
    self.checkpoint = checkpoint
  }

  /// The tensors of a file.
  /// - Throws: `ImportError.notSafetensors`, `SafetensorsError`.
  public init(_ file: FileBytes) throws {
    do {
      self.init(try Safetensors.decode(file))
    } catch {
      if let format = Self.otherFormat(of: file) { throw ImportError.notSafetensors(found: format) }
      throw error
    }
  }

  /// The tensor of the given name, which must be one of `entries`, read; half floats widened.
  /// - Throws: `CheckpointError` for a name that is none, or one of a type that Octavo does not hold.
  func tensor(_ name: String) throws -> Tensor { try checkpoint.tensor(ties[name] ?? name) }

  private static let words: [DType: String] = [.f32: "F32", .s8: "I8", .u8: "U8", .s32: "I32"]

  /// What else a file is, by its first bytes.
  private static func otherFormat(of file: FileBytes) -> String? {
    let start = file.withUnsafeBytes { Array($0.prefix(4)) }
    if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return "a zip archive, as torch.save writes" }
    return start.starts(with: [0x80]) ? "a pickle, as torch.save once wrote" : nil
  }
}
