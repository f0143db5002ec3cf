"""Writes what PyTorch makes of three tiny networks, small.safetensors and small.json: golden data for every clone.

Made with torch 2.13.0+cpu, numpy 2.4.6 and safetensors 0.8.0 on an x86-64 processor with AVX-512 VNNI, by

    python Tests/GoldenTests/Small/make_small_golden.py

which writes both files beside itself and imports its other half, training.py. Weights and pixels are numpy's draws from
fixed seeds, the engine is pinned for each configuration, and one thread computes, so a second run writes the same
bytes. On another processor activation scales may move by a few units in the last place, since PyTorch adds floats in an
order of its own there. Without VNNI, FBGEMM and oneDNN add pairs of products in saturating 16 bits: do not record on
such a processor.

Names of tensors and keys are listed in README.md.
"""

import copy
import json
import os
import pathlib
import sys
import warnings

# Before torch is imported: histograms hang on linspace, which rounds otherwise without AVX2.
os.environ["ATEN_CPU_CAPABILITY"] = "avx2"
os.environ["MKL_CBWR"] = "AVX2"
sys.dont_write_bytecode = True

import numpy as np
import safetensors
import torch
import torch.ao.nn.intrinsic as nni
from safetensors.numpy import save
from torch import nn
from torch.ao import quantization as tq
from torch.ao.quantization import observer
from training import fake_quantize, hook, quantization_aware

warnings.filterwarnings("ignore")  # torch.ao is deprecated in favour of torchao; the numbers are not.
torch.set_num_threads(1)

HERE = pathlib.Path(__file__).resolve().parent
COMMAND = "python Tests/GoldenTests/Small/make_small_golden.py"
BATCHES, BATCH_SIZE, TEST_IMAGES, SEED = 2, 32, 8, 2061

# As Octavo's network files say it.
INPUT = {"channels": 1, "height": 8, "width": 8}
NETWORKS = {
    "plain": [
        {"name": "conv1", "type": "conv2d", "out": 4, "kernel": 3, "padding": 1},
        {"name": "relu1", "type": "relu"},
        {"name": "pool", "type": "maxPool2d", "kernel": 2},
        {"name": "conv2", "type": "conv2d", "out": 6, "kernel": 3, "padding": 1},
        {"name": "relu2", "type": "relu"},
        {"name": "flatten", "type": "flatten"},
        {"name": "fc1", "type": "linear", "out": 12},
        {"name": "relu3", "type": "relu"},
        {"name": "fc2", "type": "linear", "out": 5},
    ],
    "norm": [
        {"name": "conv1", "type": "conv2d", "out": 4, "kernel": 3, "padding": 1, "bias": False},
        {"name": "bn1", "type": "batchNorm2d"},
        {"name": "relu1", "type": "relu"},
        {"name": "pool", "type": "maxPool2d", "kernel": 2},
        {"name": "conv2", "type": "conv2d", "out": 6, "kernel": 3, "stride": 2, "padding": 1},
        {"name": "bn2", "type": "batchNorm2d"},
        {"name": "relu2", "type": "relu"},
        {"name": "flatten", "type": "flatten"},
        {"name": "fc", "type": "linear", "out": 5},
    ],
    "linear": [
        {"name": "flatten", "type": "flatten"},
        {"name": "fc1", "type": "linear", "out": 16},
        {"name": "relu1", "type": "relu"},
        {"name": "fc2", "type": "linear", "out": 5},
    ],
}

PER_CHANNEL = observer.PerChannelMinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_channel_symmetric)
PER_TENSOR = observer.MinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric)
REDUCED = observer.MinMaxObserver.with_args(reduce_range=True)
MOVING = observer.MovingAverageMinMaxObserver.with_args(reduce_range=True)
# Named after the schemes in Pipelines/mnist-cnn/schemes. x86 is fbgemm or onednn, layer by layer.
STATIC = {
    "fbgemm": ("fbgemm", tq.get_default_qconfig("fbgemm")),
    "qnnpack": ("qnnpack", tq.get_default_qconfig("qnnpack")),
    "onednn": ("onednn", tq.get_default_qconfig("onednn")),
    "minmax-reduced-per-channel": ("fbgemm", tq.QConfig(REDUCED, PER_CHANNEL)),
    "minmax-full-per-tensor": ("qnnpack", tq.QConfig(observer.MinMaxObserver, PER_TENSOR)),
    "moving-average-reduced-per-channel": ("fbgemm", tq.QConfig(MOVING, PER_CHANNEL)),
}
DYNAMIC = {
    "fbgemm": ("fbgemm", tq.default_dynamic_qconfig),
    "qnnpack": ("qnnpack", tq.default_dynamic_qconfig),
    "fbgemm-per-channel": ("fbgemm", tq.per_channel_dynamic_qconfig),
}

tensors = {}
summary = {}


def put(name, value):
    """Keeps a tensor for small.safetensors, in row-major order."""
    array = value.detach().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)
    assert name not in tensors, name
    assert array.dtype in (np.float32, np.int8, np.uint8, np.int32), (name, array.dtype)
    tensors[name] = np.array(array, order="C")


class Draws:
    """Uniform float32 draws of numpy's PCG64, which no release and no processor changes."""

    def __init__(self, seed):
        self.generator = np.random.Generator(np.random.PCG64(seed))

    def uniform(self, low, high, *shape):
        low, high = np.float32(low), np.float32(high)
        unit = self.generator.random(shape, dtype=np.float32)
        return torch.from_numpy(low + unit * (high - low))

    def pixels(self, *shape):
        return self.generator.integers(0, 255, shape, dtype=np.uint8)


class Chain(nn.Module):
    """Layers one after the other, between the stubs of eager quantization."""

    def __init__(self, layers):
        super().__init__()
        self.quant, self.dequant = tq.QuantStub(), tq.DeQuantStub()
        self.order = [layer["name"] for layer in layers]
        probe = torch.zeros(1, INPUT["channels"], INPUT["height"], INPUT["width"])
        for layer in layers:
            module = self.module(layer, probe.shape[1])
            probe = module.eval()(probe)
            self.add_module(layer["name"], module)

    @staticmethod
    def module(layer, width):
        match layer["type"]:
            case "conv2d":
                stride, padding = layer.get("stride", 1), layer.get("padding", 0)
                bias = layer.get("bias", True)
                return nn.Conv2d(width, layer["out"], layer["kernel"], stride, padding, bias=bias)
            case "batchNorm2d":
                return nn.BatchNorm2d(width)
            case "relu":
                return nn.ReLU()
            case "maxPool2d":
                return nn.MaxPool2d(layer["kernel"])
            case "flatten":
                return nn.Flatten()
            case "linear":
                return nn.Linear(width, layer["out"])

    def forward(self, x):
        x = self.quant(x)
        for name in self.order:
            x = getattr(self, name)(x)
        return self.dequant(x)

    def named(self, *kinds):
        return {name: getattr(self, name) for name in self.order if isinstance(getattr(self, name), kinds)}

    def groups(self):
        """Convolutions and linear layers, each with what follows them, where something does."""
        groups = []
        for name in self.order:
            module = getattr(self, name)
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                groups.append([name])
            elif isinstance(module, (nn.BatchNorm2d, nn.ReLU)):
                groups[-1].append(name)
        return [group for group in groups if len(group) > 1]

    def fused(self):
        """A copy whose convolutions and linear layers have taken in what follows them."""
        return tq.fuse_modules(copy.deepcopy(self).eval(), self.groups())


def make_network(layers, draws):
    """The network with drawn parameters: wider than by PyTorch's own initialization, and statistics unlike 0 and 1."""
    network = Chain(layers).eval()
    with torch.no_grad():
        for module in network.children():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                bound = 2.5 / np.sqrt(module.weight[0].numel())
                module.weight.copy_(draws.uniform(-bound, bound, *module.weight.shape))
                if module.bias is not None:
                    module.bias.copy_(draws.uniform(-0.2, 0.2, *module.bias.shape))
            elif isinstance(module, nn.BatchNorm2d):
                module.weight.copy_(draws.uniform(0.5, 1.5, *module.weight.shape))
                module.bias.copy_(draws.uniform(-0.3, 0.6, *module.bias.shape))
                module.running_mean.copy_(draws.uniform(-0.3, 0.3, *module.running_mean.shape))
                module.running_var.copy_(draws.uniform(0.03, 0.2, *module.running_var.shape))
    return network


def parameters(network):
    return {name: value for name, value in network.state_dict().items() if "num_batches" not in name}


def weight_scales(weight):
    """One scale per output channel, or one, as the JSON holds them; every zero point is 0."""
    if weight.qscheme() == torch.per_tensor_affine:
        scales, points = [weight.q_scale()], [weight.q_zero_point()]
    else:
        scales, points = weight.q_per_channel_scales().tolist(), weight.q_per_channel_zero_points().tolist()
    assert all(point == 0 for point in points)
    return scales


def static(name, network, calibration, test):
    """Observes, converts and runs one network under every static configuration."""
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
        layers = {layer: getattr(model, layer) for layer in network.named(nn.Conv2d, nn.Linear)}
        observed = {"quant": model.quant, **layers}
        outputs = {}
        hook(observed, lambda layer, _, y: outputs.update({layer: y.int_repr()}))
        with torch.no_grad():
            logits = model(test)
        record = {"engine": engine, "activations": {}, "weight_scales": {}}
        for layer, module in observed.items():
            record["activations"][layer] = {"scale": float(module.scale), "zero_point": int(module.zero_point)}
            put(f"{prefix}.{layer}.output", outputs[layer])
            assert len(outputs[layer].unique()) > 8, f"{prefix}.{layer}: too few integers to prove anything"
        for layer, module in layers.items():
            record["weight_scales"][layer] = weight_scales(module.weight())
            put(f"{prefix}.{layer}.weight", module.weight().int_repr())
        put(f"{prefix}.logits", logits)
        records[configuration] = record
    return records


def dynamic(name, network, test):
    """Linear layers with dynamic quantization: all test images in one call."""
    records = {}
    for configuration, (engine, qconfig) in DYNAMIC.items():
        torch.backends.quantized.engine = engine
        prefix = f"{name}.dynamic.{configuration}"
        model = tq.quantize_dynamic(copy.deepcopy(network).eval(), {nn.Linear: qconfig}, dtype=torch.qint8)
        layers = {layer: getattr(model, layer) for layer in network.named(nn.Linear)}

        def record_call(layer, x, y):
            put(f"{prefix}.{layer}.input", x)
            put(f"{prefix}.{layer}.output", y)

        hook(layers, record_call)
        with torch.no_grad():
            put(f"{prefix}.logits", model(test))
        record = {"engine": engine, "weight_scales": {}}
        for layer, module in layers.items():
            record["weight_scales"][layer] = weight_scales(module.weight())
            put(f"{prefix}.{layer}.weight", module.weight().int_repr())
        records[configuration] = record
    return records


def dynamic_layer(layer, draws):
    """One dynamically quantized linear layer on inputs of its own, 4 rows in a call; most zero points are not 0."""
    count = 4 * layer.in_features

    def ties(steps):
        # The scale is 2^-6 and the zero point 33 where a range has so many steps; half the values lie between two.
        values = draws.generator.integers(-66, 2 * steps - 65, count).astype(np.float32)
        values[:2] = -66, 2 * steps - 66
        return torch.from_numpy(values / np.float32(128))

    cases = {
        "signed": draws.uniform(-1.3, 0.9, count),
        "negative": draws.uniform(-2, -1, count),
        "zeros": torch.zeros(count),
        "tiny": draws.uniform(-1e-4, 1e-4, count),
        "ties-reduced": ties(127),
        "ties-full": ties(255),
    }
    for case, values in cases.items():
        put(f"dynamic.layer.{case}.input", values.reshape(4, -1))
    for configuration, (engine, qconfig) in DYNAMIC.items():
        torch.backends.quantized.engine = engine
        model = tq.quantize_dynamic(nn.Sequential(copy.deepcopy(layer)), {nn.Linear: qconfig}, dtype=torch.qint8)
        for case, values in cases.items():
            with torch.no_grad():
                put(f"dynamic.layer.{configuration}.{case}.output", model(values.reshape(4, -1)))


def main():
    pixels = Draws(SEED)
    calibration, test = pixels.pixels(BATCHES * BATCH_SIZE, 1, 8, 8), pixels.pixels(TEST_IMAGES, 1, 8, 8)
    put("calibration.pixels", calibration)
    put("test.pixels", test)
    calibration, test = (torch.from_numpy(x.astype(np.float32) / np.float32(255)) for x in (calibration, test))
    put("test.inputs", test)
    networks = {}
    for index, (name, layers) in enumerate(NETWORKS.items()):
        network = make_network(layers, Draws(SEED + 1 + index))
        for parameter, value in parameters(network).items():
            put(f"{name}.float.{parameter}", value)
        if network.named(nn.BatchNorm2d):
            fused = network.fused()
            for layer in fused.named(nn.Conv2d, nni.ConvReLU2d):
                module = getattr(fused, layer)[0]
                put(f"{name}.fused.{layer}.weight", module.weight)
                put(f"{name}.fused.{layer}.bias", module.bias)
        with torch.no_grad():
            logits = network(test)
        put(f"{name}.float.logits", logits)
        assert len(logits.argmax(1).unique()) > 1, f"{name}: every image of one class"
        summary[name] = {
            "network": {"name": name, "input": INPUT, "layers": layers},
            "static": static(name, network, calibration, test),
        }
        if name != "norm":
            summary[name]["dynamic"] = dynamic(name, network, test)
        networks[name] = network
    dynamic_layer(networks["linear"].fc1, Draws(SEED + 12))
    document = {
        "command": COMMAND,
        "versions": {"torch": torch.__version__, "numpy": np.__version__, "safetensors": safetensors.__version__},
        "calibration": {"batches": BATCHES, "batch_size": BATCH_SIZE, "order": "file"},
        "networks": summary,
        "fake_quantize": fake_quantize(put, Draws(SEED + 10)),
        "qat": quantization_aware(put, networks["norm"], networks["norm"].groups(), test, Draws(SEED + 11)),
    }
    (HERE / "small.safetensors").write_bytes(save(tensors))
    (HERE / "small.json").write_text(json.dumps(document, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
