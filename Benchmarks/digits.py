"""The dataset at hand, as its manifest names it."""
import json
import pathlib

import numpy


class Digits:
    """One split: images (count, channels, rows, columns) as floats, as a network's first layer sees them, their pixels
    as they are stored, and the class of each.

    `normalization`: what is taken from pixel / 255, and what the difference is divided by, channel by channel or once.
    """

    def __init__(self, manifest: pathlib.Path, split: str, normalization: tuple = ([0], [1])):
        entries = {entry["role"]: entry["path"] for entry in json.loads(manifest.read_text())["files"]}
        pixels = _idx(manifest.parent / entries[f"{split}-images"])
        self.pixels = pixels if pixels.ndim == 4 else pixels[:, None]
        mean, std = (numpy.array(values, numpy.float32).reshape(1, -1, 1, 1) for values in normalization)
        self.images = (self.pixels.astype(numpy.float32) / numpy.float32(255) - mean) / std
        self.labels = _idx(manifest.parent / entries[f"{split}-labels"]).astype(numpy.int64)

    def first(self, count: int) -> numpy.ndarray:
        """So many images, from the first on, and from the first again where there are fewer."""
        return numpy.ascontiguousarray(self.images[numpy.arange(count) % len(self.images)])


def _idx(path: pathlib.Path) -> numpy.ndarray:
    """An IDX file of bytes: two zeros, the type, the rank, the sizes in big-endian order, the values."""
    data = path.read_bytes()
    rank = data[3]
    sizes = numpy.frombuffer(data, ">u4", rank, offset=4)
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * rank).reshape(sizes)
