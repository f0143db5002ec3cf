import Checkpoints
import Files
import Foundation
import ImportingTransformer
import TestSupport
import Tensors
import Testing
import Transformer
import TransformerFormats

@Suite struct TransformerImportTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path("model.safetensors") }

  init() throws { folder = try TemporaryFolder() }

  @Test func floatsStayTheFloatsTheyWere() throws {
    let network = try SmallNetwork()
    let model = try Llama2CModel(.inMemory(RawLlama2C.v0(network)), path: "a.bin")
    let extra = ["vocabulary.pieces": Tensor([3], [1, 2, 3] as [UInt8])]
    var steps: [(Int, Int)] = []
    let digest = try TransformerImport.write(model, to: path, extra: extra, metadata: ["source": "a"]) {
      steps.append(($0, $1))
    }
    let bytes = try WholeFile.read(path)
    #expect(digest == FileDigest(bytes: bytes.count, sha256: SHA256Digest.hex(of: bytes)))
    let checkpoint = try Safetensors.decode(FileBytes(of: path))
    var expected = Dictionary(
      uniqueKeysWithValues: network.weights.map { ($0.key.name, Tensor($0.key.shape(network.configuration), $0.value)) }
    )
    expected.merge(extra) { left, _ in left }
    #expect(checkpoint.tensors == expected)
    #expect(
      checkpoint.metadata == [
        "kind": "transformer", "source": "a",
        "transformer":
          #"{"hidden_size":32,"intermediate_size":64,"max_position_embeddings":10,"num_attention_heads":4,"#
          + #""num_hidden_layers":2,"num_key_value_heads":2,"rms_norm_eps":1e-05,"rope_theta":10000,"#
          + #""tie_word_embeddings":false,"vocab_size":12}"#,
      ])
    let all = network.weights.values.reduce(0) { $0 + 4 * $1.count }
    #expect(steps.count == network.weights.count && steps.last ?? (0, 0) == (all, all))
    #expect(steps.map(\.0) == steps.map(\.0).sorted())
  }

  @Test func theSizesAreReadBack() throws {
    let sizes = try SmallNetwork(ropeTheta: 123_456.789).configuration
    let json = try TransformerMetadata.json(sizes)
    #expect(try JSONDecoder().decode(TransformerConfiguration.self, from: Data(json.utf8)) == sizes)
  }

  @Test(arguments: HalfFloat.allCases) func halfFloatsKeepTheirTwoBytes(_ half: HalfFloat) throws {
    let folder = try RawFolder(try SmallNetwork(), half: half)
    try folder.writeConfiguration()
    try folder.writeTensors("model.safetensors")
    _ = try TransformerImport.write(HuggingFaceModel(folder.path), to: path)
    let checkpoint = try Safetensors.decode(FileBytes(of: path))
    for (tensor, weights) in folder.network.weights {
      #expect(checkpoint.view(tensor.name)?.storedType == half.rawValue)
      #expect(try checkpoint.f32(tensor.name) == weights)
    }
    // The embedding's rows are in one order in both: its very bytes.
    let source = try Safetensors.decode(FileBytes(of: folder.folder.path("model.safetensors")))
    let bytes = source.view("model.embed_tokens.weight")?.withUnsafeBytes { [UInt8]($0) }
    #expect(checkpoint.view("tok_embeddings.weight")?.withUnsafeBytes { [UInt8]($0) } == bytes)
  }

  @Test func whatIsQuantizedBecomesTheFloatsThatItMeans() throws {
    let (bytes, rounded) = RawLlama2C.v2(try SmallNetwork(isTied: true), groupSize: 16)
    _ = try TransformerImport.write(try Llama2CModel(.inMemory(bytes), path: "a.bin"), to: path)
    let checkpoint = try Safetensors.decode(FileBytes(of: path))
    #expect(Set(checkpoint.declarations.map(\.name)) == Set(rounded.weights.keys.map(\.name)))
    for (tensor, weights) in rounded.weights {
      #expect(checkpoint.view(tensor.name)?.storedType == "F32")
      #expect(try checkpoint.f32(tensor.name) == weights)
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity]) func aWeightThatIsNoNumberIsNamed(_ weight: Float) throws {
    var network = try SmallNetwork()
    network.weights[.down(1)]?[3 * 64 + 5] = weight
    let model = try Llama2CModel(.inMemory(RawLlama2C.v1(network)), path: "a.bin")
    #expect(
      line { _ = try TransformerImport.write(model, to: path) }
        == "tensor 'layers.1.feed_forward.w2.weight': expected finite weights, found \(weight) in row 3 at 5; "
        + "save the model of a step before its weights went bad")
    #expect(try folder.files().isEmpty)
  }

  @Test(arguments: HalfFloat.allCases) func aHalfFloatOfAShardThatIsNoNumberIsNamed(_ half: HalfFloat) throws {
    var network = try SmallNetwork()
    // A query's rows are in another order in the file: the row that is named is Meta's.
    network.weights[.query(1)]?[5 * 32 + 7] = .nan
    let folder = try RawFolder(network, half: half)
    try folder.writeConfiguration()
    let places = Dictionary(
      uniqueKeysWithValues: folder.tensors.keys.map { ($0, $0.contains("q_proj") ? "b.safetensors" : "a.safetensors") })
    for file in Set(places.values) { try folder.writeTensors(file) { places[$0] == file } }
    try folder.writeIndex(places)
    let model = try HuggingFaceModel(folder.path)
    #expect(
      line { _ = try TransformerImport.write(model, to: path) }
        == "tensor 'layers.1.attention.wq.weight': expected finite weights, found nan in row 5 at 7; "
        + "save the model of a step before its weights went bad")
    #expect(try self.folder.files().isEmpty)
  }

  @Test func anExtraTensorDoesNotTakeAWeightsName() throws {
    let model = try Llama2CModel(.inMemory(RawLlama2C.v1(try SmallNetwork())), path: "a.bin")
    let extra = ["norm.weight": Tensor([1], [1] as [Float])]
    #expect(throws: SafetensorsError.duplicateKey("norm.weight", object: "header")) {
      try TransformerImport.write(model, to: path, extra: extra)
    }
    #expect(try folder.files().isEmpty)
  }

  /// 390 MB of weights, all but the header a hole; two tensors of them take 134 MB each.
  @Test func aLargeFileIsNeverInMemory() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let (width, tokens) = (1024, 1 << 15)
      let sizes: [Int32] = [Int32(width), Int32(width), 4, 2, 2, -Int32(tokens), 8]
      let layer = 4 * width * (4 * width + 3 * width + 2)
      let size = 28 + 2 * 4 * tokens * width + 4 * layer + 4 * width + 4 * 8 * width / 2
      let (source, target) = (folder.path("large.bin"), folder.path("large.safetensors"))
      try WholeFile.write(littleEndian(sizes), to: source)
      #expect(truncate(source, size) == 0)
      let before = try residentBytes("VmRSS")
      let digest = try TransformerImport.write(Llama2CModel(source), to: target)
      #expect(digest.bytes > 360_000_000)
      #expect(try residentBytes("VmHWM") - before < 40 << 20)
    }
  }
}
