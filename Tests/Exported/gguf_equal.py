"""GGUF files of export-transformer, in the programs that they are for.

    gguf_equal.py blocks float.gguf quantized.gguf   every matrix of the second against gguf's own quantization of the
                                                     first's, which is F32; prints how many are equal, and of how many
    gguf_equal.py text model.gguf prompt count       the likeliest tokens behind a prompt, as llama.cpp finds them: the text
"""

import sys


def blocks(first, second):
    import numpy
    from gguf import GGMLQuantizationType, GGUFReader, quants

    floats = {tensor.name: tensor.data for tensor in GGUFReader(first).tensors}
    equal = matrices = 0
    for tensor in GGUFReader(second).tensors:
        weights = floats.pop(tensor.name)
        if tensor.tensor_type == GGMLQuantizationType.F32:
            assert numpy.array_equal(tensor.data, weights), tensor.name
            continue
        expected = quants.quantize(weights, tensor.tensor_type)
        matrices += 1
        equal += numpy.array_equal(expected.reshape(-1), numpy.asarray(tensor.data).reshape(-1))
    assert not floats, f"missing: {list(floats)}"
    print(equal, matrices)


def text(path, prompt, count):
    from llama_cpp import Llama

    # Keys and values in 32 bits, as ours; a token at a time.
    model = Llama(path, n_ctx=512, n_batch=1, n_ubatch=1, logits_all=True, verbose=False, type_k=0, type_v=0)
    tokens = model.tokenize(prompt.encode(), add_bos=True)
    model.eval(tokens)
    made = []
    for _ in range(count):
        made.append(int(model.scores[model.n_tokens - 1].argmax()))
        model.eval(made[-1:])
    whole, start = model.detokenize(tokens + made), model.detokenize(tokens)
    sys.stdout.write(whole[len(start) :].decode())


if __name__ == "__main__":
    command, *words = sys.argv[1:]
    if command == "blocks":
        blocks(*words)
    else:
        text(words[0], words[1], int(words[2]))
