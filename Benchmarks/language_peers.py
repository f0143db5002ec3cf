"""Octavo's language models beside llama.cpp, ik_llama.cpp and CTranslate2: the same sizes, int8 everywhere, two threads, a
pass of each in turn.

`make bench-peers` calls it for a pipeline of a language model. The peers' files are made of the float checkpoint: Q8_0 in
GGUF, and CTranslate2's int8 with a scale for each row. A peer that is not installed is named and left out.
"""
import argparse
import json
import os
import pathlib
import time

import language_models
from octavo import Server
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


class Octavo:
    """Our program, which times a pass whenever it is asked for one."""

    name = "Octavo"

    def __init__(self, asked):
        self.server = Server(asked.bin / "bench-transformer", [asked.int8], asked.output / "served.json")

    def prompt(self, count: int) -> float:
        return self.server.ask(f"prompt {count}")

    def generate(self, count: int) -> float:
        return self.server.ask(f"generate {count}")


def main():
    asked = options()
    threads = int(os.environ.get("OCTAVO_THREADS") or os.cpu_count())
    asked.output.mkdir(parents=True, exist_ok=True)
    sizes = language_models.sizes(asked.float)
    everybody = [Octavo(asked)]
    for peer in language_models.PEERS:
        try:
            everybody.append(peer(asked.float, asked.output, threads))
        except ImportError as error:
            print(f"{peer.name}: not installed ({error}); left out", flush=True)
    works = [("prompt", count) for count in PROMPTS if count + 8 <= sizes["max_position_embeddings"]]
    works.append(("generate", MADE))
    rates = {f"{word} {count}": {} for word, count in works}
    for word, count in works:
        for one in everybody:
            getattr(one, word)(min(count, 8))
    for _ in range(asked.rounds):
        for word, count in works:
            for one in everybody:
                time.sleep(PAUSE)
                seconds = getattr(one, word)(count)
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
