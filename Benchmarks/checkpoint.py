"""A float checkpoint of ours: its network, layer by layer, and its parameters."""
import json
import pathlib

from safetensors import safe_open


class Checkpoint:
    """`input`: channels, height and width; `normalization`: its mean and std; `layers`: as a network file has them, each
    with the `inputs` that it reads, `quant` for the network's; `parameters`: by PyTorch's names.
    """

    def __init__(self, path: pathlib.Path):
        with safe_open(str(path), framework="np") as file:
            network = json.loads(file.metadata()["network"])
            self.parameters = {_undotted(name): file.get_tensor(name) for name in file.keys()}
        self.input = [network["input"][size] for size in ("channels", "height", "width")]
        self.normalization = tuple(network["input"].get(key, [value]) for key, value in (("mean", 0), ("std", 1)))
        self.layers, before = [], "quant"
        for layer in network["layers"]:
            inputs = [name.replace(".", "_") for name in layer.get("inputs", [before])]
            before = layer["name"].replace(".", "_")
            self.layers.append(layer | {"name": before, "inputs": inputs})


def _undotted(name: str) -> str:
    """A parameter's name with no dot but its last: a module of PyTorch's has none in its own name."""
    module, dot, part = name.rpartition(".")
    return module.replace(".", "_") + dot + part


def pair(value) -> list:
    """Rows and columns, of a number for both or of a list."""
    return value if isinstance(value, list) else [value, value]


def sides(padding) -> list:
    """Top, left, bottom and right, of a padding as a network file has it."""
    rows = pair(padding)
    return rows if len(rows) == 4 else rows + rows
