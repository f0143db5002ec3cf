"""A float checkpoint of a language model as the files of other programs, and those programs, which read prompts and make
tokens.

As a program, one of them: it says that it is ready, then answers lines `prompt N` and `generate N` with the seconds that this takes.
"""
import json
import pathlib
import sys
import time

import numpy


class Weights:
    """The tensors of a checkpoint of import-transformer, by name, read when they are asked for, half floats widened."""

    def __init__(self, path: pathlib.Path):
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            self.header = json.loads(file.read(length))
        self.bytes = numpy.memmap(path, mode="r", offset=8 + length)
        self.sizes = json.loads(self.header["__metadata__"]["transformer"])

    def __getitem__(self, name: str) -> numpy.ndarray:
        entry = self.header[name]
        first, last = entry["data_offsets"]
        values = self.bytes[first:last]
        if entry["dtype"] == "BF16":
            values = (values.view(numpy.uint16).astype(numpy.uint32) << 16).view(numpy.float32)
        else:
            values = values.view({"F32": numpy.float32, "F16": numpy.float16}[entry["dtype"]])
        return values.astype(numpy.float32, copy=False).reshape(entry["shape"])

    def classifier(self) -> numpy.ndarray:
        return self["tok_embeddings.weight" if self.sizes["tie_word_embeddings"] else "output.weight"]


# Our names of a layer's matrices, and GGUF's.
MATRICES = {
    "attention.wq": "attn_q", "attention.wk": "attn_k", "attention.wv": "attn_v", "attention.wo": "attn_output",
    "feed_forward.w1": "ffn_gate", "feed_forward.w3": "ffn_up", "feed_forward.w2": "ffn_down",
}


def q8_0(path: pathlib.Path, output: pathlib.Path):
    """Writes a GGUF file of Q8_0 blocks, without a vocabulary."""
    import gguf
    weights = Weights(path)
    s = weights.sizes
    writer = gguf.GGUFWriter(str(output), "llama")
    writer.add_context_length(s["max_position_embeddings"])
    writer.add_embedding_length(s["hidden_size"])
    writer.add_block_count(s["num_hidden_layers"])
    writer.add_feed_forward_length(s["intermediate_size"])
    writer.add_head_count(s["num_attention_heads"])
    writer.add_head_count_kv(s["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(s["rms_norm_eps"])
    writer.add_rope_freq_base(s["rope_theta"])
    writer.add_rope_dimension_count(s["hidden_size"] // s["num_attention_heads"])
    writer.add_vocab_size(s["vocab_size"])
    writer.add_file_type(7)
    writer.add_string("tokenizer.ggml.model", "no_vocab")
    kind = gguf.GGMLQuantizationType.Q8_0

    def add(name, values):
        writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)

    add("token_embd.weight", weights["tok_embeddings.weight"])
    writer.add_tensor("output_norm.weight", numpy.array(weights["norm.weight"]))
    add("output.weight", weights.classifier())
    for layer in range(s["num_hidden_layers"]):
        for ours, theirs in {"attention_norm": "attn_norm", "ffn_norm": "ffn_norm"}.items():
            writer.add_tensor(f"blk.{layer}.{theirs}.weight", numpy.array(weights[f"layers.{layer}.{ours}.weight"]))
        for ours, theirs in MATRICES.items():
            add(f"blk.{layer}.{theirs}.weight", weights[f"layers.{layer}.{ours}.weight"])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def made(path: pathlib.Path, output: pathlib.Path, make):
    """A file that is as new as what it is made of."""
    if not output.exists() or output.stat().st_mtime < path.stat().st_mtime:
        make(path, output)
    return output


class Llama:
    """llama.cpp or what came of it: `_clear` forgets all tokens, `_run` reads some and says in how many seconds."""

    def prompt(self, count: int) -> float:
        self._clear()
        return self._run(list(range(5, 5 + count)))

    def generate(self, count: int) -> float:
        self._clear()
        self._run(list(range(5, 13)))
        return sum(self._run([7]) for _ in range(count))


class LlamaCpp(Llama):
    """llama.cpp by llama-cpp-python."""

    name = "llama.cpp Q8_0"

    def __init__(self, path, folder, threads):
        import llama_cpp
        self.api = llama_cpp
        file = made(path, folder / "q8_0.gguf", q8_0)
        llama_cpp.llama_backend_init()
        self.model = llama_cpp.llama_model_load_from_file(
            str(file).encode(), llama_cpp.llama_model_default_params())
        wanted = llama_cpp.llama_context_default_params()
        wanted.n_ctx, wanted.n_batch, wanted.n_ubatch = 1024, 512, 512
        wanted.n_threads = wanted.n_threads_batch = threads
        self.context = llama_cpp.llama_init_from_model(self.model, wanted)

    def _clear(self):
        self.api.llama_memory_clear(self.api.llama_get_memory(self.context), True)

    def _run(self, tokens) -> float:
        array = (self.api.llama_token * len(tokens))(*tokens)
        start = time.perf_counter()
        if self.api.llama_decode(self.context, self.api.llama_batch_get_one(array, len(tokens))) != 0:
            raise SystemExit(f"{self.name}: {len(tokens)} tokens were not read")
        self.api.llama_get_logits_ith(self.context, -1)[0]
        return time.perf_counter() - start


class IkLlama(Llama):
    """ik_llama.cpp by ik-llama-cpp-python: weights repacked, flash attention, its fastest."""

    name = "ik_llama.cpp Q8_0"

    def __init__(self, path, folder, threads):
        import ik_llama_cpp._ctypes_api as api
        self.api = api
        file = made(path, folder / "q8_0.gguf", q8_0)
        api.llama_backend_init()
        wanted = api.llama_model_default_params()
        wanted.repack_tensors, wanted.use_mmap = True, False
        self.model = api.llama_model_load_from_file(str(file).encode(), wanted)
        wanted = api.llama_context_default_params()
        wanted.n_ctx, wanted.n_batch, wanted.n_ubatch = 1024, 512, 512
        wanted.n_threads = wanted.n_threads_batch = threads
        wanted.flash_attn = True
        self.context = api.llama_init_from_model(self.model, wanted)
        self.position = 0

    def _run(self, tokens) -> float:
        count = len(tokens)
        batch = self.api.llama_batch_init(count, 0, 1)
        batch.n_tokens = count
        for index, token in enumerate(tokens):
            batch.token[index], batch.pos[index], batch.n_seq_id[index] = token, self.position + index, 1
            batch.seq_id[index][0], batch.logits[index] = 0, index == count - 1
        start = time.perf_counter()
        if self.api.llama_decode(self.context, batch) != 0:
            raise SystemExit(f"{self.name}: {count} tokens were not read")
        self.api.llama_get_logits_ith(self.context, count - 1)[0]
        seconds = time.perf_counter() - start
        self.position += count
        return seconds

    def _clear(self):
        self.api.llama_kv_cache_clear(self.context)
        self.position = 0


class CTranslate2:
    """CTranslate2's int8: a scale for each row of weights and for each token, the arithmetic of w8a8."""

    name = "CTranslate2 int8"

    def __init__(self, path, folder, threads):
        import ctranslate2
        model = made(path, folder / "ctranslate2", self._make)
        self.generator = ctranslate2.Generator(
            str(model), device="cpu", compute_type="int8_float32", intra_threads=threads, inter_threads=1)

    @staticmethod
    def _make(path, output):
        from ctranslate2.specs import common_spec, transformer_spec
        weights = Weights(path)
        s = weights.sizes
        heads, shared = s["num_attention_heads"], s["num_key_value_heads"]
        spec = transformer_spec.TransformerDecoderModelSpec.from_config(
            s["num_hidden_layers"], heads, activation=common_spec.Activation.SWISH, pre_norm=True, ffn_glu=True,
            rms_norm=True, rotary_dim=0, rotary_interleave=True, rotary_base=s["rope_theta"],
            num_heads_kv=None if shared == heads else shared)
        decoder = spec.decoder
        decoder.scale_embeddings = False
        def copy(name):
            return numpy.array(weights[name])
        decoder.embeddings.weight = copy("tok_embeddings.weight")
        decoder.layer_norm.gamma = copy("norm.weight")
        decoder.projection.weight = numpy.array(weights.classifier())
        for index, layer in enumerate(decoder.layer):
            def matrix(name):
                return copy(f"layers.{index}.{name}.weight")
            layer.self_attention.layer_norm.gamma = matrix("attention_norm")
            layer.ffn.layer_norm.gamma = matrix("ffn_norm")
            layer.self_attention.linear[0].weight = numpy.concatenate(
                [matrix(f"attention.w{letter}") for letter in "qkv"])
            layer.self_attention.linear[1].weight = matrix("attention.wo")
            layer.ffn.linear_0.weight = matrix("feed_forward.w1")
            layer.ffn.linear_0_noact.weight = matrix("feed_forward.w3")
            layer.ffn.linear_1.weight = matrix("feed_forward.w2")
        spec.register_vocabulary([f"t{index}" for index in range(s["vocab_size"])])
        spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = "t1", "t2", "t0"
        spec.config.layer_norm_epsilon = s["rms_norm_eps"]
        spec.validate()
        # optimize() would first compare all pairs of tensors, in search of copies.
        spec._quantize("int8_float32")
        output.mkdir(parents=True, exist_ok=True)
        spec.save(str(output))

    def _make_tokens(self, prompt: int, count: int) -> float:
        words = [f"t{index}" for index in range(5, 5 + prompt)]
        start = time.perf_counter()
        self.generator.generate_batch(
            [words], max_length=count, min_length=count, beam_size=1, sampling_topk=1,
            include_prompt_in_result=False, end_token=[], return_end_token=True)
        return time.perf_counter() - start

    def prompt(self, count: int) -> float:
        return self._make_tokens(count, 1)

    def generate(self, count: int) -> float:
        # A first token comes with the prompt.
        return self._make_tokens(8, count + 1) - self._make_tokens(8, 1)


PEERS = {peer.name: peer for peer in (LlamaCpp, IkLlama, CTranslate2)}


def serve(name: str, path: str, folder: str, threads: str):
    peer = PEERS[name](pathlib.Path(path), pathlib.Path(folder), int(threads))
    print("ready", flush=True)
    for line in sys.stdin:
        word, count = line.split()
        print({"prompt": peer.prompt, "generate": peer.generate}[word](int(count)), flush=True)


if __name__ == "__main__":
    serve(*sys.argv[1:])
