"""Octavo beside PyTorch and ONNX Runtime: the same weights, images and threads, a pass of each in turn.

`make bench-peers` calls it. Every figure is a median; accuracies are compared before anything is timed.
"""
import argparse
import json
import os
import pathlib
import tempfile
import time

import torch

import onnx_peer
import pytorch_peer
from checkpoint import Checkpoint
from digits import Digits
from octavo import Plan, Server, epoch
from ratios import Figures

# Calls in a pass, by images in a batch: a pass is some hundredths of a second or more.
CALLS = {1: 1000, 64: 32, 1000: 3}
# Images that calibrate, as the pipeline's default scheme has it.
CALIBRATION_IMAGES = 1024
# How far accuracies may lie apart, as a share of the test set: float ones by rounding alone, int8 ones from float, by
# what a recipe of their own may lose.
FLOAT_TOLERANCE, INT8_TOLERANCE = 0.0005, 0.015
# Between two turns, so that threads that still wait for work, spinning, have gone to sleep.
PAUSE = 0.05


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, what in {
        "bin": "the folder of Octavo's programs", "config": "the pipeline's folder", "data": "the dataset's manifest",
        "train": "the trained checkpoint", "fuse": "the fused checkpoint", "convert": "the int8 checkpoint",
        "output": "the folder to write peers.json to",
    }.items():
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True, help=what)
    parser.add_argument("--rounds", type=int, default=15, help="passes of each inference")
    parser.add_argument("--epochs", type=int, default=3, help="epochs of each training; 0 leaves training out")
    return parser.parse_args()


def main():
    asked = options()
    threads = int(os.environ.get("OCTAVO_THREADS") or os.cpu_count())
    torch.set_num_threads(threads)
    asked.output.mkdir(parents=True, exist_ok=True)
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        normalization = Checkpoint(asked.fuse).normalization
        test, train = (Digits(asked.data, split, normalization) for split in ("test", "train"))
        time_inference(asked, threads, folder, test, train, figures)
        if asked.epochs:
            time_training(asked, folder, test, train, figures)
    (asked.output / "peers.json").write_text(json.dumps(figures.content(), indent=2) + "\n")
    print(figures.tables(threads, asked.data))


def time_inference(asked, threads, folder, test, train, figures):
    checkpoint = Checkpoint(asked.fuse)
    calibration = train.first(CALIBRATION_IMAGES)
    peers = [pytorch_peer.float_peer(checkpoint)] + onnx_peer.peers(checkpoint, calibration, threads, folder)
    peers += pytorch_peer.int8_peers(checkpoint, calibration)
    server = Server(asked.bin / "bench", [asked.fuse, asked.convert, asked.data], asked.output / "served.json")
    verify(peers, server, test)
    for batch, calls in CALLS.items():
        images = {peer.name: [peer.prepare(part) for part in split(test, batch, calls)] for peer in peers}
        for _ in range(asked.rounds):
            for model in ("float32", "int8"):
                time.sleep(PAUSE)
                figures.add(f"{model}, batch {batch}", "Octavo", batch * calls / server.seconds(model, batch, calls))
                for peer in (peer for peer in peers if peer.kind == model):
                    time.sleep(PAUSE)
                    seconds = time_pass(peer, images[peer.name])
                    figures.add(f"{model}, batch {batch}", peer.name, batch * calls / seconds)
    server.close()


def split(test, batch, calls) -> list:
    images = test.first(batch * calls)
    return [images[call * batch:(call + 1) * batch] for call in range(calls)]


def time_pass(peer, parts) -> float:
    """The seconds that a peer takes for all parts; it runs a quarter of them before, untimed, as Octavo does."""
    for part in parts[:(len(parts) + 3) // 4]:
        peer.run(part)
    start = time.perf_counter()
    for part in parts:
        peer.run(part)
    return time.perf_counter() - start


def verify(peers, server, test):
    """Fails unless all run the same network: float accuracies agree, and our int8's lies near; a peer's is told."""
    float_accuracy = server.accuracy("float32")
    found = {"Octavo int8": (server.accuracy("int8"), INT8_TOLERANCE)}
    for peer in peers:
        rights = 0
        for first in range(0, len(test.labels), 1000):
            scores = peer.run(peer.prepare(test.images[first:first + 1000]))
            rights += int((scores.argmax(1) == test.labels[first:first + 1000]).sum())
        tolerance = FLOAT_TOLERANCE if peer.kind == "float32" else INT8_TOLERANCE
        found[f"{peer.name} {peer.kind}"] = (rights / len(test.labels), tolerance)
    print(f"Accuracy: Octavo float32 {float_accuracy:.2%}, "
          + ", ".join(f"{name} {accuracy:.2%}" for name, (accuracy, _) in found.items()), flush=True)
    for name, (accuracy, tolerance) in found.items():
        if abs(accuracy - float_accuracy) > tolerance:
            if name.endswith("int8") and not name.startswith("Octavo"):
                # What another engine loses by its own recipe is a fact about it: sums that saturate without VNNI, say.
                print(f"{name}: accuracy {accuracy:.2%}, more than {tolerance:.2%} from float32; timed all the same")
                continue
            raise SystemExit(f"{name}: accuracy {accuracy:.2%}, expected {float_accuracy:.2%} "
                             f"to within {tolerance:.2%}; nothing was timed")


def time_training(asked, folder, test, train, figures):
    checkpoint = Checkpoint(asked.train)
    plan, scheme = Plan(asked.config / "train.yaml", folder), asked.config / "schemes" / "qat.yaml"
    works = [(
        "training, an epoch", "train", [asked.config / "network.yaml", plan.path], [asked.data],
        pytorch_peer.Training(pytorch_peer.fresh(checkpoint), plan.learning_rate, plan.batch, train, test))]
    if scheme.exists():
        tuning = Plan(scheme, folder)
        works.append((
            "QAT, an epoch", "qat", [tuning.path], [asked.train, asked.data],
            pytorch_peer.Training(
                pytorch_peer.quantization_aware(checkpoint), tuning.learning_rate, tuning.batch, train, test)))
    for number in range(asked.epochs):
        for work, program, configs, inputs, training in works:
            seconds, accuracy = epoch(asked.bin / program, configs, inputs, folder)
            figures.add(work, "Octavo", seconds)
            start = time.perf_counter()
            theirs = training.epoch()
            figures.add(work, "PyTorch", time.perf_counter() - start)
            if number == 0:
                print(f"Accuracy after {work}: Octavo {accuracy:.2%}, PyTorch {theirs:.2%}", flush=True)


if __name__ == "__main__":
    main()
