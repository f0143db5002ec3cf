"""Octavo's language models beside llama.cpp, ik_llama.cpp and CTranslate2: the same sizes, int8 everywhere, two threads, a
pass of each in turn.

`make bench-peers` calls it for a pipeline of a language model. The peers' files are made of the float checkpoint: Q8_0 in
GGUF, and CTranslate2's int8 with a scale for each row. A peer that is not installed, or that this processor ends, is
named and left out.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import language_models
from ratios import plain

PROMPTS, MADE = (128, 512), 32
# Between two turns, so that threads that still wait for work, spinning, have gone to sleep.
PAUSE = 0.1


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, what in {
        "bin": "the folder of Octavo's programs", "float": "the float checkpoint", "int8": "the int8 checkpoint",
        "output": "the folder to write peers.json, and the peers' files, to",
    }.items():
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True, help=what)
    parser.add_argument("--rounds", type=int, default=7, help="passes of each")
    return parser.parse_args()


class Program:
    """A process that times a pass whenever it is asked for one: ours, or a peer in Python, which may be missing or die."""

    def __init__(self, name: str, command: list):
        self.name = name
        # A pipe that nobody reads would fill up: some of them say much.
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
            text=True)

    def seconds(self, word: str, count: int):
        """What a pass takes; None once the process has ended."""
        try:
            self.process.stdin.write(f"{word} {count}\n")
            self.process.stdin.flush()
            return float(self.process.stdout.readline())
        except (BrokenPipeError, ValueError):
            return None

    def ending(self) -> str:
        """Why a process that answers no more has ended."""
        code = self.process.wait()
        self.errors.seek(0)
        last = self.errors.read().strip().splitlines()[-1:]
        return f"{self.name}: ended with {code}{': ' + last[0] if last else ''}; left out"


def main():
    asked = options()
    threads = int(os.environ.get("OCTAVO_THREADS") or os.cpu_count())
    asked.output.mkdir(parents=True, exist_ok=True)
    context = language_models.Weights(asked.float).sizes["max_position_embeddings"]
    everybody = [Program("Octavo", [
        asked.bin / "bench-transformer", "--serve", "--quiet", "--input", asked.int8, "--output",
        asked.output / "served.json"])]
    for name in language_models.PEERS:
        script = pathlib.Path(language_models.__file__)
        everybody.append(Program(name, [sys.executable, "-B", script, name, asked.float, asked.output, threads]))
        # One after the other: two of them make the same file.
        everybody[-1].process.stdout.readline()
    works = [("prompt", count) for count in PROMPTS if count + 8 <= context] + [("generate", MADE)]
    rates = {f"{word} {count}": {} for word, count in works}
    # The first pass is not counted.
    for turn in range(asked.rounds + 1):
        for word, count in works:
            for one in list(everybody):
                time.sleep(PAUSE)
                seconds = one.seconds(word, count)
                if seconds is None:
                    print(one.ending(), flush=True)
                    everybody.remove(one)
                elif turn > 0:
                    rates[f"{word} {count}"].setdefault(one.name, []).append(count / seconds)
    (asked.output / "peers.json").write_text(json.dumps(rates, indent=2) + "\n")
    rows = []
    for work, by in rates.items():
        best = max((sorted(passes)[len(passes) // 2] for who, passes in by.items() if who != "Octavo"), default=None)
        for who, passes in by.items():
            passes = sorted(passes)
            median = passes[len(passes) // 2]
            ratio = f"{median / best:.2f}x" if who == "Octavo" and best else ""
            rows.append([work, who, f"{median:,.1f}", f"{passes[-1]:,.1f}", ratio])
    print(f"{asked.float.parent.parent.name}, {threads} threads: tokens/s, {asked.rounds} passes in turn.")
    print(plain(["Work", "Who", "Median", "Best", "Of the best peer"], rows))


if __name__ == "__main__":
    main()
