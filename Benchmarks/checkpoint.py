"""A float checkpoint of ours: its network, layer by layer, and its parameters."""
import json
import pathlib

from safetensors import safe_open


class Checkpoint:
    """`input`: channels, height and width; `normalization`: its mean and std; `layers`: as a network file has them;
    `parameters`: by PyTorch's names.
    """

    def __init__(self, path: pathlib.Path):
        with safe_open(str(path), framework="np") as file:
            network = json.loads(file.metadata()["network"])
            self.parameters = {_undotted(name): file.get_tensor(name) for name in file.keys()}
        self.input = [network["input"][size] for size in ("channels", "height", "width")]
        self.normalization = tuple(network["input"].get(key, [value]) for key, value in (("mean", 0), ("std", 1)))
        self.layers = [layer | {"name": layer["name"].replace(".", "_")} for layer in network["layers"]]


def _undotted(name: str) -> str:
    """A parameter's name with no dot but its last: a module of PyTorch's has none in its own name."""
    module, dot, part = name.rpartition(".")
    return module.replace(".", "_") + dot + part
