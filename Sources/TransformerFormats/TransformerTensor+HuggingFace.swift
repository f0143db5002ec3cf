import Transformer

extension TransformerTensor {
  /// What transformers calls it. (`LlamaForCausalLM` of github.com/huggingface/transformers.)
  package var huggingFaceName: String {
    switch self {
    case .embedding: "model.embed_tokens.weight"
    case .attentionNorm(let layer): "model.layers.\(layer).input_layernorm.weight"
    case .query(let layer): "model.layers.\(layer).self_attn.q_proj.weight"
    case .key(let layer): "model.layers.\(layer).self_attn.k_proj.weight"
    case .value(let layer): "model.layers.\(layer).self_attn.v_proj.weight"
    case .attentionOutput(let layer): "model.layers.\(layer).self_attn.o_proj.weight"
    case .feedForwardNorm(let layer): "model.layers.\(layer).post_attention_layernorm.weight"
    case .gate(let layer): "model.layers.\(layer).mlp.gate_proj.weight"
    case .up(let layer): "model.layers.\(layer).mlp.up_proj.weight"
    case .down(let layer): "model.layers.\(layer).mlp.down_proj.weight"
    case .norm: "model.norm.weight"
    case .classifier: "lm_head.weight"
    }
  }
}
