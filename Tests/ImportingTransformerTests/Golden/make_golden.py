"""Writes the files of this folder with programs that share nothing with Octavo.

    python3 -m venv venv && venv/bin/pip install gguf==0.19.0 safetensors==0.8.0 numpy
    venv/bin/python make_golden.py

One network, its weights drawn with numpy from a fixed seed, is written as Hugging Face's folder (two shards, each tensor
F32, F16 or BF16 in turn) and as two GGUF files. golden.json says what each must be read as: the SHA-256 of every
tensor's 32-bit floats in Meta's order of rows, after gguf's own dequantization where there is one, and the tokens.
"""

import hashlib
import json
import os

import gguf
import numpy as np
import safetensors

HIDDEN, INNER, HEADS, KV_HEADS, VOCABULARY, CONTEXT = 32, 64, 2, 1, 24, 16
HEAD = HIDDEN // HEADS
folder = os.path.dirname(os.path.abspath(__file__))
random = np.random.RandomState(7)


def weights(*shape):
    """Numbers that binary16 and bfloat16 hold exactly."""
    return (random.randint(-127, 128, shape) / 64).astype(np.float32)


meta = {
    "tok_embeddings": weights(VOCABULARY, HIDDEN),
    "layers.0.attention_norm": weights(HIDDEN),
    "layers.0.attention.wq": weights(HIDDEN, HIDDEN),
    "layers.0.attention.wk": weights(KV_HEADS * HEAD, HIDDEN),
    "layers.0.attention.wv": weights(KV_HEADS * HEAD, HIDDEN),
    "layers.0.attention.wo": weights(HIDDEN, HIDDEN),
    "layers.0.ffn_norm": weights(HIDDEN),
    "layers.0.feed_forward.w1": weights(INNER, HIDDEN),
    "layers.0.feed_forward.w2": weights(HIDDEN, INNER),
    "layers.0.feed_forward.w3": weights(INNER, HIDDEN),
    "norm": weights(HIDDEN),
    "output": weights(VOCABULARY, HIDDEN),
}
hugging_face = {
    "tok_embeddings": "model.embed_tokens",
    "layers.0.attention_norm": "model.layers.0.input_layernorm",
    "layers.0.attention.wq": "model.layers.0.self_attn.q_proj",
    "layers.0.attention.wk": "model.layers.0.self_attn.k_proj",
    "layers.0.attention.wv": "model.layers.0.self_attn.v_proj",
    "layers.0.attention.wo": "model.layers.0.self_attn.o_proj",
    "layers.0.ffn_norm": "model.layers.0.post_attention_layernorm",
    "layers.0.feed_forward.w1": "model.layers.0.mlp.gate_proj",
    "layers.0.feed_forward.w2": "model.layers.0.mlp.down_proj",
    "layers.0.feed_forward.w3": "model.layers.0.mlp.up_proj",
    "norm": "model.norm",
    "output": "lm_head",
}
ggml = {
    "tok_embeddings": "token_embd",
    "layers.0.attention_norm": "blk.0.attn_norm",
    "layers.0.attention.wq": "blk.0.attn_q",
    "layers.0.attention.wk": "blk.0.attn_k",
    "layers.0.attention.wv": "blk.0.attn_v",
    "layers.0.attention.wo": "blk.0.attn_output",
    "layers.0.ffn_norm": "blk.0.ffn_norm",
    "layers.0.feed_forward.w1": "blk.0.ffn_gate",
    "layers.0.feed_forward.w2": "blk.0.ffn_down",
    "layers.0.feed_forward.w3": "blk.0.ffn_up",
    "norm": "output_norm",
    "output": "output",
}
expected = {}
kept = []


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array, dtype="<f4").tobytes()).hexdigest()


def halves(array, heads):
    """The order of rows that Hugging Face's rotation wants: of each head the first ones of all pairs, then the second."""
    return array.reshape(heads, HEAD // 2, 2, HIDDEN).swapaxes(1, 2).reshape(array.shape)


def stored(array, index):
    """An array's bytes as F32, F16 or BF16."""
    kinds = ["float32", "float16", "bfloat16"]
    kind = kinds[index % 3]
    array = np.ascontiguousarray(array)
    if kind == "bfloat16":
        data = (array.view(np.uint32) >> 16).astype("<u2")
    else:
        data = array.astype("<f4" if kind == "float32" else "<f2")
    kept.append(data)
    return safetensors.TensorSpec(
        dtype=kind, shape=array.shape, data_ptr=data.ctypes.data, data_len=data.nbytes)


def write_hugging_face():
    os.makedirs(f"{folder}/hugging-face", exist_ok=True)
    shards, places = [{}, {}], {}
    for index, (name, array) in enumerate(meta.items()):
        if name.endswith("wq"):
            array = halves(array, HEADS)
        if name.endswith("wk"):
            array = halves(array, KV_HEADS)
        shard = index % 2
        shards[shard][hugging_face[name] + ".weight"] = stored(array, index)
        places[hugging_face[name] + ".weight"] = f"model-0000{shard + 1}-of-00002.safetensors"
    for shard, tensors in enumerate(shards):
        with open(f"{folder}/hugging-face/model-0000{shard + 1}-of-00002.safetensors", "wb") as file:
            file.write(safetensors.serialize(tensors, {"format": "pt"}))
    with open(f"{folder}/hugging-face/model.safetensors.index.json", "w") as file:
        json.dump({"metadata": {"total_size": 0}, "weight_map": places}, file, indent=2, sort_keys=True)
    configuration = {
        "architectures": ["LlamaForCausalLM"], "attention_bias": False, "hidden_act": "silu", "hidden_size": HIDDEN,
        "intermediate_size": INNER, "max_position_embeddings": CONTEXT, "mlp_bias": False, "model_type": "llama",
        "num_attention_heads": HEADS, "num_hidden_layers": 1, "num_key_value_heads": KV_HEADS, "rms_norm_eps": 1e-05,
        "rope_scaling": None, "rope_theta": 500000.0, "tie_word_embeddings": False, "torch_dtype": "bfloat16",
        "vocab_size": VOCABULARY,
    }
    with open(f"{folder}/hugging-face/config.json", "w") as file:
        json.dump(configuration, file, indent=2)
    expected["hugging-face"] = {"tensors": {name + ".weight": digest(array) for name, array in meta.items()}}


def write_gguf(name, types, vocabulary):
    writer = gguf.GGUFWriter(f"{folder}/{name}", "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(1)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_rope_dimension_count(HEAD)
    writer.add_rope_freq_base(500000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    vocabulary(writer)
    digests = {}
    for index, (tensor, array) in enumerate(meta.items()):
        if tensor == "output" and len(types) > 3:
            continue  # tied
        kind = gguf.GGMLQuantizationType.F32 if array.ndim == 1 else types[index % len(types)]
        data = gguf.quantize(array, kind)
        writer.add_tensor(ggml[tensor] + ".weight", data, raw_dtype=kind)
        digests[tensor + ".weight"] = digest(gguf.dequantize(data, kind))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    expected[name] = {"tensors": digests, "tokens": tokens}


tokens = []


def sentence_pieces(writer):
    global tokens
    texts = ["<unk>", "<s>", "</s>", "<0x00>", "<0x0A>", "<0xFF>", "\u2581", "a", "b", "\u2581a", "ab", "\u2581ab"]
    texts += ["\u00e9", "\u2581\u2581", "\u4e2d"] + [f"t{i}" for i in range(VOCABULARY - 15)]
    kinds = [2, 3, 3, 6, 6, 6] + [1] * (VOCABULARY - 6)
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(texts)
    writer.add_token_scores([float(-i) for i in range(VOCABULARY)])
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    tokens = [text.replace("\u2581", " ").encode().hex() for text in texts]
    tokens[3:6] = ["00", "0a", "ff"]


def bytes_as_characters(writer):
    """Vocabulary of GPT-2's form: U+0120 is a blank, U+010A a newline, U+00C3 U+00A9 the two bytes of U+00E9."""
    global tokens
    texts = ["<|endoftext|>", "<|end|>", "\u0120", "\u010a", "a", "b", "t", "h", "e", "\u0120t", "he", "\u0120the"]
    texts += ["\u00c3", "\u00a9", "\u00c3\u00a9"] + [f"{i}" for i in range(VOCABULARY - 15)]
    decoded = [b"<|endoftext|>", b"<|end|>", b" ", b"\n", b"a", b"b", b"t", b"h", b"e", b" t", b"he", b" the"]
    decoded += [b"\xc3", b"\xa9", b"\xc3\xa9"] + [b"%d" % i for i in range(VOCABULARY - 15)]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(texts)
    writer.add_token_types([3, 3] + [1] * (VOCABULARY - 2))
    writer.add_token_merges(["\u0120 t", "h e", "\u0120t he", "\u00c3 \u00a9"])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_add_bos_token(False)
    writer.add_chat_template("{{ messages }}")
    tokens = [text.hex() for text in decoded]


types = gguf.GGMLQuantizationType
write_hugging_face()
write_gguf("pieces.gguf", [types.F32, types.F16, types.BF16], sentence_pieces)
# Not exactly what four and eight bits hold, from here on.
for name in meta:
    meta[name] = (meta[name] + random.normal(0, 0.01, meta[name].shape)).astype(np.float32)
write_gguf("bytes.gguf", [types.Q8_0, types.Q4_0, types.Q4_1, types.Q4_0, types.F16], bytes_as_characters)
with open(f"{folder}/golden.json", "w") as file:
    json.dump(expected, file, indent=2, sort_keys=True)
