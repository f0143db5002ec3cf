"""Runs a pipeline's exported ONNX files in ONNX Runtime on the test vectors that Octavo's engine made.

    pipeline_equal.py FLOAT.onnx SCHEME=folder ...

A folder holds `vectors/vectors.safetensors`, `onnx-integer/model.onnx` and `onnx-qdq/model.onnx`, as `export` wrote them.
A line is printed for each file: how many images there were, how many integers of the scores differ from the engine's,
how many images get another class. Exit code 1 where one integer of onnx-integer differs, or a file is not valid ONNX.
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


def outputs(path, images):
    """What leaves a model, value by value, for images in 0...255."""
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
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


def main():
    float_file, schemes = sys.argv[1], [argument.split("=", 1) for argument in sys.argv[2:]]
    print(f"{'scheme':<24} {'form':<13} {'images':>7} {'integers differ':>16} {'other class':>12} {'accuracy':>9}")
    isBad, isFirst = False, True
    for scheme, folder in schemes:
        vectors = tensors(os.path.join(folder, "vectors", "vectors.safetensors"))
        images, labels, expected = vectors["images"], vectors["labels"], vectors["scores"]
        if isFirst:
            share = accuracy(outputs(float_file, images)["scores"], labels)
            print(f"{'':<24} {'onnx':<13} {len(images):>7,} {'':>16} {'':>12} {share:>9.2%}")
            isFirst = False
        for form in ["onnx-integer", "onnx-qdq"]:
            found = outputs(os.path.join(folder, form, "model.onnx"), images)
            if form == "onnx-integer":
                scores = flat(found["scores_quantized"])
                differing = int((scores != expected).sum())
                isBad = isBad or differing > 0 or scores.dtype != expected.dtype
                counted = f"{differing:,} of {expected.size:,}"
            else:
                # Its scores are real numbers: a step of them is the smallest difference there is.
                scores = flat(found["scores"])
                steps = numpy.unique(numpy.abs(numpy.diff(numpy.unique(scores))))
                step = steps[steps > 0].min() if (steps > 0).any() else 1
                both = numpy.rint(scores / step).astype(int), expected.astype(int)
                zero = int(numpy.median(both[1] - both[0]))
                differing = int((both[0] + zero != both[1]).sum())
                counted = f"{differing:,} of {expected.size:,}"
            other = int((scores.argmax(axis=1) != expected.argmax(axis=1)).sum())
            print(
                f"{scheme:<24} {form:<13} {len(images):>7,} {counted:>16} {other:>12,} {accuracy(scores, labels):>9.2%}",
                flush=True,
            )
    sys.exit(1 if isBad else 0)


if __name__ == "__main__":
    main()
