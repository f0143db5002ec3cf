"""What was measured, whose figure is the best, and what we ask of ourselves."""
import json
import pathlib
import statistics

# What is asked: at least so many times ONNX Runtime's rate in float, the best peer's and our own float's in int8; at
# most so much of PyTorch's time for an epoch.
FLOAT, INT8, OWN, TRAINING, QAT = 1.2, 1.5, 2.0, 0.36, 0.40


class Figures:
    """Passes of everybody at every work: images a second of inference, seconds of an epoch."""

    def __init__(self):
        self.passes = {}

    def add(self, work: str, who: str, figure: float):
        self.passes.setdefault(work, {}).setdefault(who, []).append(figure)

    def median(self, work: str, who: str) -> float:
        return statistics.median(self.passes[work][who])

    def content(self) -> dict:
        """For a file: every pass."""
        return {work: dict(by) for work, by in self.passes.items()}

    def tables(self, threads: int, data: pathlib.Path) -> str:
        dataset = json.loads(data.read_text())["dataset"]
        rows = [row for work in self.passes for row in self._rows(work)]
        return "\n".join([
            f"{dataset}, {threads} threads: every figure, taken in turn. Inference in images/s, an epoch in seconds.",
            plain(["Work", "Who", "Passes", "Median", "Least", "Greatest"], self._figures()), "",
            "Octavo beside the best of its peers.",
            "The ratio is that of medians; where the machine is busy, that of the best passes says more.",
            plain(["Work", "Best peer", "Its figure", "Octavo", "Ratio", "of best", "Asked", ""], rows)])

    def _figures(self) -> list:
        return [
            [work, who, str(len(passes)), *(_figure(work, of(passes)) for of in (statistics.median, min, max))]
            for work, by in self.passes.items() for who, passes in by.items()]

    def _rows(self, work: str) -> list:
        peers = [who for who in self.passes[work] if who != "Octavo"]
        if "epoch" in work:
            best = min(peers, key=lambda who: self.median(work, who))
            return [self._row(work, best, TRAINING if work.startswith("training") else QAT, faster_is_less=True)]
        best = max(peers, key=lambda who: self.median(work, who))
        if work.startswith("float32"):
            # One image at a time in float is for comparison alone.
            rows = [self._row(work, "ONNX Runtime", None if work.endswith("batch 1") else FLOAT)]
            return rows if best == "ONNX Runtime" else [self._row(work, best, None)] + rows
        own = self.passes[work.replace("int8", "float32")]["Octavo"]
        return [self._row(work, best, INT8), self._row(work, "Octavo float32", OWN, against=own)]

    def _row(self, work, peer, asked, faster_is_less=False, against=None) -> list:
        """Our passes beside a peer's, or beside those of `against`."""
        ours, theirs = self.passes[work]["Octavo"], against or self.passes[work][peer]
        fastest = min if faster_is_less else max
        ratio, of_best = statistics.median(ours) / statistics.median(theirs), fastest(ours) / fastest(theirs)
        met = asked is None or (ratio <= asked if faster_is_less else ratio >= asked)
        sign = "<=" if faster_is_less else ">="
        return [work, peer, _figure(work, statistics.median(theirs)), _figure(work, statistics.median(ours)),
                f"{ratio:.2f}x", f"{of_best:.2f}x", "" if asked is None else f"{sign} {asked:.2f}x",
                "" if met else "missed"]


def _figure(work: str, value: float) -> str:
    return f"{value:.1f} s" if "epoch" in work else f"{value:,.0f}"


def plain(titles: list, rows: list) -> str:
    """A table for a terminal: words to the left, figures to the right."""
    widths = [max(len(row[column]) for row in [titles, *rows]) for column in range(len(titles))]
    def line(row):
        cells = [cell.ljust(width) if column < 2 else cell.rjust(width)
                 for column, (cell, width) in enumerate(zip(row, widths))]
        return "  ".join(cells).rstrip()
    return "\n".join([line(titles), "  ".join("-" * width for width in widths).rstrip(), *map(line, rows)])
