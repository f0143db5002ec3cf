import Checkpoints
import Files
import Foundation
import TestSupport
import Tensors
import Transformer

/// A folder of Hugging Face, right or wrong. `GoldenTests` reads one of its own library.
struct RawFolder {
  let network: SmallNetwork
  /// config.json's values, as JSON.
  var keys: [String: String]
  /// The tensors by their names, and their half floats.
  var tensors: [String: (tensor: Tensor, half: HalfFloat?)] = [:]
  /// A second network's file beside these.
  let folder: TemporaryFolder

  init(_ network: SmallNetwork, half: HalfFloat? = nil) throws {
    self.network = network
    folder = try TemporaryFolder()
    let sizes = network.configuration
    keys = [
      "architectures": #"["LlamaForCausalLM"]"#, "model_type": #""llama""#, "hidden_size": "\(sizes.hiddenSize)",
      "intermediate_size": "\(sizes.intermediateSize)", "num_hidden_layers": "\(sizes.layers)",
      "num_attention_heads": "\(sizes.heads)", "num_key_value_heads": "\(sizes.keyValueHeads)",
      "vocab_size": "\(sizes.vocabularySize)", "max_position_embeddings": "\(sizes.contextLength)",
      "rms_norm_eps": "1e-05", "rope_theta": "10000.0", "tie_word_embeddings": "\(sizes.isTied)",
      "rope_scaling": "null", "hidden_act": #""silu""#,
    ]
    for tensor in TransformerTensor.all(sizes) {
      let shape = tensor.shape(sizes)
      let values =
        switch tensor {
        case .query, .key: Self.halves(network.rows(tensor), headSize: sizes.headSize)
        default: network[tensor]
        }
      tensors[Self.name(tensor)] = (Tensor(shape, values), half)
    }
  }

  /// Meta's rows in the order of Hugging Face, as its converter states it: (heads, pairs, 2) with the last two turned.
  private static func halves(_ rows: [[Float]], headSize: Int) -> [Float] {
    stride(from: 0, to: rows.count, by: headSize).flatMap { head in
      (0..<2).flatMap { place in (0..<headSize / 2).flatMap { pair in rows[head + 2 * pair + place] } }
    }
  }

  static func name(_ tensor: TransformerTensor) -> String {
    switch tensor {
    case .embedding: "model.embed_tokens.weight"
    case .attentionNorm(let i): "model.layers.\(i).input_layernorm.weight"
    case .query(let i): "model.layers.\(i).self_attn.q_proj.weight"
    case .key(let i): "model.layers.\(i).self_attn.k_proj.weight"
    case .value(let i): "model.layers.\(i).self_attn.v_proj.weight"
    case .attentionOutput(let i): "model.layers.\(i).self_attn.o_proj.weight"
    case .feedForwardNorm(let i): "model.layers.\(i).post_attention_layernorm.weight"
    case .gate(let i): "model.layers.\(i).mlp.gate_proj.weight"
    case .up(let i): "model.layers.\(i).mlp.up_proj.weight"
    case .down(let i): "model.layers.\(i).mlp.down_proj.weight"
    case .norm: "model.norm.weight"
    case .classifier: "lm_head.weight"
    }
  }

  var path: String { folder.path }

  func writeConfiguration() throws {
    let members = keys.map { "\"\($0.key)\": \($0.value)" }.sorted()
    try folder.write("{\n\(members.joined(separator: ",\n"))\n}", to: "config.json")
  }

  /// Writes some of the tensors as a file.
  func writeTensors(_ file: String, where isIn: (String) -> Bool = { _ in true }) throws {
    let tensors = tensors.filter { isIn($0.key) }
    var writer = try CheckpointWriter(
      folder.path(file),
      declaring: tensors.map { name, entry in
        entry.half.map { TensorDeclaration(name, $0, entry.tensor.shape) }
          ?? TensorDeclaration(name, entry.tensor.dtype, entry.tensor.shape)
      })
    for declaration in writer.order {
      guard let (tensor, half) = tensors[declaration.name] else { continue }
      guard let half else {
        try writer.append(tensor, as: declaration.name)
        continue
      }
      let bytes = (tensor.f32 ?? []).flatMap { value in
        switch half {
        case .f16: littleEndian([Float16(value).bitPattern])
        case .bf16: littleEndian([UInt16(value.bitPattern >> 16)])
        }
      }
      try bytes.withUnsafeBytes { try writer.append($0, to: declaration.name) }
    }
    _ = try writer.finish()
  }

  /// Writes an index of the given places.
  func writeIndex(_ places: [String: String]) throws {
    let members = places.map { "\"\($0.key)\": \"\($0.value)\"" }.sorted()
    try folder.write(
      "{\"metadata\": {\"total_size\": 1}, \"weight_map\": {\(members.joined(separator: ","))}}",
      to: "model.safetensors.index.json")
  }
}
