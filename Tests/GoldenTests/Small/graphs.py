"""Writes what PyTorch makes of two tiny graphs, graphs.safetensors and graphs.json: a residual network with batch
normalization, and one of depthwise convolutions, functions of each value and a concatenation.

Made with torch 2.13.0+cpu, numpy 2.4.6 and safetensors 0.8.0 on an x86-64 processor with AVX2, by

    python Tests/GoldenTests/Small/graphs.py

Activations stop at 127 under FBGEMM, so that its sums of pairs do not saturate on a processor without VNNI either; QNNPACK
adds in 32 bits. Parameters and pixels are drawn as make_small_golden.py draws them. Names are those of README.md.
"""

import copy
import json

import make_small_golden as small
import numpy as np
import safetensors
import torch
from make_small_golden import BATCH_SIZE, BATCHES, HERE, INPUT, Draws, hook, put, tensors, tq, weight_scales
from safetensors.numpy import save
from torch import nn
from torch.ao.nn.quantized import FloatFunctional

IMAGES, SEED = 4, 3061
COMMAND = "python Tests/GoldenTests/Small/graphs.py"
NETWORKS = {
    "residual": [
        {"name": "conv1", "type": "conv2d", "out": 8, "kernel": 3, "padding": 1, "bias": False},
        {"name": "bn1", "type": "batchNorm2d"},
        {"name": "relu1", "type": "relu"},
        {"name": "conv2", "type": "conv2d", "out": 8, "kernel": 3, "padding": 1, "bias": False},
        {"name": "bn2", "type": "batchNorm2d"},
        {"name": "sum1", "type": "add", "inputs": ["bn2", "relu1"]},
        {"name": "relu2", "type": "relu"},
        {"name": "conv3", "type": "conv2d", "out": 8, "kernel": [3, 2], "stride": 2, "padding": [1, 0], "bias": False},
        {"name": "bn3", "type": "batchNorm2d"},
        {"name": "short", "type": "conv2d", "out": 8, "kernel": 1, "stride": 2, "inputs": ["relu2"]},
        {"name": "sum2", "type": "add", "inputs": ["bn3", "short"]},
        {"name": "pool", "type": "averagePool2d"},
        {"name": "flatten", "type": "flatten"},
        {"name": "fc", "type": "linear", "out": 5},
    ],
    "depthwise": [
        {"name": "conv1", "type": "conv2d", "out": 8, "kernel": 3, "padding": 1},
        {"name": "relu1", "type": "relu6"},
        {"name": "deep1", "type": "conv2d", "out": 8, "kernel": 3, "padding": 1, "groups": 8, "bias": False},
        {"name": "bn1", "type": "batchNorm2d"},
        {"name": "relu2", "type": "relu"},
        {"name": "point", "type": "conv2d", "out": 8, "kernel": 1},
        {"name": "swish", "type": "hardSwish"},
        {"name": "group", "type": "conv2d", "out": 8, "kernel": 3, "padding": 2, "dilation": 2, "groups": 2},
        {"name": "leaky", "type": "leakyRelu", "slope": 0.1},
        {"name": "gate", "type": "sigmoid", "inputs": ["swish"]},
        {"name": "join", "type": "concat", "inputs": ["leaky", "gate"]},
        {"name": "pool", "type": "maxPool2d", "kernel": 3, "stride": 2, "padding": 1},
        {"name": "mean", "type": "averagePool2d", "kernel": 2, "stride": 2},
        {"name": "flatten", "type": "flatten"},
        {"name": "fc", "type": "linear", "out": 5},
    ],
}
STATIC = {
    "fbgemm": ("fbgemm", tq.get_default_qconfig("fbgemm")),
    "qnnpack": ("qnnpack", tq.get_default_qconfig("qnnpack")),
}


class Graph(nn.Module):
    """Layers that read each other's values, between the stubs of eager quantization."""

    def __init__(self, layers):
        super().__init__()
        self.quant, self.dequant = tq.QuantStub(), tq.DeQuantStub()
        self.layers = layers
        probes = {"quant": torch.zeros(1, INPUT["channels"], INPUT["height"], INPUT["width"])}
        before = "quant"
        for layer in layers:
            layer = {"inputs": [before], **layer}
            inputs = [probes[name] for name in layer["inputs"]]
            module = self.module(layer, inputs[0].shape[1])
            self.add_module(layer["name"], module)
            before = layer["name"]
            probes[before] = self.call(layer, module.eval(), inputs)

    @staticmethod
    def module(layer, width):
        match layer["type"]:
            case "conv2d":
                return nn.Conv2d(
                    width, layer["out"], layer["kernel"], layer.get("stride", 1), layer.get("padding", 0),
                    layer.get("dilation", 1), layer.get("groups", 1), layer.get("bias", True))
            case "batchNorm2d":
                return nn.BatchNorm2d(width)
            case "relu":
                return nn.ReLU()
            case "relu6":
                return nn.ReLU6()
            case "hardSwish":
                return nn.Hardswish()
            case "leakyRelu":
                return nn.LeakyReLU(layer["slope"])
            case "sigmoid":
                return nn.Sigmoid()
            case "maxPool2d":
                return nn.MaxPool2d(layer["kernel"], layer["stride"], layer["padding"])
            case "averagePool2d":
                return nn.AvgPool2d(layer["kernel"], layer["stride"]) if "kernel" in layer else nn.AdaptiveAvgPool2d(1)
            case "flatten":
                return nn.Flatten()
            case "linear":
                return nn.Linear(width, layer["out"])
            case "add" | "concat":
                return FloatFunctional()

    @staticmethod
    def call(layer, module, inputs):
        match layer["type"]:
            case "add":
                return module.add_relu(*inputs) if layer.get("relu") else module.add(*inputs)
            case "concat":
                return module.cat(inputs, dim=1)
            case "relu6":
                # QNNPACK's mixes up values that lie channels last.
                return module(inputs[0].contiguous())
        return module(*inputs)

    def forward(self, x):
        values, before = {"quant": self.quant(x)}, "quant"
        for layer in self.layers:
            inputs = layer.get("inputs", [before])
            before = layer["name"]
            values[before] = self.call(layer, getattr(self, before), [values[name] for name in inputs])
        self.values = values
        return self.dequant(values[before])

    def fused(self):
        """A copy whose convolutions and sums have taken in what follows them."""
        graph = copy.deepcopy(self).eval()
        groups, taken = [], {}
        for layer, follower in zip(graph.layers, graph.layers[1:]):
            if layer["type"] == "conv2d" or layer["name"] in taken:
                if follower["type"] in ("batchNorm2d", "relu") and "inputs" not in follower:
                    group = taken.get(layer["name"]) or [layer["name"]]
                    group.append(follower["name"])
                    taken[follower["name"]] = group
                    if len(group) == 2:
                        groups.append(group)
            if layer["type"] == "add" and follower["type"] == "relu":
                layer["relu"] = True
                setattr(graph, follower["name"], nn.Identity())
        return tq.fuse_modules(graph, groups)


def observed(model, layers):
    """The modules with a scale of their own, by name."""
    found = {"quant": model.quant}
    for layer in layers:
        module = getattr(model, layer["name"])
        if hasattr(module, "scale") and hasattr(module, "zero_point"):
            found[layer["name"]] = module
        elif layer["type"] == "sigmoid":
            found[layer["name"]] = module
    return found


def static(name, network, calibration, test):
    records = {}
    for configuration, (engine, qconfig) in STATIC.items():
        torch.backends.quantized.engine = engine
        prefix = f"{name}.{configuration}"
        model = network.fused()
        model.qconfig = qconfig
        tq.prepare(model, inplace=True)
        with torch.no_grad():
            for batch in calibration.split(BATCH_SIZE):
                model(batch)
        model = tq.convert(model)
        with torch.no_grad():
            logits = model(test)
        record = {"engine": engine, "activations": {}, "weight_scales": {}}
        for layer in observed(model, network.layers):
            value = model.values[layer]
            record["activations"][layer] = {"scale": float(value.q_scale()), "zero_point": int(value.q_zero_point())}
        for layer in ["quant"] + [layer["name"] for layer in network.layers]:
            value = model.values[layer]
            if value.is_quantized and layer != "flatten":
                put(f"{prefix}.{layer}.output", value.int_repr())
        for layer in network.layers:
            if layer["type"] in ("conv2d", "linear"):
                weight = getattr(model, layer["name"]).weight()
                record["weight_scales"][layer["name"]] = weight_scales(weight)
                put(f"{prefix}.{layer['name']}.weight", weight.int_repr())
        put(f"{prefix}.logits", logits)
        records[configuration] = record
    return records


def main():
    pixels = Draws(SEED)
    calibration, test = pixels.pixels(BATCHES * BATCH_SIZE, 1, 8, 8), pixels.pixels(IMAGES, 1, 8, 8)
    put("calibration.pixels", calibration)
    put("test.pixels", test)
    calibration, test = (torch.from_numpy(x.astype(np.float32) / np.float32(255)) for x in (calibration, test))
    small.Chain = Graph
    summary = {}
    for index, (name, layers) in enumerate(NETWORKS.items()):
        network = small.make_network(layers, Draws(SEED + 1 + index))
        for parameter, value in small.parameters(network).items():
            put(f"{name}.float.{parameter}", value)
        with torch.no_grad():
            put(f"{name}.float.logits", network(test))
        summary[name] = {
            "network": {"name": name, "input": INPUT, "layers": layers},
            "static": static(name, network, calibration, test),
        }
    document = {
        "command": COMMAND,
        "versions": {"torch": torch.__version__, "numpy": np.__version__, "safetensors": safetensors.__version__},
        "calibration": {"batches": BATCHES, "batch_size": BATCH_SIZE, "order": "file"},
        "networks": summary,
    }
    (HERE / "graphs.safetensors").write_bytes(save(tensors))
    (HERE / "graphs.json").write_text(json.dumps(document, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
