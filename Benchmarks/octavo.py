"""Octavo's programs: passes on request, and epochs of its training stages."""
import pathlib
import re
import sqlite3
import subprocess


class Server:
    """A program of measurements, which times a pass whenever it is asked for one."""

    def __init__(self, program: pathlib.Path, inputs: list, output: pathlib.Path):
        command = [program, "--serve", "--quiet", "--input", *inputs, "--output", output]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, request: str) -> float:
        """The answer to a request, a number."""
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self.process.args[0].name} ended with {self.process.wait()} when asked '{request}'")
        return float(answer)

    def seconds(self, model: str, batch: int, calls: int) -> float:
        """What `calls` calls of `batch` images take; a quarter of them go before, untimed."""
        return self.ask(f"time {model} {batch} {calls}")

    def accuracy(self, model: str) -> float:
        """The share of the test images that a model classifies correctly."""
        return self.ask(f"accuracy {model}")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Plan:
    """A plan of training, of which one epoch is run: the pipeline's file with that number changed."""

    def __init__(self, source: pathlib.Path, folder: pathlib.Path):
        text = source.read_text()
        self.batch = int(self._setting(text, "batch_size"))
        self.learning_rate = float(self._setting(text, "learning_rate"))
        self.path = folder / source.name
        self.path.write_text(re.sub(r"\bepochs: *\d+", "epochs: 1", text))

    @staticmethod
    def _setting(text: str, key: str) -> str:
        return re.search(rf"\b{key}: *([0-9.eE+-]+)", text)[1]


def epoch(program: pathlib.Path, configs: list, inputs: list, folder: pathlib.Path) -> tuple:
    """Runs a training stage. Returns its last epoch's seconds and accuracy on the test set."""
    catalog = folder / "catalog.sqlite"
    subprocess.run(
        [program, "--quiet", "--config", *configs, "--input", *inputs, "--output", folder / "trained.safetensors",
         "--catalog", catalog], check=True)
    with sqlite3.connect(catalog) as database:
        rows = database.execute("SELECT seconds, test_accuracy FROM epoch ORDER BY run DESC, epoch DESC LIMIT 1")
        return rows.fetchone()
