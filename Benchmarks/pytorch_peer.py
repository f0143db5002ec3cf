"""PyTorch: eager inference in float and in int8, and epochs of training and of quantization-aware training."""
import copy
import warnings

import numpy
import torch
from torch.ao import quantization

from checkpoint import Checkpoint
from digits import Digits

ENGINES = ("fbgemm", "x86", "onednn")
# Eager quantization is announced to end: that is said once in the documentation, and need not be said here.
warnings.filterwarnings("ignore", category=DeprecationWarning)
warnings.filterwarnings("ignore", category=UserWarning, module="torch")


class Network(torch.nn.Module):
    """A chain of layers between a quantizer and its inverse, both of which do nothing in float."""

    def __init__(self, checkpoint: Checkpoint):
        super().__init__()
        self.quant, self.dequant = quantization.QuantStub(), quantization.DeQuantStub()
        self.order = []
        channels, height, width = checkpoint.input
        for layer in checkpoint.layers:
            kind = layer["type"]
            if kind == "conv2d":
                kernel, stride, padding = layer["kernel"], layer["stride"], layer["padding"]
                module = torch.nn.Conv2d(channels, layer["out"], kernel, stride, padding, bias=layer["bias"])
                channels = layer["out"]
                height = (height + 2 * padding - kernel) // stride + 1
                width = (width + 2 * padding - kernel) // stride + 1
            elif kind == "linear":
                module = torch.nn.Linear(channels * height * width, layer["out"], bias=layer["bias"])
                channels, height, width = layer["out"], 1, 1
            elif kind == "maxPool2d":
                module = torch.nn.MaxPool2d(layer["kernel"], layer["stride"])
                height = (height - layer["kernel"]) // layer["stride"] + 1
                width = (width - layer["kernel"]) // layer["stride"] + 1
            elif kind == "batchNorm2d":
                module = torch.nn.BatchNorm2d(channels)
            else:
                module = {"relu": torch.nn.ReLU, "flatten": torch.nn.Flatten}[kind]()
            self._append(layer["name"], module)
            if layer.get("relu"):
                self._append(layer["name"] + "_relu", torch.nn.ReLU())

    def _append(self, name, module):
        self.add_module(name, module)
        self.order.append(name)

    def forward(self, images):
        values = self.quant(images)
        for name in self.order:
            values = getattr(self, name)(values)
        return self.dequant(values)

    def load(self, checkpoint: Checkpoint):
        """Takes a checkpoint's parameters."""
        values = {name: torch.from_numpy(value.copy()) for name, value in checkpoint.parameters.items()}
        self.load_state_dict(values, strict=False)
        return self

    def fusable(self) -> list:
        """Runs of modules that PyTorch makes one: conv, batch normalization, ReLU; linear, ReLU."""
        kinds = {torch.nn.Conv2d: "c", torch.nn.BatchNorm2d: "b", torch.nn.ReLU: "r", torch.nn.Linear: "l"}
        word = "".join(kinds.get(type(getattr(self, name)), "-") for name in self.order)
        runs, index = [], 0
        while index < len(word):
            run = next((run for run in ("cbr", "cb", "cr", "lr") if word.startswith(run, index)), word[index])
            if len(run) > 1:
                runs.append(self.order[index:index + len(run)])
            index += len(run)
        return runs


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
