import Checkpoints
import Files
import Kernels
import TestSupport
import Tensors
import Testing
import Transformer
import TransformerFormats
import TransformerPasses

/// Checkpoints that are not the network that they say: one line for each, and nothing is read.
@Suite struct TransformerCheckpointTests {
  private let configuration: TransformerConfiguration
  private let folder: TemporaryFolder
  private var tensors: [String: Tensor] = [:]
  private let metadata: [String: String]

  init() throws {
    folder = try TemporaryFolder()
    configuration = try TransformerConfiguration(
      hiddenSize: 8, intermediateSize: 12, layers: 3, heads: 2, keyValueHeads: 1, vocabularySize: 20, contextLength: 16,
      isTied: true)
    var random = SeededGenerator(seed: 9)
    for tensor in TransformerTensor.all(configuration) {
      let shape = tensor.shape(configuration)
      tensors[tensor.name] = Tensor(shape, (0..<shape.count).map { _ in Float(random.uniform(-1, 1)) })
    }
    metadata = ["transformer": try TransformerMetadata.json(configuration)]
  }

  private func checkpoint(
    _ change: (inout [String: Tensor], inout [String: String]) -> Void
  ) throws -> TransformerCheckpoint {
    var (tensors, metadata) = (tensors, metadata)
    change(&tensors, &metadata)
    let path = folder.path("model.safetensors")
    _ = try Checkpoint(tensors: tensors, metadata: metadata).write(to: path)
    return try TransformerCheckpoint(Safetensors.decode(FileBytes(of: path)))
  }

  private func refusal(_ change: (inout [String: Tensor], inout [String: String]) -> Void) -> String? {
    line { _ = try checkpoint(change) }
  }

  @Test func allThatIsMissingIsNamed() {
    #expect(
      refusal { tensors, _ in
        tensors = tensors.filter { name, _ in
          !name.contains(".wq") && !name.hasPrefix("layers.2") && name != "norm.weight"
        }
      }
        == "12 tensors are missing: layers.0-2.attention.wq.weight, layers.2.attention_norm.weight, "
        + "layers.2.attention.wk.weight, layers.2.attention.wv.weight, layers.2.attention.wo.weight, "
        + "layers.2.ffn_norm.weight, layers.2.feed_forward.w1.weight, layers.2.feed_forward.w3.weight, "
        + "layers.2.feed_forward.w2.weight, norm.weight")
    // A matrix in integers is three tensors.
    #expect(
      refusal { _, metadata in metadata["scheme"] = #"{"weights":"per_row","activations":"none"}"# }?
        .contains("tok_embeddings.weight") == true)
  }

  @Test func typesAndShapesAreHeld() {
    #expect(
      refusal { tensors, _ in tensors["norm.weight"] = Tensor([8], [Int32](repeating: 1, count: 8)) }?
        .hasPrefix("tensor 'norm.weight': expected dtype ") == true)
    #expect(
      refusal { tensors, _ in tensors["norm.weight"] = Tensor([2, 4], [Float](repeating: 1, count: 8)) }?
        .hasPrefix("tensor 'norm.weight': expected shape [8], found [2, 4]") == true)
  }

  @Test func aTypeThatIsNotReadIsNoMissingTensor() throws {
    let name = "tok_embeddings.weight"
    var tensors = tensors
    tensors[name] = Tensor([40, 8], [Float](repeating: 1, count: 320))
    let path = folder.path("model.safetensors")
    _ = try Checkpoint(tensors: tensors, metadata: metadata).write(to: path)
    // As many bytes, and half as many elements.
    try retype(path, #""\#(name)":{"dtype":"F32","shape":[40,8]"#, #""\#(name)":{"dtype":"F64","shape":[20,8]"#)
    #expect(
      line { _ = try TransformerCheckpoint(Safetensors.decode(FileBytes(of: path))) }
        == "tensor 'tok_embeddings.weight': expected F32, F16 or BF16, found F64; import the model again")
  }

  @Test(arguments: ["", "{", "[]", "null", #"{"hidden_size":8}"#, #"{"hidden_size":"8"}"#])
  func sizesAreWhatImportWrites(_ json: String) {
    #expect(
      refusal { _, metadata in metadata["transformer"] = json }
        == "metadata key 'transformer': expected what import-transformer writes, found other text")
  }

  @Test func sizesThatNoNetworkHasAreRefused() throws {
    let json = try #require(metadata["transformer"])
    for (from, to, line) in [
      (#""num_attention_heads":2"#, #""num_attention_heads":3"#, "num_attention_heads: expected heads of an even size"),
      (#""vocab_size":20"#, #""vocab_size":-1"#, "vocab_size: expected 1 to 16777216, found -1"),
      (#""num_hidden_layers":3"#, #""num_hidden_layers":5000"#, "num_hidden_layers: expected at most 4096, found 5000"),
    ] {
      let changed = json.replacing(from, with: to)
      #expect(changed != json)
      #expect(refusal { _, metadata in metadata["transformer"] = changed }?.hasPrefix(line) == true)
    }
    #expect(refusal { _, metadata in metadata["transformer"] = nil }?.contains("'transformer'") == true)
  }

  @Test(arguments: ["{}", #"{"weights":"per_column","activations":"none"}"#, "per_row"])
  func aSchemeIsWhatConversionWrites(_ json: String) {
    #expect(refusal { _, metadata in metadata["scheme"] = json }?.hasPrefix("metadata key 'scheme': expected ") == true)
  }

  @Test func whatCalibrationCannotReadIsNamed() throws {
    let model = try checkpoint { tensors, _ in
      tensors["layers.1.ffn_norm.weight"] = Tensor([8], [.nan] + [Float](repeating: 1, count: 7))
    }
    let compute = Compute(kernels: try Kernels(.scalar), pool: ThreadPool(threads: 1))
    let error = #expect(throws: TransformerStatisticsError.self) {
      try TransformerStatistics(of: model, over: [[1, 2, 3]], compute: compute)
    }
    #expect("\(try #require(error))".hasSuffix("is not finite on this text; the model cannot be calibrated"))
  }
}
