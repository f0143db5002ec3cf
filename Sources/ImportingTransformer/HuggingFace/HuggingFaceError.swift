import Checkpoints
import Files
import Transformer

/// Why a folder is no model of Hugging Face that Octavo reads. The caller adds the folder's name.
public enum HuggingFaceError: Error, Sendable, CustomStringConvertible {
  /// A JSON file longer than any of its kind.
  case fileTooLong(String, limit: Int, found: Int)
  /// A file that should be JSON.
  case notJSON(String)
  /// A value of config.json that Octavo does not compute with, or that is none.
  case key(String, expected: String, found: String)
  /// A size that no network has.
  case configuration(TransformerConfigurationError)
  /// Weights as PyTorch saves them.
  case pickled(String)
  /// A folder without weights.
  case noWeights
  /// An index whose map is none, or names no file of its folder.
  case index(problem: String)
  /// A file of weights that cannot be read as one.
  case shard(String, SafetensorsError)
  /// A tensor that two files hold.
  case twice(tensor: String, first: String, second: String)
  /// Tensors that the index says are in a file, and are not.
  case notInShard(tensor: String, file: String, others: Int)

  /// One line.
  public var description: String {
    switch self {
    case .fileTooLong(let name, let limit, let found):
      "\(quoted(name)): expected at most \(limit) bytes, found \(found)"
    case .notJSON(let name): "\(quoted(name)) is not JSON"
    case .key(let key, let expected, let found): "config.json: \(key): expected \(expected), found \(found)"
    case .configuration(let error): "config.json: \(error)"
    case .pickled(let name):
      "expected model.safetensors or model.safetensors.index.json, found \(quoted(name)), which PyTorch pickled; "
        + "save the model with save_pretrained(…, safe_serialization=True)"
    case .noWeights: "expected model.safetensors or model.safetensors.index.json beside config.json, found neither"
    case .index(let problem): "model.safetensors.index.json: \(problem)"
    case .shard(let name, let error): "\(quoted(name)): \(error)"
    case .twice(let tensor, let first, let second):
      "tensor \(quoted(tensor)) stands in \(quoted(first)) and in \(quoted(second))"
    case .notInShard(let tensor, let file, let others):
      "model.safetensors.index.json: tensor \(quoted(tensor)) is not in \(quoted(file))"
        + (others > 0 ? ", nor are \(others) others where it says" : "")
    }
  }
}
