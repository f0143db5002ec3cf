"""PyTorch: eager inference in float and in int8, and epochs of training and of quantization-aware training."""
import collections
import copy
import warnings

import numpy
import torch
from torch.ao import quantization
from torch.ao.nn import quantized

from checkpoint import Checkpoint, pair, sides
from digits import Digits

ENGINES = ("fbgemm", "x86", "onednn")
# Eager quantization is announced to end: that is said once in the documentation, and need not be said here.
warnings.filterwarnings("ignore", category=DeprecationWarning)
warnings.filterwarnings("ignore", category=UserWarning, module="torch")


class Network(torch.nn.Module):
    """Layers that read each other's values, between a quantizer and its inverse, both of which do nothing in float."""

    def __init__(self, checkpoint: Checkpoint):
        super().__init__()
        self.quant, self.dequant = quantization.QuantStub(), quantization.DeQuantStub()
        self.layers = checkpoint.layers
        values = {"quant": torch.zeros(2, *checkpoint.input)}
        for layer in self.layers:
            inputs = [values[name] for name in layer["inputs"]]
            module = _module(layer, inputs[0].shape[1])
            self.add_module(layer["name"], module)
            values[layer["name"]] = _call(layer, module, inputs)
            if layer.get("relu") and layer["type"] != "add":
                self.add_module(layer["name"] + "_relu", torch.nn.ReLU())

    def forward(self, images):
        values = {"quant": self.quant(images)}
        for layer in self.layers:
            name = layer["name"]
            value = _call(layer, getattr(self, name), [values[read] for read in layer["inputs"]])
            values[name] = getattr(self, name + "_relu")(value) if hasattr(self, name + "_relu") else value
        return self.dequant(values[self.layers[-1]["name"]])

    def load(self, checkpoint: Checkpoint):
        """Takes a checkpoint's parameters."""
        values = {name: torch.from_numpy(value.copy()) for name, value in checkpoint.parameters.items()}
        self.load_state_dict(values, strict=False)
        return self

    def fusable(self) -> list:
        """Runs of modules that PyTorch makes one: conv or linear, batch normalization, ReLU, each read by the next alone."""
        kinds = {"conv2d": "c", "linear": "l", "batchNorm2d": "b", "batchNorm1d": "b", "relu": "r"}
        readers = collections.Counter(name for layer in self.layers for name in layer["inputs"])
        runs, taken = [], set()
        for index, layer in enumerate(self.layers):
            if kinds.get(layer["type"]) not in ("c", "l") or layer["name"] in taken:
                continue
            run, last = [layer["name"]], layer["name"]
            if layer.get("relu"):
                run.append(layer["name"] + "_relu")
            for follower in self.layers[index + 1:]:
                wanted = "br" if len(run) == 1 else "r"
                if follower["inputs"] != [last] or readers[last] != 1 or kinds.get(follower["type"], "-") not in wanted:
                    continue
                run.append(follower["name"])
                last = follower["name"]
                if kinds[follower["type"]] == "r":
                    break
            taken.update(run)
            if len(run) > 1:
                runs.append(run)
        return runs


def _module(layer: dict, channels: int) -> torch.nn.Module:
    """What computes a layer into which so many channels enter."""
    kind = layer["type"]
    if "padding" in layer and sides(layer["padding"])[:2] != sides(layer["padding"])[2:]:
        raise SystemExit(f"layer '{layer['name']}': PyTorch pads alike on both sides; it cannot be timed")
    padding = tuple(sides(layer.get("padding", 0))[:2])
    if kind == "conv2d":
        return torch.nn.Conv2d(
            channels, layer["out"], pair(layer["kernel"]), pair(layer["stride"]), padding,
            pair(layer.get("dilation", 1)), layer.get("groups", 1), layer["bias"])
    if kind == "linear":
        return torch.nn.Linear(channels, layer["out"], bias=layer["bias"])
    if kind == "maxPool2d":
        return torch.nn.MaxPool2d(pair(layer["kernel"]), pair(layer["stride"]), padding, ceil_mode=layer.get("ceil", False))
    if kind == "averagePool2d" and "kernel" in layer:
        return torch.nn.AvgPool2d(
            pair(layer["kernel"]), pair(layer["stride"]), padding, layer.get("ceil", False),
            layer.get("count_include_pad", True))
    if kind in ("batchNorm2d", "batchNorm1d"):
        norm = torch.nn.BatchNorm2d if kind == "batchNorm2d" else torch.nn.BatchNorm1d
        return norm(channels, layer["epsilon"], layer["momentum"])
    if kind == "leakyRelu":
        return torch.nn.LeakyReLU(layer["slope"])
    if kind == "dropout":
        return torch.nn.Dropout(layer["probability"])
    return {
        "relu": torch.nn.ReLU, "relu6": torch.nn.ReLU6, "hardSwish": torch.nn.Hardswish, "sigmoid": torch.nn.Sigmoid,
        "averagePool2d": lambda: torch.nn.AdaptiveAvgPool2d(1), "flatten": torch.nn.Flatten,
        "softmax": torch.nn.Identity, "add": quantized.FloatFunctional, "concat": quantized.FloatFunctional,
    }[kind]()


def _call(layer: dict, module: torch.nn.Module, inputs: list):
    if layer["type"] == "add":
        return module.add_relu(*inputs) if layer.get("relu") else module.add(*inputs)
    return module.cat(inputs, 1) if layer["type"] == "concat" else module(*inputs)


class Inference:
    """A network ready to run on arrays."""

    def __init__(self, name: str, kind: str, model: torch.nn.Module, engine: str = ""):
        self.name, self.kind, self.model, self.engine = name, kind, model.eval(), engine

    def prepare(self, images: numpy.ndarray):
        return torch.from_numpy(images)

    def run(self, images) -> numpy.ndarray:
        if self.engine:
            torch.backends.quantized.engine = self.engine
        with torch.inference_mode():
            return self.model(images).numpy()


def float_peer(checkpoint: Checkpoint) -> Inference:
    return Inference("PyTorch", "float32", Network(checkpoint).load(checkpoint))


def int8_peers(checkpoint: Checkpoint, calibration: numpy.ndarray) -> list:
    """One network for each of PyTorch's engines, quantized by its own default configuration."""
    peers = []
    for engine in ENGINES:
        torch.backends.quantized.engine = engine
        model = Network(checkpoint).load(checkpoint).eval()
        quantization.fuse_modules(model, model.fusable(), inplace=True)
        model.qconfig = quantization.get_default_qconfig(engine)
        quantization.prepare(model, inplace=True)
        with torch.inference_mode():
            for batch in torch.from_numpy(calibration).split(64):
                model(batch)
        peers.append(Inference(f"PyTorch {engine}", "int8", quantization.convert(model), engine))
    return peers


class Training:
    """A network in training. An epoch is every training image once, in random order, and a look at the test set."""

    def __init__(self, model: torch.nn.Module, learning_rate: float, batch: int, train: Digits, test: Digits):
        self.model, self.batch = model, batch
        self.optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
        self.images, self.labels = torch.from_numpy(train.images), torch.from_numpy(train.labels)
        self.test_images, self.test_labels = torch.from_numpy(test.images), torch.from_numpy(test.labels)
        self.loss = torch.nn.CrossEntropyLoss()

    def epoch(self) -> float:
        """Runs one. Returns the share of the test images that are classified correctly."""
        self.model.train()
        for indices in torch.randperm(len(self.images)).split(self.batch):
            self.optimizer.zero_grad()
            self.loss(self.model(self.images[indices]), self.labels[indices]).backward()
            self.optimizer.step()
        self.model.eval()
        with torch.inference_mode():
            scores = torch.cat([self.model(batch) for batch in self.test_images.split(self.batch)])
        return (scores.argmax(1) == self.test_labels).double().mean().item()


def fresh(checkpoint: Checkpoint) -> torch.nn.Module:
    """The network with random weights."""
    torch.manual_seed(0)
    return Network(checkpoint)


def quantization_aware(checkpoint: Checkpoint, engine: str = "fbgemm") -> torch.nn.Module:
    """The trained network, prepared to go on with every value rounded."""
    torch.backends.quantized.engine = engine
    model = Network(checkpoint).load(checkpoint).train()
    quantization.fuse_modules_qat(model, model.fusable(), inplace=True)
    model.qconfig = quantization.get_default_qat_qconfig(engine)
    return copy.deepcopy(quantization.prepare_qat(model, inplace=True))
