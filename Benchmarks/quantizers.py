"""Octavo's schemes beside ONNX Runtime's and NNCF's quantizers: one float ONNX file, the same calibration images.

`make compare-quantizers` calls it. Whatever a quantizer makes runs in ONNX Runtime on every test image.
"""
import argparse
import contextlib
import importlib.metadata
import io
import json
import logging
import math
import os
import pathlib
import tempfile

import numpy
import onnx
from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from safetensors import safe_open

# Set, it keeps NNCF from telling its makers of its use.
os.environ.setdefault("NNCF_CI", "1")
import nncf

from digits import Digits
from draws import drawn
from onnx_peer import Batches
from pipeline_equal import accuracy, flat, outputs
from ratios import plain

# What a scheme without calibration leaves to its neighbours, which need one: Octavo's default.
CALIBRATION = {"batches": 16, "batch_size": 64, "order": "shuffled", "seed": 0}
# Types of activations, whether weights have a scale for each channel, the observer, whether weights have 7 bits.
# The first is the default.
STATIC = [
    ("s8", False, "MinMax", False), ("s8", True, "MinMax", False),
    ("s8", False, "Entropy", False), ("s8", True, "Entropy", False),
    ("s8", False, "Percentile", False), ("s8", True, "Percentile", False),
    ("u8", True, "MinMax", False), ("u8", True, "MinMax", True),
]
TYPES = {"s8": QuantType.QInt8, "u8": QuantType.QUInt8}
# Performance is symmetric throughout, mixed affine in activations that can be negative; the overflow fix halves the
# range of weights. The first is the default.
POST_TRAINING = [
    (preset, fix) for preset in ("performance", "mixed") for fix in ("first_layer_only", "disable", "enable")]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, what in {
        "data": "the dataset's manifest", "float": "the float ONNX file", "output": "the file to write",
    }.items():
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True, help=what)
    parser.add_argument(
        "schemes", nargs="*", type=pathlib.Path, help="folders of schemes, with what convert and export made")
    return parser.parse_args()


class Comparison:
    """What became of each quantizer's model: rows, the float model's first."""

    def __init__(self, path: pathlib.Path, test: Digits):
        self.test, self.rows = test, []
        self.classes = None
        self.add("ONNX Runtime", "float32", path)

    def add(self, quantizer: str, settings: str, path: pathlib.Path, checkpoint: pathlib.Path = None):
        scores = outputs(str(path), self.test.pixels)["scores"]
        classes, labels = flat(scores).argmax(axis=1), self.test.labels
        self.classes = classes if self.classes is None else self.classes
        gained = int(((classes == labels) & (self.classes != labels)).sum())
        lost = int(((classes != labels) & (self.classes == labels)).sum())
        row = {
            "quantizer": quantizer, "settings": settings, "accuracy": float(accuracy(scores, labels)),
            "drop_points": 100 * (lost - gained) / len(labels), "other_class": int((classes != self.classes).sum()),
            "gained": gained, "lost": lost, "p": by_chance(gained, lost), "onnx_bytes": path.stat().st_size}
        if checkpoint:
            row["checkpoint_bytes"] = checkpoint.stat().st_size
        self.rows.append(row)

    def table(self) -> str:
        cells = [
            [row["quantizer"], row["settings"], f"{row['accuracy']:.2%}", f"{row['drop_points']:+.2f}",
             f"{row['other_class']:,}", f"{row['p']:.3f}" if row["p"] >= 0.001 else "<0.001", f"{row['onnx_bytes']:,}",
             f"{row['checkpoint_bytes']:,}" if "checkpoint_bytes" in row else ""] for row in self.rows]
        cells[0][3:6] = ["", "", ""]
        return plain(
            ["Quantizer", "Settings", "Accuracy", "Drop", "Other class", "p", "ONNX bytes", "Checkpoint"], cells)


def by_chance(gained: int, lost: int) -> float:
    """McNemar's exact test: how often chance alone divides so many images as unevenly between gained and lost."""
    both = gained + lost
    return min(1.0, sum(math.comb(both, fewer) for fewer in range(min(gained, lost) + 1)) / 2 ** both * 2)


def main():
    asked = options()
    test, train = (Digits(asked.data, split) for split in ("test", "train"))
    schemes = {folder.name: scheme(folder / "convert" / "model.safetensors") for folder in asked.schemes}
    lender = next((name for name, found in schemes.items() if "calibration" in found), None)
    calibration = schemes[lender]["calibration"] if lender else CALIBRATION
    order = drawn(calibration, len(train.images))
    images = numpy.ascontiguousarray(train.images[order])

    comparison = Comparison(asked.float, test)
    for folder in asked.schemes:
        comparison.add(
            "Octavo", folder.name, folder / "export" / "onnx-integer" / "model.onnx",
            folder / "convert" / "model.safetensors")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        by_onnx_runtime(asked.float, images, folder, comparison)
        by_nncf(asked.float, images, folder, comparison)

    versions = {name: importlib.metadata.version(name) for name in ("nncf", "numpy", "onnx", "onnxruntime")}
    dataset = json.loads(asked.data.read_text())["dataset"]
    content = {
        "calibration": calibration, "dataset": dataset, "images": len(test.labels), "models": comparison.rows,
        "versions": versions}
    unfinished = asked.output.with_name(asked.output.name + ".new")
    unfinished.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")
    unfinished.replace(asked.output)
    print(f"{dataset}: {len(test.labels):,} test images, all in ONNX Runtime {versions['onnxruntime']}; "
          f"NNCF {versions['nncf']}.")
    print(f"Calibrated on {len(order):,} training images, " + (
        f"those of scheme {lender}." if lender else "those that Octavo's default scheme draws."))
    print("Against the float file: drop in points, images of another class, p of McNemar's exact test.")
    print(comparison.table())


def scheme(checkpoint: pathlib.Path) -> dict:
    """The scheme that an int8 checkpoint was made by."""
    with safe_open(str(checkpoint), framework="np") as file:
        return json.loads(file.metadata()["scheme"])


def by_onnx_runtime(path: pathlib.Path, images: numpy.ndarray, folder: pathlib.Path, comparison: Comparison):
    prepared, made = folder / "prepared.onnx", folder / "static.onnx"
    quant_pre_process(str(path), str(prepared), skip_symbolic_shape=True)
    for activations, by_channel, observer, is_reduced in STATIC:
        with unheard():
            quantize_static(
                str(prepared), str(made), Batches(images, "input"), quant_format=QuantFormat.QDQ,
                activation_type=TYPES[activations], weight_type=QuantType.QInt8, per_channel=by_channel,
                calibrate_method=CalibrationMethod[observer], reduce_range=is_reduced)
        settings = [activations, "per channel" if by_channel else "per tensor", observer.lower()]
        comparison.add("quantize_static", ", ".join(settings + ["reduce_range"] * is_reduced), made)


def by_nncf(path: pathlib.Path, images: numpy.ndarray, folder: pathlib.Path, comparison: Comparison):
    made = folder / "nncf.onnx"
    nncf.set_log_level(logging.ERROR)
    for preset, fix in POST_TRAINING:
        with unheard():
            # It counts the items of its data: image by image, it sees as many as the others.
            model = nncf.quantize(
                onnx.load(path), nncf.Dataset([{"input": image[None]} for image in images]), subset_size=len(images),
                preset=nncf.QuantizationPreset(preset),
                advanced_parameters=nncf.AdvancedQuantizationParameters(overflow_fix=nncf.OverflowFix(fix)))
        onnx.save(model, made)
        comparison.add("nncf.quantize", f"{preset}, overflow_fix {fix}", made)


def unheard():
    """Keeps bars and hints of other programs off the table."""
    return contextlib.redirect_stdout(io.StringIO())


if __name__ == "__main__":
    main()
