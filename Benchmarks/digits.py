"""The dataset at hand, as its manifest names it."""
import json
import pathlib

import numpy


class Digits:
    """One split: images (count, 1, rows, columns) as floats, pixel / 255, and the class of each."""

    def __init__(self, manifest: pathlib.Path, split: str):
        entries = {entry["role"]: entry["path"] for entry in json.loads(manifest.read_text())["files"]}
        pixels = _idx(manifest.parent / entries[f"{split}-images"])
        self.images = (pixels.astype(numpy.float32) / numpy.float32(255))[:, None]
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
