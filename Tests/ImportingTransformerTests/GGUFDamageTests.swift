import Files
import ImportingTransformer
import TestSupport
import Tensors
import Testing
import Transformer

/// A damaged file is an error of one line or another network, never a trap.
@Suite struct GGUFDamageTests {
  private func model(_ bytes: [UInt8]) throws -> GGUFModel { try GGUFModel(.inMemory(bytes), path: "a.gguf") }

  private func small() throws -> RawGGUF {
    RawGGUF(
      try SmallNetwork(hiddenSize: 8, intermediateSize: 8, layers: 1, heads: 2, keyValueHeads: 1, vocabularySize: 4))
  }

  @Test func isRefusedWhereverItIsCut() throws {
    let bytes = try small().bytes
    // Each tensor of this network is a multiple of 32 bytes: nothing at the file's end is padding.
    for count in bytes.indices {
      let line = line { _ = try model(Array(bytes.prefix(count))) }
      if line?.isOneLine != true { Issue.record("cut to \(count) bytes: \(line ?? "read")") }
    }
  }

  @Test func survivesRandomDamage() throws {
    let file = try small()
    var bytesFile = file
    bytesFile["tokenizer.ggml.model"] = .string("gpt2")
    bytesFile["tokenizer.ggml.pre"] = .string("smollm")
    bytesFile["tokenizer.ggml.tokens"] = .strings(["<|end|>", "a", "b", "ab"])
    bytesFile["tokenizer.ggml.token_type"] = .integers([3, 1, 1, 1])
    bytesFile["tokenizer.ggml.merges"] = .strings(["a b"])
    let originals = [file, bytesFile].map { (bytes: $0.bytes, header: $0.header.count) }
    var generator = SeededGenerator(seed: 77)
    var accepted = 0
    for round in 0..<damagedFiles {
      var (bytes, header) = originals[round % 2]
      for _ in 0...generator.below(3) {
        damage(&bytes, in: generator.below(8) == 0 ? 0..<bytes.count : 0..<header, with: &generator)
      }
      do {
        let model = try model(bytes)
        accepted += 1
        for tensor in TransformerTensor.all(model.configuration) { _ = try model.weights(of: tensor) }
      } catch {
        if !(error is GGUFError || error is TensorMisfit) || !"\(error)".isOneLine {
          Issue.record("round \(round): \(error)")
        }
      }
    }
    #expect(accepted > damagedFiles / 100 && accepted < damagedFiles)
  }
}
