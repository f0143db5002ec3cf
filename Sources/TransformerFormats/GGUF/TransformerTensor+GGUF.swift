import Transformer

extension TransformerTensor {
  /// What llama.cpp calls it.
  package var ggufName: String {
    switch self {
    case .embedding: "token_embd.weight"
    case .attentionNorm(let layer): "blk.\(layer).attn_norm.weight"
    case .query(let layer): "blk.\(layer).attn_q.weight"
    case .key(let layer): "blk.\(layer).attn_k.weight"
    case .value(let layer): "blk.\(layer).attn_v.weight"
    case .attentionOutput(let layer): "blk.\(layer).attn_output.weight"
    case .feedForwardNorm(let layer): "blk.\(layer).ffn_norm.weight"
    case .gate(let layer): "blk.\(layer).ffn_gate.weight"
    case .up(let layer): "blk.\(layer).ffn_up.weight"
    case .down(let layer): "blk.\(layer).ffn_down.weight"
    case .norm: "output_norm.weight"
    case .classifier: "output.weight"
    }
  }
}
