"""Quantizes float ONNX files with ONNX Runtime's quantize_static, and says what it computes with them.

    quantize_static.py folder

For each <name>.onnx in the folder with <name>.shape (whole numbers in a line) and <name>.images (float32) it writes, for
activations of uint8 and int8 and weights per tensor and per channel, <name>-<kind>.quantized and, what ONNX Runtime's
sessions compute of the images with the optimizations it has by default, <name>-<kind>.scores; and it prints a line
<name>-<kind>. Weights have 7 bits, so that no processor's sums of two products saturate.
"""

import logging
import pathlib
import sys

import numpy
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

logging.disable(logging.WARNING)


class Images(CalibrationDataReader):
    def __init__(self, images):
        self.rows = iter([{"input": images}])

    def get_next(self):
        return next(self.rows, None)


folder = pathlib.Path(sys.argv[1])
for model in sorted(folder.glob("*.onnx")):
    shape = [int(side) for side in model.with_suffix(".shape").read_text().split()]
    images = numpy.fromfile(model.with_suffix(".images"), numpy.float32).reshape(shape)
    for activations in [QuantType.QUInt8, QuantType.QInt8]:
        for per_channel in [False, True]:
            name = f"{model.stem}-{activations.name}-{'channel' if per_channel else 'tensor'}"
            path = folder / f"{name}.quantized"
            quantize_static(
                model, path, Images(images), quant_format=QuantFormat.QDQ, activation_type=activations,
                weight_type=QuantType.QInt8, per_channel=per_channel, reduce_range=True)
            options = onnxruntime.SessionOptions()
            options.log_severity_level = 3
            session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
            session.run(None, {"input": images})[0].tofile(folder / f"{name}.scores")
            print(name)
