import Checkpoints

extension Checkpoint {
  /// What the checkpoint came from: its own digest, and those that its metadata holds, in a fixed order.
  package func origin(sha256: String) -> [(key: String, value: String)] {
    let known = ["input_sha256", "config_sha256", "dataset", "dataset_sha256", "seed"]
    return [("checkpoint_sha256", sha256)] + known.compactMap { key in metadata[key].map { (key, $0) } }
  }
}
