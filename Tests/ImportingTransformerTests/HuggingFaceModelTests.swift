import Checkpoints
import Files
import Foundation
import ImportingTransformer
import TestSupport
import Tensors
import Testing
import Transformer

@Suite struct HuggingFaceModelTests {
  private let network: SmallNetwork

  init() throws { network = try SmallNetwork() }

  /// What refuses a folder whose single file of weights is written after a change.
  private func refusal(_ change: (inout RawFolder) -> Void) throws -> String? {
    var folder = try RawFolder(network)
    change(&folder)
    try folder.writeConfiguration()
    try folder.writeTensors("model.safetensors")
    return line { _ = try HuggingFaceModel(folder.path) }
  }

  @Test(arguments: [nil, HalfFloat.f16, .bf16]) func aFileOfEachTypeIsRead(_ half: HalfFloat?) throws {
    let folder = try RawFolder(network, half: half)
    try folder.writeConfiguration()
    try folder.writeTensors("model.safetensors")
    let model = try HuggingFaceModel(folder.path)
    try network.expectEqual(model)
    #expect(model.storage(of: .key(1)) == half.map(WeightStorage.half) ?? .f32)
    #expect(model.files.map(\.path) == ["config.json", "model.safetensors"].map(folder.folder.path))
    let bytes = try WholeFile.read(folder.folder.path("model.safetensors"))
    #expect(model.files[1].digest == FileDigest(bytes: bytes.count, sha256: SHA256Digest.hex(of: bytes)))
  }

  @Test func anyRowsOfATurnedTensorAreRead() throws {
    let folder = try RawFolder(network)
    try folder.writeConfiguration()
    try folder.writeTensors("model.safetensors")
    let model = try HuggingFaceModel(folder.path)
    let rows = network.rows(.query(0))
    for first in 0..<32 {
      for end in first + 1...32 {
        let found = try read(model, .query(0), first..<end, width: 32)
        if found != rows[first..<end].flatMap({ $0 }) { Issue.record("rows \(first)..<\(end)") }
      }
    }
  }

  @Test func aTiedClassifierMayStandInTheFile() throws {
    var folder = try RawFolder(try SmallNetwork(isTied: true))
    try folder.writeConfiguration()
    try folder.writeTensors("model.safetensors")
    try folder.network.expectEqual(HuggingFaceModel(folder.path))
    let table = "model.layers.0.self_attn.rotary_emb.inv_freq"
    folder.tensors["lm_head.weight"] = folder.tensors["model.embed_tokens.weight"]
    folder.tensors[table] = (Tensor([4], [1, 2, 3, 4] as [Float]), nil)
    try folder.writeTensors("model.safetensors")
    let model = try HuggingFaceModel(folder.path)
    try folder.network.expectEqual(model)
    #expect(
      model.notes == [
        "1 rotary_emb.inv_freq left out: they are computed",
        "'lm_head.weight' left out: config.json ties it to the embedding",
      ])
  }

  @Test func defaultsAreTheLibrarys() throws {
    var folder = try RawFolder(try SmallNetwork(keyValueHeads: 4))
    for key in ["num_key_value_heads", "max_position_embeddings", "rms_norm_eps", "rope_theta", "tie_word_embeddings"] {
      folder.keys[key] = nil
    }
    try folder.writeConfiguration()
    try folder.writeTensors("model.safetensors")
    let sizes = try HuggingFaceModel(folder.path).configuration
    #expect(sizes.keyValueHeads == 4 && sizes.contextLength == 2048 && sizes.normEpsilon == 1e-6)
    #expect(sizes.ropeTheta == 10_000 && !sizes.isTied)
    folder.keys["rope_parameters"] = #"{"rope_theta": 500000.0, "rope_type": "default"}"#
    try folder.writeConfiguration()
    #expect(try HuggingFaceModel(folder.path).configuration.ropeTheta == 500_000)
  }

  // MARK: config.json

  @Test(
    arguments: [
      ("architectures", #"["MistralForCausalLM"]"#, "LlamaForCausalLM", "'MistralForCausalLM'"),
      ("architectures", nil, "LlamaForCausalLM", "nothing"),
      ("architectures", #"["LlamaForCausalLM", "B"]"#, "LlamaForCausalLM", "a list of 2"),
      ("model_type", #""mistral""#, "'llama'", "'mistral'"),
      ("rope_scaling", #"{"rope_type": "llama3", "factor": 8.0}"#, "null", "an object of 'factor', 'rope_type'"),
      ("attention_bias", "true", "false", "true"), ("mlp_bias", "true", "false", "true"),
      ("attention_bias", "1", "true or false", "1"), ("hidden_act", #""gelu""#, "'silu'", "'gelu'"),
      ("head_dim", "16", "8, hidden_size by heads", "16"), ("partial_rotary_factor", "0.5", "1", "0.5"),
      ("quantization_config", #"{"bits": 4}"#, "null", "an object of 'bits'"),
      ("hidden_size", nil, "an integer", "nothing"), ("hidden_size", "32.5", "an integer", "32.5"),
      ("hidden_size", #""32""#, "an integer", "'32'"), ("rope_theta", "[1]", "a number", "a list of 1"),
      ("rope_parameters", #"{"rope_type": "yarn"}"#, "'default'", "'yarn'"),
      ("rope_parameters", #"{"factor": 2}"#, "rope_theta and rope_type", "'factor'"),
    ] as [(String, String?, String, String)])
  func aKeyThatChangesArithmeticIsRefused(_ key: String, _ value: String?, _ expected: String, _ found: String) throws {
    let name = found == "'yarn'" ? "rope_parameters.rope_type" : key
    #expect(
      try refusal { $0.keys[key] = value } == "config.json: \(name): expected \(expected), found \(found)")
  }

  @Test func sizesThatNoNetworkHasAreRefused() throws {
    #expect(
      try refusal { $0.keys["num_attention_heads"] = "5" }
        == "config.json: num_attention_heads: expected heads of an even size that fill hidden_size 32, found 5")
    #expect(try refusal { $0.keys["vocab_size"] = "-1" }?.hasPrefix("config.json: vocab_size: expected 1 to ") == true)
  }

  @Test func aConfigurationThatIsNoneIsRefused() throws {
    let folder = try RawFolder(network)
    for text in ["", "{", "[1]", "nul", "{\"a\": 1e999}", String(repeating: "[", count: 100_000)] {
      try folder.folder.write(text, to: "config.json")
      let line = try #require(line { _ = try HuggingFaceModel(folder.path) })
      #expect(
        ["'config.json' is not JSON", "config.json: the file: expected an object, found a list of 1"].contains(line))
    }
    try folder.folder.write(String(repeating: " ", count: 17 << 20), to: "config.json")
    #expect(
      line { _ = try HuggingFaceModel(folder.path) } == "'config.json': expected at most 16777216 bytes, found 17825792"
    )
  }

  // MARK: Tensors

  @Test func allMisfitsAreNamedAtOnce() throws {
    let line = try refusal {
      $0.tensors["model.norm.weight"] = nil
      $0.tensors["model.layers.0.self_attn.q_proj.bias"] = (Tensor([32], [Float](repeating: 0, count: 32)), nil)
      $0.tensors["lm_head.weight"] = (Tensor([32, 12], [Float](repeating: 0, count: 384)), nil)
      $0.tensors["model.layers.1.mlp.up_proj.weight"] = (Tensor([64, 32], [Int8](repeating: 0, count: 2048)), nil)
    }
    #expect(
      line == "the tensors are not those of the network: 1 missing: 'model.norm.weight' [32]; "
        + "1 that Llama's architecture does not have: 'model.layers.0.self_attn.q_proj.bias'; "
        + "1 of another shape: 'lm_head.weight' expected [12, 32], found [32, 12]; "
        + "1 of a type that is not F32, F16 or BF16: 'model.layers.1.mlp.up_proj.weight' I8; "
        + "save the model as one of these: model.float().save_pretrained(…) gives F32")
    let many = try #require(try refusal { $0.tensors = $0.tensors.filter { $0.key.contains("layers.0") } })
    #expect(many.contains(": 12 missing: 'model.embed_tokens.weight' [12, 32], ") && many.isOneLine)
    for tensor in TransformerTensor.all(network.configuration) where tensor.layer != 0 {
      #expect(many.contains("'\(RawFolder.name(tensor))' "))
    }
    #expect(
      try refusal { $0.tensors = $0.tensors.filter { !$0.key.contains("mlp") } }
        == "the tensors are not those of the network: 6 missing: 'model.layers.0-1.mlp.gate_proj.weight' [64, 32], "
        + "'model.layers.0-1.mlp.up_proj.weight' [64, 32], 'model.layers.0-1.mlp.down_proj.weight' [32, 64]")
  }

  // The format has these types and a tensor of ours has none of them: it is there all the same.
  @Test(arguments: ["F64", "I64", "U64"]) func aTypeThatIsNotReadIsNamed(_ type: String) throws {
    var folder = try RawFolder(network)
    folder.tensors["model.norm.weight"] = (Tensor([64], [Float](repeating: 1, count: 64)), nil)
    try folder.writeConfiguration()
    try folder.writeTensors("model.safetensors")
    // As many bytes, and half as many elements.
    try retype(
      folder.folder.path("model.safetensors"), #""model.norm.weight":{"dtype":"F32","shape":[64]"#,
      #""model.norm.weight":{"dtype":"\#(type)","shape":[32]"#)
    #expect(
      line { _ = try HuggingFaceModel(folder.path) }
        == "the tensors are not those of the network: 1 of a type that is not F32, F16 or BF16: "
        + "'model.norm.weight' \(type); "
        + "save the model as one of these: model.float().save_pretrained(…) gives F32")
  }

  // MARK: Shards

  private func shards() throws -> (folder: RawFolder, places: [String: String]) {
    let folder = try RawFolder(network)
    try folder.writeConfiguration()
    let names = folder.tensors.keys.sorted()
    let places = Dictionary(
      uniqueKeysWithValues: names.enumerated().map { ($1, "part-\($0 % 3).safetensors") })
    for file in Set(places.values) { try folder.writeTensors(file) { places[$0] == file } }
    try folder.writeIndex(places)
    return (folder, places)
  }

  @Test func shardsAreOneNetwork() throws {
    let (folder, _) = try shards()
    let model = try HuggingFaceModel(folder.path)
    try network.expectEqual(model)
    #expect(
      model.files.map(\.path)
        == [
          "config.json", "model.safetensors.index.json", "part-0.safetensors", "part-1.safetensors",
          "part-2.safetensors",
        ]
        .map(folder.folder.path))
  }

  @Test(
    arguments: [
      "../x.safetensors", "/etc/x.safetensors", "a/b.safetensors", "..", "", "model.bin", "a\\u0000.safetensors",
    ])
  func aShardElsewhereIsRefused(_ name: String) throws {
    var (folder, places) = try shards()
    places["model.norm.weight"] = name
    try folder.writeIndex(places)
    let line = try #require(line { _ = try HuggingFaceModel(folder.path) })
    #expect(
      line.hasPrefix(
        "model.safetensors.index.json: weight_map: tensor 'model.norm.weight': "
          + "expected the name of a file in this folder, found '"
      ))
    #expect(line.isOneLine)
  }

  @Test func aShardThatIsMissingCutOrOtherwiseIsNamed() throws {
    var (folder, places) = try shards()
    let path = folder.folder.path("part-1.safetensors")
    let bytes = try WholeFile.read(path)
    for count in [0, 7, 8, 100, bytes.count - 1] {
      try WholeFile.write(Array(bytes.prefix(count)), to: path)
      let line = try #require(line { _ = try HuggingFaceModel(folder.path) })
      #expect(line.hasPrefix("'part-1.safetensors': ") && line.isOneLine)
    }
    try WholeFile.remove(path)
    #expect(line { _ = try HuggingFaceModel(folder.path) }?.hasPrefix("\(path): cannot be read: No such file") == true)
    try WholeFile.write(bytes, to: path)
    let name = try #require(places.keys.sorted().first)
    places[name] = "part-1.safetensors"
    try folder.writeIndex(places)
    #expect(
      line { _ = try HuggingFaceModel(folder.path) }
        == "model.safetensors.index.json: tensor '\(name)' is not in 'part-1.safetensors'")
    try folder.writeTensors("part-1.safetensors")
    let twice = try #require(line { _ = try HuggingFaceModel(folder.path) })
    #expect(twice.hasSuffix(" stands in 'part-0.safetensors' and in 'part-1.safetensors'"))
  }

  @Test func anIndexThatIsNoneIsRefused() throws {
    let (folder, _) = try shards()
    for (text, problem) in [
      ("[]", "weight_map: expected an object, found a list of 0"),
      (#"{"weight_map": 1}"#, "weight_map: expected an object, found 1"),
      (#"{"weight_map": {}}"#, "weight_map: expected tensors, found none"),
    ] {
      try folder.folder.write(text, to: "model.safetensors.index.json")
      #expect(line { _ = try HuggingFaceModel(folder.path) } == "model.safetensors.index.json: \(problem)")
    }
  }

  @Test func aFolderWithoutSafetensorsIsRefused() throws {
    let folder = try RawFolder(network)
    #expect(line { _ = try HuggingFaceModel(folder.path) }?.contains("config.json: cannot be read") == true)
    try folder.writeConfiguration()
    #expect(
      line { _ = try HuggingFaceModel(folder.path) }
        == "expected model.safetensors or model.safetensors.index.json beside config.json, found neither")
    try folder.folder.write("", to: "pytorch_model.bin")
    #expect(
      line { _ = try HuggingFaceModel(folder.path) }?.contains("found 'pytorch_model.bin', which PyTorch pickled")
        == true)
  }
}
