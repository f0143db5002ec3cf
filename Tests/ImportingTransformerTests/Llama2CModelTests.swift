import Files
import Foundation
import ImportingTransformer
import TestSupport
import Tensors
import Testing
import Transformer

/// Files of llama2.c: the layouts are those of its export.py.
@Suite struct Llama2CModelTests {
  private func model(_ bytes: [UInt8]) throws -> Llama2CModel { try Llama2CModel(.inMemory(bytes), path: "a.bin") }

  private func refusal(_ bytes: [UInt8]) -> String? { line { _ = try model(bytes) } }

  @Test(arguments: [true, false]) func version0IsRead(_ isTied: Bool) throws {
    let network = try SmallNetwork(isTied: isTied)
    let model = try model(RawLlama2C.v0(network))
    try network.expectEqual(model)
    #expect(model.storage(of: .query(0)) == .f32 && model.vocabulary == nil && model.notes.isEmpty)
  }

  @Test(arguments: [true, false]) func version1IsRead(_ isTied: Bool) throws {
    let network = try SmallNetwork(isTied: isTied)
    try network.expectEqual(model(RawLlama2C.v1(network)))
  }

  @Test(arguments: [(true, 32), (false, 32), (true, 1), (false, 8)])
  func version2IsRead(_ isTied: Bool, _ groupSize: Int) throws {
    let (bytes, rounded) = RawLlama2C.v2(try SmallNetwork(isTied: isTied), groupSize: groupSize)
    let model = try model(bytes)
    try rounded.expectEqual(model)
    #expect(model.storage(of: .embedding) == .groups(groupSize) && model.storage(of: .norm) == .f32)
  }

  @Test func aFileIsItsHeadersSizeOrRefused() throws {
    let network = try SmallNetwork()
    let files = [RawLlama2C.v0(network), RawLlama2C.v1(network), RawLlama2C.v2(network, groupSize: 32).bytes]
    for (version, bytes) in files.enumerated() {
      for count in 0..<bytes.count {
        guard let line = refusal(Array(bytes.prefix(count))) else {
          Issue.record("v\(version) cut to \(count) bytes is read")
          continue
        }
        if !line.isOneLine { Issue.record("\(line)") }
      }
      #expect(
        refusal(bytes + [0])
          == "expected \(bytes.count) bytes for its header (v\(version): dim 32, hidden_dim 64, n_layers 2, n_heads 4, "
          + "n_kv_heads 2, vocab_size 12, max_seq_len 10, classifier separate\(version == 2 ? ", groups of 32" : "")), "
          + "found \(bytes.count + 1) bytes; the file is damaged, or not of llama2.c")
    }
  }

  /// What a field of version 0's header may not be.
  @Test(
    arguments: [
      (0, 0, "hidden_size"), (0, -32, "hidden_size"), (0, .max, "hidden_size"), (1, 0, "intermediate_size"),
      (2, -1, "num_hidden_layers"), (2, 5000, "num_hidden_layers"), (3, 5, "num_attention_heads"),
      (3, 32, "num_attention_heads"), (4, 3, "num_key_value_heads"), (4, 0, "num_key_value_heads"),
      (5, 0, "vocab_size"), (5, .min, "vocab_size"), (6, 0, "max_position_embeddings"),
    ] as [(Int, Int32, String)])
  func aSizeThatNoNetworkHasIsNamed(_ field: Int, _ value: Int32, _ key: String) throws {
    var bytes = RawLlama2C.v0(try SmallNetwork())
    bytes.replaceSubrange(4 * field..<4 * field + 4, with: littleEndian([value]))
    let line = try #require(refusal(bytes))
    #expect(line.hasPrefix("not a file of llama2.c: as a header without a sign (v0), \(key): expected "))
    #expect(line.isOneLine)
  }

  @Test func theLargestSizesOverflowNothing() throws {
    var bytes = RawLlama2C.v0(try SmallNetwork())
    let sizes: [Int32] = [1 << 24, 1 << 24, 4096, 1, 1, 1 << 24, 1 << 24]
    bytes.replaceSubrange(0..<28, with: littleEndian(sizes))
    #expect(
      try #require(refusal(bytes)).hasPrefix("expected more bytes than a file has for its header (v0: dim 16777216"))
  }

  @Test func versionsAndFlagsAreHeld() throws {
    let network = try SmallNetwork()
    var bytes = RawLlama2C.v1(network)
    bytes[4] = 3
    #expect(refusal(bytes) == "a file of llama2.c: expected version 1 or 2, found 3")
    bytes[4] = 1
    bytes[36] = 2
    #expect(refusal(bytes) == "a file of llama2.c: expected 0 or 1 at byte 36 (shared classifier), found 2")
    bytes[36] = 0
    bytes.replaceSubrange(28..<32, with: littleEndian([Int32(-12)]))
    #expect(refusal(bytes) == "a file of llama2.c v1: vocab_size: expected a number above 0, found -12")
    #expect(
      refusal(Array("24ka".utf8)) == "not a file of llama2.c: expected a header of 28 bytes, found 4 bytes in all")
  }

  @Test(arguments: [0, -32, 3, 48, 64, .max] as [Int32]) func groupsFillRows(_ size: Int32) throws {
    var bytes = RawLlama2C.v2(try SmallNetwork(), groupSize: 32).bytes
    bytes.replaceSubrange(37..<41, with: littleEndian([size]))
    #expect(
      refusal(bytes)
        == "a file of llama2.c v2: expected a group size that divides dim 32 and hidden_dim 64, found \(size); "
        + "export again with one that does (runq.c computes wrongly with this file)")
  }

  @Test func survivesRandomDamage() throws {
    let network = try SmallNetwork(hiddenSize: 8, intermediateSize: 8, layers: 1, heads: 2, vocabularySize: 3)
    let originals = [RawLlama2C.v0(network), RawLlama2C.v1(network), RawLlama2C.v2(network, groupSize: 8).bytes]
    var generator = SeededGenerator(seed: 5)
    var accepted = 0
    for round in 0..<damagedFiles {
      var bytes = originals[round % 3]
      let header = round % 3 == 0 ? 28 : 48
      for _ in 0...generator.below(3) {
        damage(&bytes, in: generator.below(4) == 0 ? 0..<bytes.count : 0..<header, with: &generator)
      }
      do {
        let model = try model(bytes)
        accepted += 1
        for tensor in TransformerTensor.all(model.configuration) { _ = try model.weights(of: tensor) }
      } catch let error as Llama2CError {
        if !error.description.isOneLine { Issue.record("round \(round): \(error)") }
      }
    }
    #expect(accepted > damagedFiles / 100 && accepted < damagedFiles)
  }

  // MARK: A file made elsewhere

  @Test(.enabled("\(Stories.absence)") { Stories.isThere })
  func aFileOfAnotherProgramIsRead() throws {
    let model = try Llama2CModel(Stories.path("stories260K.bin"))
    let expected = try TransformerConfiguration(
      hiddenSize: 64, intermediateSize: 172, layers: 5, heads: 8, keyValueHeads: 4, vocabularySize: 512,
      contextLength: 512, isTied: true)
    #expect(model.configuration == expected)
    #expect(
      model.files.map(\.digest) == [
        FileDigest(bytes: 1_056_540, sha256: "b0a507e7ad0f626624f17112325e66691f9076d622e1d3274d103d00299f2696")
      ])
    // What Python's struct finds at these places of the file.
    let embedding = try read(model, .embedding, 0..<1, width: 64)
    #expect(embedding.prefix(2) == [-0.29474878311157227, 0.5618956089019775])
    #expect(try model.weights(of: .norm).suffix(2) == [1.4526383876800537, 1.7077769041061401])
    #expect(try read(model, .up(4), 171..<172, width: 64).suffix(2) == [0.282762736082077, 0.10603193938732147])
    for tensor in TransformerTensor.all(expected) {
      #expect(try model.weights(of: tensor).allSatisfy { abs($0) < 100 && $0.isFinite })
    }
  }
}
