"""A float checkpoint of ours: its network, layer by layer, and its parameters."""
import json
import pathlib

from safetensors import safe_open


class Checkpoint:
    """`input`: channels, height and width; `layers`: as a network file has them; `parameters`: by PyTorch's names."""

    def __init__(self, path: pathlib.Path):
        with safe_open(str(path), framework="np") as file:
            network = json.loads(file.metadata()["network"])
            self.parameters = {name: file.get_tensor(name) for name in file.keys()}
        self.input = [network["input"][size] for size in ("channels", "height", "width")]
        self.layers = network["layers"]
