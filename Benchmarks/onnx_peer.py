"""ONNX Runtime: the same weights as an ONNX model, in float and quantized statically."""
import pathlib

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from checkpoint import Checkpoint, pair, sides

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


class Batches(CalibrationDataReader):
    """Images to calibrate on, for a model's input of that name."""

    def __init__(self, images: numpy.ndarray, name: str = "images"):
        self.batches, self.name = iter(numpy.split(images, range(64, len(images), 64))), name

    def get_next(self):
        batch = next(self.batches, None)
        return None if batch is None else {self.name: batch}


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
            str(prepared), str(quantized), Batches(calibration), quant_format=QuantFormat.QDQ,
            activation_type=activations, weight_type=QuantType.QInt8, per_channel=True)
        made.append(Inference(f"ONNX Runtime {form}", "int8", quantized, threads))
    return made


def model(checkpoint: Checkpoint) -> onnx.ModelProto:
    """A fused checkpoint as an ONNX model, node by node."""
    nodes, values = [], {"quant": "images"}

    def append(kind, name, inputs, **attributes):
        nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    for layer in checkpoint.layers:
        name, kind = layer["name"], layer["type"]
        inputs = [values[read] for read in layer["inputs"]]
        if kind in ("conv2d", "linear"):
            inputs += [f"{name}.weight"] + ([f"{name}.bias"] if layer.get("bias") else [])
        if kind in ("batchNorm2d", "batchNorm1d"):
            inputs += [f"{name}.{part}" for part in ("weight", "bias", "running_mean", "running_var")]
        if kind in ("dropout", "softmax"):
            values[name] = inputs[0]
            continue
        operator, attributes = _operator(layer)
        if kind == "relu6":
            inputs += ["zero", "six"]
        values[name] = append(operator, name, inputs, **attributes)
        if layer.get("relu"):
            values[name] = append("Relu", f"{name}_relu", [name])
    flowing = values[checkpoint.layers[-1]["name"]]
    clips = any(layer["type"] == "relu6" for layer in checkpoint.layers)
    constants = {"zero": numpy.array(0, "f4"), "six": numpy.array(6, "f4")} if clips else {}
    classes = next(layer["out"] for layer in reversed(checkpoint.layers) if "out" in layer)
    graph = helper.make_graph(
        nodes, "network",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["count", *checkpoint.input])],
        [helper.make_tensor_value_info(flowing, TensorProto.FLOAT, ["count", classes])],
        [numpy_helper.from_array(value, name) for name, value in (checkpoint.parameters | constants).items()])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(made)
    return made


def _operator(layer: dict) -> tuple:
    """ONNX's operator for a layer, and its attributes."""
    kind = layer["type"]
    if kind == "averagePool2d" and "kernel" not in layer:
        return "GlobalAveragePool", {}
    if kind in ("conv2d", "maxPool2d", "averagePool2d"):
        attributes = {
            "kernel_shape": pair(layer["kernel"]), "strides": pair(layer["stride"]), "pads": sides(layer.get("padding", 0))}
        if kind == "conv2d":
            return "Conv", attributes | {"dilations": pair(layer.get("dilation", 1)), "group": layer.get("groups", 1)}
        attributes["ceil_mode"] = int(layer.get("ceil", False))
        if kind == "maxPool2d":
            return "MaxPool", attributes
        return "AveragePool", attributes | {"count_include_pad": int(layer.get("count_include_pad", True))}
    if kind == "linear":
        return "Gemm", {"transB": 1}
    if kind in ("batchNorm2d", "batchNorm1d"):
        return "BatchNormalization", {"epsilon": layer["epsilon"]}
    if kind == "leakyRelu":
        return "LeakyRelu", {"alpha": layer["slope"]}
    if kind == "concat":
        return "Concat", {"axis": 1}
    return {
        "relu": "Relu", "flatten": "Flatten", "add": "Add", "hardSwish": "HardSwish", "sigmoid": "Sigmoid", "relu6": "Clip",
    }[kind], {}
