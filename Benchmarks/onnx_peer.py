"""ONNX Runtime: the same weights as an ONNX model, in float and quantized statically."""
import pathlib

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from checkpoint import Checkpoint

FORMS = {"u8s8": QuantType.QUInt8, "s8s8": QuantType.QInt8}


class Inference:
    """A model ready to run on arrays."""

    def __init__(self, name: str, kind: str, path: pathlib.Path, threads: int):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.name, self.kind = name, kind
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def prepare(self, images: numpy.ndarray):
        return images

    def run(self, images) -> numpy.ndarray:
        return self.session.run(None, {"images": images})[0]


class _Batches(CalibrationDataReader):
    def __init__(self, images: numpy.ndarray):
        self.batches = iter(numpy.split(images, range(64, len(images), 64)))

    def get_next(self):
        batch = next(self.batches, None)
        return None if batch is None else {"images": batch}


def peers(checkpoint: Checkpoint, calibration: numpy.ndarray, threads: int, folder: pathlib.Path) -> list:
    """The float model, and one for each way to hold integers."""
    path = folder / "float.onnx"
    onnx.save(model(checkpoint), path)
    made = [Inference("ONNX Runtime", "float32", path, threads)]
    prepared = folder / "prepared.onnx"
    quant_pre_process(str(path), str(prepared), skip_symbolic_shape=True)
    for form, activations in FORMS.items():
        quantized = folder / f"{form}.onnx"
        quantize_static(
            str(prepared), str(quantized), _Batches(calibration), quant_format=QuantFormat.QDQ,
            activation_type=activations, weight_type=QuantType.QInt8, per_channel=True)
        made.append(Inference(f"ONNX Runtime {form}", "int8", quantized, threads))
    return made


def model(checkpoint: Checkpoint) -> onnx.ModelProto:
    """A fused checkpoint as an ONNX model, node by node."""
    nodes, flowing = [], "images"

    def append(kind, name, inputs=(), **attributes):
        nonlocal flowing
        nodes.append(helper.make_node(kind, [flowing, *inputs], [name], name=name, **attributes))
        flowing = name

    for layer in checkpoint.layers:
        name, kind = layer["name"], layer["type"]
        inputs = [f"{name}.weight"] + ([f"{name}.bias"] if layer.get("bias") else [])
        if kind == "conv2d":
            size, stride, padding = layer["kernel"], layer["stride"], layer["padding"]
            append("Conv", name, inputs, kernel_shape=[size] * 2, strides=[stride] * 2, pads=[padding] * 4)
        elif kind == "linear":
            append("Gemm", name, inputs, transB=1)
        elif kind == "maxPool2d":
            append("MaxPool", name, kernel_shape=[layer["kernel"]] * 2, strides=[layer["stride"]] * 2)
        else:
            append({"relu": "Relu", "flatten": "Flatten"}[kind], name)
        if layer.get("relu"):
            append("Relu", f"{name}_relu")
    classes = next(layer["out"] for layer in reversed(checkpoint.layers) if "out" in layer)
    graph = helper.make_graph(
        nodes, "network",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["count", *checkpoint.input])],
        [helper.make_tensor_value_info(flowing, TensorProto.FLOAT, ["count", classes])],
        [numpy_helper.from_array(value, name) for name, value in checkpoint.parameters.items()])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(made)
    return made
