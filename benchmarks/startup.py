"""How long a person waits before csi does anything: `import csi` and `csi --help`."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

COMMANDS = {
    "python -c pass": ("-c", "pass"),
    "import csi": ("-c", "import csi"),
    "csi --help": ("-m", "csi", "--help"),
    "csi fit --help": ("-m", "csi", "fit", "--help"),
}
REPEATS = 7
LIMIT = 0.5
"""Seconds that `csi --help` may take."""


def seconds(words: tuple[str, ...]) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, capture_output=True)
    return time.perf_counter() - begin


def main() -> int:
    medians = {}
    print(f"start-up, median of {REPEATS}, seconds")
    for name, words in COMMANDS.items():
        seconds(words)
        medians[name] = statistics.median(seconds(words) for _ in range(REPEATS))
        print(f"  {name:16} {medians[name]:.3f}")
    return int(medians["csi --help"] > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
