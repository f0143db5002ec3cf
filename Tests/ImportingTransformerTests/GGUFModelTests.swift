import Files
import ImportingTransformer
import TestSupport
import Tensors
import Testing
import Tokenizers
import Transformer

@Suite struct GGUFModelTests {
  private let network: SmallNetwork
  private let file: RawGGUF

  init() throws {
    network = try SmallNetwork()
    file = RawGGUF(network)
  }

  private func model(_ file: RawGGUF) throws -> GGUFModel {
    try GGUFModel(.inMemory(file.bytes), path: "a.gguf")
  }

  private func refusal(_ change: (inout RawGGUF) -> Void) -> String? {
    var file = file
    change(&file)
    return line { _ = try model(file) }
  }

  @Test(arguments: [2, 3] as [UInt32]) func bothVersionsAreRead(_ version: UInt32) throws {
    var file = file
    file.version = version
    let model = try model(file)
    try network.expectEqual(model)
    #expect(model.notes.isEmpty && model.storage(of: .gate(1)) == .f32)
    let vocabulary = try #require(model.vocabulary)
    #expect(vocabulary.pieces[3] == Array(" t3".utf8) && vocabulary.beginning == 1 && vocabulary.ends == [2])
  }

  @Test func withoutAClassifierItIsTied() throws {
    let network = try SmallNetwork(isTied: true)
    try network.expectEqual(model(RawGGUF(network)))
  }

  @Test(arguments: [1, 8, 64, 4096]) func anAlignmentIsKept(_ alignment: Int) throws {
    var file = file
    file["general.alignment"] = .u32(UInt32(alignment))
    file.alignment = alignment
    try network.expectEqual(model(file))
  }

  @Test func defaultsAreTaken() throws {
    var file = file
    for key in ["llama.rope.dimension_count", "tokenizer.ggml.bos_token_id", "tokenizer.ggml.add_space_prefix"] {
      file[key] = nil
    }
    file["llama.rope.freq_base"] = .f32(500)
    file["llama.rope.scaling.type"] = .string("none")
    file["llama.rope.scaling.factor"] = .f32(1)
    let model = try model(file)
    #expect(model.configuration.ropeTheta == 500)
    #expect(model.vocabulary?.beginning == 1 && model.vocabulary?.addsBlank == true)
    file["tokenizer.ggml.model"] = nil
    #expect(try self.model(file).vocabulary == nil)
  }

  // MARK: The header

  @Test func whatIsNoGGUFIsRefused() {
    #expect(refusal { $0.start = Array("GGUG".utf8) } == "not a GGUF file: expected 'GGUF' at byte 0")
    #expect(refusal { $0.version = 1 } == "a GGUF file: expected version 2 or 3, found 1")
    #expect(refusal { $0.version = 4 } == "a GGUF file: expected version 2 or 3, found 4")
    #expect(refusal { $0.version = 0 } == "a GGUF file: expected version 2 or 3, found 0")
    #expect(
      refusal { $0.version = 3 << 24 } == "a GGUF file for big-endian machines; convert it (gguf_convert_endian.py)")
  }

  @Test(arguments: [1 << 20, 1 << 40, .max] as [UInt64]) func countsAreNotBelieved(_ count: UInt64) throws {
    let keys = try #require(refusal { $0.keyCount = count })
    #expect(keys.isOneLine)
    #expect(try #require(refusal { $0.tensorCount = count }).isOneLine)
    let array = littleEndian([UInt32(6)]) + littleEndian([count])
    let line = try #require(refusal { $0.keys.append(("a.b", .raw(9, array))) })
    #expect(line.hasPrefix("the array of key 'a.b' at byte ") && line.isOneLine)
    let strings = littleEndian([UInt32(8)]) + littleEndian([count])
    #expect(try #require(refusal { $0.keys.append(("a.b", .raw(9, strings))) }).isOneLine)
    let string = littleEndian([count])
    let text = try #require(refusal { $0.keys.append(("a.b", .raw(8, string))) })
    #expect(text.hasPrefix("a string of key 'a.b' at byte ") && text.contains("expected \(count) bytes, found "))
  }

  @Test func namesAreHeld() {
    let twice = refusal { $0.keys.append($0.keys[1]) }
    #expect(twice?.hasPrefix("key 'llama.context_length' stands a second time at byte ") == true)
    let tensor = refusal { $0.tensors[2].name = $0.tensors[1].name }
    #expect(tensor?.hasPrefix("tensor 'blk.0.attn_norm.weight' stands a second time at byte ") == true)
    let key = String(repeating: "a", count: 65_536)
    #expect(
      refusal { $0.keys.insert((key, .u32(1)), at: 0) } == "a key at byte 24: expected at most 65535 bytes, found 65536"
    )
    #expect(refusal { $0.keys.insert(("a\nb", .u32(1)), at: 0) } == "a key at byte 24 is not text")
    let long = refusal { $0.tensors[0].name = String(repeating: "a", count: 65) }
    #expect(long?.hasPrefix("a tensor's name at byte ") == true)
    #expect(long?.hasSuffix(": expected at most 64 bytes, found 65") == true)
  }

  @Test func valuesAreHeld() {
    #expect(refusal { $0["a.b"] = .raw(13, []) } == "key 'a.b': expected a type of value up to 12, found 13")
    let nested = littleEndian([UInt32(9)]) + littleEndian([UInt64(1)])
    #expect(
      refusal { $0["a.b"] = .raw(9, nested) } == "key 'a.b': expected an array of single values, found one of arrays")
    #expect(refusal { $0["a.b"] = .bool(2) }?.hasPrefix("key 'a.b': expected 0 or 1 at byte ") == true)
    for alignment in [0, 3, 48] as [UInt32] {
      #expect(
        refusal { $0["general.alignment"] = .u32(alignment) }
          == "key 'general.alignment': expected a power of two up to 2^30, found \(alignment)")
    }
    #expect(
      refusal { $0["general.alignment"] = .string("32") } == "key 'general.alignment': expected an integer, found '32'")
  }

  // MARK: Tensors

  @Test func sizesAndPlacesAreHeld() throws {
    #expect(refusal { $0.tensors[0].sizes = [] } == "tensor 'token_embd.weight': expected 1 to 4 dimensions, found 0")
    #expect(
      refusal { $0.tensors[0].sizes = [1, 1, 1, 1, 1] }
        == "tensor 'token_embd.weight': expected 1 to 4 dimensions, found 5")
    for sizes in [[0], [32, 0], [1 << 32, 1 << 32], [.max, 2], [1 << 62, 4]] as [[UInt64]] {
      let line = try #require(refusal { $0.tensors[0].sizes = sizes })
      #expect(line.hasPrefix("tensor 'token_embd.weight': sizes [\(sizes[0])") && line.isOneLine)
    }
    #expect(
      refusal {
        $0.tensors[0].type = 8; $0.tensors[0].sizes = [33, 12]
      }
        == "tensor 'token_embd.weight': expected rows of a multiple of 32 for Q8_0, found 33")
    #expect(
      refusal { $0.tensors[0].offset = 16 }
        == "tensor 'token_embd.weight': expected an offset that is a multiple of 32, found 16")
    for offset in [1 << 20, 1 << 62, .max - 31] as [UInt64] {
      #expect(
        refusal { $0.tensors[0].offset = offset }?.hasPrefix(
          "tensor 'token_embd.weight': 1536 bytes at offset \(offset), found ")
          == true)
    }
    #expect(
      refusal { $0.tensors[1].offset = 32 }
        == "tensor 'blk.0.attn_norm.weight': begins at offset 32, before tensor 'token_embd.weight' ends at 1536")
  }

  @Test func allMisfitsAreNamedAtOnce() throws {
    let line = try #require(
      refusal {
        $0.tensors[2].type = 12
        $0.tensors[3].sizes.reverse()
        $0.tensors[4].name = "blk.0.attn_q.bias"
        $0.tensors.append(
          .init(name: "rope_freqs.weight", sizes: [4], type: 0, data: littleEndian([Float](repeating: 1, count: 4))))
      })
    #expect(
      line == "the tensors are not those of the network: 1 missing: 'blk.0.attn_v.weight' [16, 32]; "
        + "2 that Llama's architecture does not have: 'blk.0.attn_q.bias', 'rope_freqs.weight'; "
        + "1 of another shape: 'blk.0.attn_k.weight' expected [16, 32], found [32, 16]; "
        + "1 of a type that is not F32, F16, BF16, Q8_0, Q4_0 or Q4_1: 'blk.0.attn_q.weight' Q4_K; "
        + "write the file as one of these with llama-quantize")
    let many = try #require(refusal { $0.tensors.removeLast(16) })
    #expect(many.contains(": 15 missing: ") && many.isOneLine)
    #expect(
      many.hasSuffix(
        ": 'blk.0-1.attn_output.weight' [32, 32], 'blk.0-1.ffn_norm.weight' [32], 'blk.0-1.ffn_gate.weight' [64, 32], "
          + "'blk.0-1.ffn_up.weight' [64, 32], 'blk.0-1.ffn_down.weight' [32, 64], 'blk.1.attn_norm.weight' [32], "
          + "'blk.1.attn_q.weight' [32, 32], 'blk.1.attn_k.weight' [16, 32], 'blk.1.attn_v.weight' [16, 32], "
          + "'output_norm.weight' [32]"))
  }

  // MARK: Keys

  @Test(
    arguments: [
      ("general.architecture", .string("gptneox"), "'llama'", "'gptneox'"),
      ("general.type", .string("adapter"), "'model'", "'adapter'"),
      ("split.count", .u32(4), "a file that is whole (llama-gguf-split --merge)", "4 parts"),
      ("llama.rope.scaling.type", .string("yarn"), "'none'", "'yarn'"),
      ("llama.rope.scaling.factor", .f32(4), "1", "4.0"), ("llama.rope.scale_linear", .f32(2), "1", "2.0"),
      ("llama.expert_count", .u32(8), "0", "8"), ("llama.attention.causal", .bool(0), "true", "false"),
      (
        "llama.attention.clamp_kqv", .f32(8), "a key of Llama's architecture", "one that may change what is computed"
      ),
      ("llama.rope.dimension_count", .u32(4), "8, embedding_length by heads", "4"),
      ("llama.attention.key_length", .u32(16), "8, embedding_length by heads", "16"),
      ("llama.attention.head_count", .integers([4, 4]), "an integer", "an array of 2 s32"),
      ("llama.block_count", .f32(2), "an integer", "2.0"),
      ("llama.block_count", .raw(10, littleEndian([UInt64.max])), "an integer", "18446744073709551615"),
      ("llama.block_count", nil, "an integer", "nothing"),
      ("llama.attention.layer_norm_rms_epsilon", nil, "a float", "nothing"),
      ("llama.vocab_size", .u32(13), "12, the rows of 'token_embd.weight'", "13"),
    ] as [(String, RawGGUF.Value?, String, String)])
  func aKeyThatChangesArithmeticIsRefused(_ key: String, _ value: RawGGUF.Value?, _ expected: String, _ found: String) {
    #expect(refusal { $0[key] = value } == "key '\(key)': expected \(expected), found \(found)")
  }

  @Test func sizesThatNoNetworkHasAreRefused() {
    #expect(
      refusal { $0["llama.attention.head_count_kv"] = .u32(3) }
        == "the keys of 'llama.': num_key_value_heads: expected a divisor of num_attention_heads 4, found 3")
    #expect(refusal { $0["llama.rope.freq_base"] = .f32(.nan) }?.hasPrefix("the keys of 'llama.': rope_theta") == true)
  }
}
