"""The images that a scheme's calibration draws, as SeededGenerator.swift and Calibrate.swift of Sources have it."""

ALL = 2**64 - 1


class SeededGenerator:
    """SplitMix64."""

    def __init__(self, seed: int):
        self.state = seed & ALL
        self.next()

    def next(self) -> int:
        """The next 64 bits."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & ALL
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & ALL
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & ALL
        return z ^ (z >> 31)

    def below(self, bound: int) -> int:
        """An integer in 0 ..< bound, without bias: Lemire's multiply and reject."""
        threshold = 2**64 % bound
        while True:
            high, low = divmod(self.next() * bound, 2**64)
            if low >= threshold:
                return high

    def permutation(self, count: int) -> list:
        """The numbers 0 ..< count in random order: Fisher-Yates, from the end."""
        order = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order


def drawn(calibration: dict, count: int) -> list:
    """The places of the images that a scheme's `calibration` draws of so many, in the order in which they are fed."""
    wanted = calibration["batches"] * calibration["batch_size"]
    if wanted > count:
        raise SystemExit(f"calibration: expected at least {wanted} training images, found {count}")
    if calibration["order"] == "file":
        return list(range(wanted))
    return SeededGenerator(calibration["seed"]).permutation(count)[:wanted]
