"""Runs exported ONNX files in ONNX Runtime and holds what leaves them to what Octavo's engines computed.

    onnx_equal.py cases.json

cases.json is {"cases": [{"name": ..., "kind": "integer" | "qdq" | "float", "model": file, "input": file of float32,
"shape": [images, channels, height, width], "scores": file of float32, "integers": {value: file of bytes, ...}, "wide":
whether products of u8 and s8 are to be added in 32 bits everywhere}]}; files are named from its folder. Integers are as the engine stores them, u8 as they are and s8 128 higher, of the values in
between by the names that they have in the file; what a file has no value for, because the layer adds no node, is left
out by its writer.

A line of JSON is printed for each case:

    checked      what onnx.checker says against the file, empty for nothing
    differing    integers that differ, by how the session ran: default and disabled optimizations, each as it is and with
                 every value exposed; exposing keeps operations apart that would be fused. Of a wide case default alone:
                 without optimizations ONNX Runtime has no wide products where it has no VNNI
    compared     how many integers were compared in each session
    missing      values that were named and are not in the file
    largest      the largest difference of two scores
    other_class  images whose greatest score is another class's

Exit code 1 where a file is not valid, or an integer of kind "integer" differs.
"""

import json
import os
import sys

import numpy
import onnx
import onnxruntime

SCORES = "scores_quantized"


def session(model, optimized, wide):
    options = onnxruntime.SessionOptions()
    if wide:
        options.add_session_config_entry("session.x64quantprecision", "1")
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    if not optimized:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def exposed(model, names):
    """The model with values in between among its outputs."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    there = {name for node in model.graph.node for name in node.output}
    outputs = {output.name for output in model.graph.output}
    for name in names:
        if name in there and name not in outputs:
            copy.graph.output.append(onnx.ValueInfoProto(name=name))
    return copy


def stored(array):
    """Integers as the engine stores them."""
    return (array.astype(numpy.int16) + 128).astype(numpy.uint8) if array.dtype == numpy.int8 else array


def problem(model):
    try:
        onnx.checker.check_model(model, full_check=True)
        return ""
    except Exception as error:
        return str(error).splitlines()[0]


def compare(case, folder):
    def floats(name):
        return numpy.fromfile(os.path.join(folder, name), dtype="<f4")

    model = onnx.load(os.path.join(folder, case["model"]))
    images = floats(case["input"]).reshape(case["shape"])
    scores = floats(case["scores"]).reshape(len(images), -1)
    expected = {
        name: numpy.fromfile(os.path.join(folder, file), dtype=numpy.uint8)
        for name, file in case.get("integers", {}).items()
    }
    found = {"name": case["name"], "checked": problem(model), "differing": {}, "compared": {}, "missing": []}
    found["largest"], found["other_class"] = 0.0, 0
    values = {name for node in model.graph.node for name in node.output}
    found["missing"] = sorted(set(expected) - values)
    for way, which in [("", model), (" exposed", exposed(model, expected))]:
        for optimized in [True] if case.get("wide") else [True, False]:
            run = session(which, optimized, case.get("wide"))
            names = [output.name for output in run.get_outputs()]
            result = dict(zip(names, run.run(None, {"input": images})))
            label = ("default" if optimized else "disabled") + way
            pairs = [(stored(result[name]).ravel(), expected[name]) for name in expected if name in result]
            differing = sum(int((a != b).sum()) if len(a) == len(b) else len(b) for a, b in pairs)
            found["differing"][label] = differing
            found["compared"][label] = sum(len(b) for _, b in pairs)
            ours = result["scores"].reshape(scores.shape)
            found["largest"] = max(found["largest"], float(numpy.abs(ours - scores).max()))
            found["other_class"] = max(
                found["other_class"], int((ours.argmax(axis=1) != scores.argmax(axis=1)).sum())
            )
    return found


def main():
    folder = os.path.dirname(os.path.abspath(sys.argv[1]))
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = json.load(file)["cases"]
    bad = False
    for case in cases:
        try:
            found = compare(case, folder)
        except Exception as error:
            found = {"name": case["name"], "failed": str(error).splitlines()[0]}
        print(json.dumps(found, sort_keys=True), flush=True)
        differs = case["kind"] == "integer" and any(found.get("differing", {}).values())
        bad = bad or differs or "failed" in found or found["checked"] != ""
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
