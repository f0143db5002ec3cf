"""Runs a pipeline's exported ONNX files in ONNX Runtime on the test vectors that Octavo's engine made.

    pipeline_equal.py FLOAT.onnx SCHEME=folder ...

A folder holds `vectors/vectors.safetensors`, `onnx-integer/model.onnx` and `onnx-qdq/model.onnx`, as `export` wrote them.
A line is printed for each file: how many images there were, how many integers of the scores differ from the engine's,
how many images get another class. Exit code 1 where one integer of onnx-integer differs, or a file is not valid ONNX.

On x86 without VNNI ONNX Runtime adds two products of u8 and s8 in 16 bits, which saturate where `export` warned. What
differs there is told, and run again with the products added in 32 bits, form "  in 32 bits"; that counts then.
"""

import json
import os
import sys

import numpy
import onnx
import onnxruntime

BATCH = 500


def tensors(path):
    """The named arrays of a safetensors file."""
    types = {"U8": numpy.uint8, "I8": numpy.int8}
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    return {
        name: numpy.frombuffer(data[slice(*entry["data_offsets"])], types[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }


def saturates():
    """Whether this processor is one on which ONNX Runtime adds two products in 16 bits; false where nothing says so."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            flags = next((line.split() for line in file if line.startswith("flags")), [])
    except OSError:
        return False
    return bool(flags) and not {"avx512_vnni", "avx_vnni"} & set(flags)


def outputs(path, images, wide=False):
    """What leaves a model, value by value, for images in 0...255; wide where products shall be added in 32 bits."""
    onnx.checker.check_model(onnx.load(path), full_check=True)
    options = onnxruntime.SessionOptions()
    if wide:
        options.add_session_config_entry("session.x64quantprecision", "1")
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    parts = [
        session.run(names, {"input": images[first : first + BATCH].astype(numpy.float32) / numpy.float32(255)})
        for first in range(0, len(images), BATCH)
    ]
    return {name: numpy.concatenate([part[place] for part in parts]) for place, name in enumerate(names)}


def flat(array):
    return array.reshape(len(array), -1)


def accuracy(scores, labels):
    return (flat(scores).argmax(axis=1) == labels).mean()


def integers(found, expected):
    """The scores of a file, and how many of their integers differ from the engine's."""
    if "scores_quantized" in found:
        scores = flat(found["scores_quantized"])
        return scores, expected.size if scores.dtype != expected.dtype else int((scores != expected).sum())
    # Real numbers: a step of them is the smallest difference there is.
    scores = flat(found["scores"])
    steps = numpy.unique(numpy.abs(numpy.diff(numpy.unique(scores))))
    step = steps[steps > 0].min() if (steps > 0).any() else 1
    both = numpy.rint(scores / step).astype(int), expected.astype(int)
    zero = int(numpy.median(both[1] - both[0]))
    return scores, int((both[0] + zero != both[1]).sum())


def compare(scheme, form, path, vectors, wide=False):
    """Prints a file's line.

    Returns how many integers differ."""
    images, labels, expected = vectors["images"], vectors["labels"], vectors["scores"]
    scores, differing = integers(outputs(path, images, wide), expected)
    other = int((scores.argmax(axis=1) != expected.argmax(axis=1)).sum())
    print(
        f"{scheme:<24} {'  in 32 bits' if wide else form:<13} {len(images):>7,} "
        f"{f'{differing:,} of {expected.size:,}':>20} {other:>12,} {accuracy(scores, labels):>9.2%}",
        flush=True,
    )
    return differing


def main():
    float_file, schemes = sys.argv[1], [argument.split("=", 1) for argument in sys.argv[2:]]
    print(f"{'scheme':<24} {'form':<13} {'images':>7} {'integers differ':>20} {'other class':>12} {'accuracy':>9}")
    isBad, saturated = False, []
    for place, (scheme, folder) in enumerate(schemes):
        vectors = tensors(os.path.join(folder, "vectors", "vectors.safetensors"))
        if place == 0:
            share = accuracy(outputs(float_file, vectors["images"])["scores"], vectors["labels"])
            print(f"{'':<24} {'onnx':<13} {len(vectors['images']):>7,} {'':>20} {'':>12} {share:>9.2%}")
        path = os.path.join(folder, "onnx-integer", "model.onnx")
        differing = compare(scheme, "onnx-integer", path, vectors)
        if differing and saturates():
            saturated.append(scheme)
            differing = compare(scheme, "onnx-integer", path, vectors, wide=True)
        isBad = isBad or differing > 0
        path = os.path.join(folder, "onnx-qdq", "model.onnx")
        compare(scheme, "onnx-qdq", path, vectors)
        if scheme in saturated:
            compare(scheme, "onnx-qdq", path, vectors, wide=True)
    if saturated:
        print(
            "This processor has no VNNI: by default ONNX Runtime adds two products in 16 bits, and they saturate in "
            f"{', '.join(saturated)}. What counts there is 'in 32 bits', with session.x64quantprecision set to 1."
        )
    sys.exit(1 if isBad else 0)


if __name__ == "__main__":
    main()
