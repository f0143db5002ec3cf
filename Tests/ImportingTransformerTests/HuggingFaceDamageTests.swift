import Checkpoints
import Files
import ImportingTransformer
import TestSupport
import Tensors
import Testing
import Transformer

/// A damaged folder is an error of one line or another network, never a trap.
@Suite struct HuggingFaceDamageTests {
  private static let shards = ["a.safetensors", "b.safetensors"]

  private func folder() throws -> RawFolder {
    let folder = try RawFolder(
      try SmallNetwork(hiddenSize: 8, intermediateSize: 8, layers: 1, heads: 2, keyValueHeads: 1, vocabularySize: 4),
      half: .f16)
    try folder.writeConfiguration()
    let places = Dictionary(
      uniqueKeysWithValues: folder.tensors.keys.map { ($0, Self.shards[$0.contains("mlp") ? 0 : 1]) })
    for file in Self.shards { try folder.writeTensors(file) { places[$0] == file } }
    try folder.writeIndex(places)
    return folder
  }

  @Test func aShardCutAnywhereIsNamed() throws {
    let folder = try folder()
    let path = folder.folder.path("b.safetensors")
    let bytes = try WholeFile.read(path)
    for count in bytes.indices {
      try WholeFile.write(Array(bytes.prefix(count)), to: path)
      let line = line { _ = try HuggingFaceModel(folder.path) }
      if line?.hasPrefix("'b.safetensors': ") != true || line?.isOneLine != true {
        Issue.record("cut to \(count) bytes: \(line ?? "read")")
      }
    }
  }

  @Test func survivesRandomDamage() throws {
    let folder = try folder()
    let names = ["config.json", "model.safetensors.index.json"] + Self.shards
    let originals = try names.map { try WholeFile.read(folder.folder.path($0)) }
    var generator = SeededGenerator(seed: 78)
    var accepted = 0
    // Each round writes two files: fewer of them than where all is in memory.
    let rounds = damagedFiles / 50
    for round in 0..<rounds {
      let (path, original) = (folder.folder.path(names[round % 4]), originals[round % 4])
      var bytes = original
      // Of a shard the header: its first bytes.
      for _ in 0...generator.below(2) { damage(&bytes, in: 0..<min(bytes.count, 900), with: &generator) }
      try WholeFile.write(bytes, to: path)
      do {
        let model = try HuggingFaceModel(folder.path)
        accepted += 1
        for tensor in TransformerTensor.all(model.configuration) { _ = try model.weights(of: tensor) }
      } catch {
        if !(error is HuggingFaceError || error is TensorMisfit || error is FileError) || !"\(error)".isOneLine {
          Issue.record("round \(round), \(names[round % 4]): \(error)")
        }
      }
      try WholeFile.write(original, to: path)
    }
    #expect(accepted > rounds / 100 && accepted < rounds)
  }
}
