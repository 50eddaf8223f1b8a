"""Damage SPSS files at random, read them, and write down what happened.

Run as a program in a child process, so that the caller sees a death or a hang:
``python mutants.py FOLDER FIRST COUNT JOURNAL``. Mutants are numbered and seeded by their number;
those already in the journal are skipped.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

Mutate = Callable[[bytearray, int, np.random.Generator], bytearray]

EXTREMES = np.array([0, 1, -1, 2, 255, 256, 65535, 10**6, 10**9, 2**31 - 1, -(2**31)], dtype="<i4")


def flip(data: bytearray, end: int, rng: np.random.Generator) -> bytearray:
    for at in rng.integers(0, end, rng.integers(1, 5)):
        data[at] = rng.integers(0, 256)
    return data


def overwrite(data: bytearray, end: int, rng: np.random.Generator) -> bytearray:
    at = int(rng.integers(0, end // 4)) * 4
    data[at : at + 4] = rng.choice(EXTREMES).tobytes()
    return data


def truncate(data: bytearray, end: int, rng: np.random.Generator) -> bytearray:
    return data[: rng.integers(0, len(data))]


def cut_out(data: bytearray, end: int, rng: np.random.Generator) -> bytearray:
    at = int(rng.integers(0, end))
    del data[at : at + int(rng.integers(1, 64))]
    return data


def insert(data: bytearray, end: int, rng: np.random.Generator) -> bytearray:
    at = int(rng.integers(0, end))
    data[at:at] = rng.bytes(int(rng.integers(1, 64)))
    return data


def blank(data: bytearray, end: int, rng: np.random.Generator) -> bytearray:
    at = int(rng.integers(0, end))
    size = min(int(rng.integers(1, 64)), len(data) - at)
    data[at : at + size] = bytes([rng.choice([0, 32, 255])]) * size
    return data


MUTATIONS: tuple[Mutate, ...] = (flip, flip, overwrite, overwrite, truncate, cut_out, insert, blank)


def mutant(files: list[Path], number: int) -> tuple[str, bytes]:
    """Return the file ending and the bytes of a mutant; most damage falls on the dictionary."""
    rng = np.random.default_rng([20260101, number])
    path = files[number % len(files)]
    data = bytearray(path.read_bytes())
    dictionary = data.find(b"\xe7\x03\0\0\0\0\0\0") + 8
    end = dictionary if rng.random() < 0.8 else len(data)
    return path.suffix, bytes(MUTATIONS[rng.integers(len(MUTATIONS))](data, end, rng))


def outcome_of(path: Path) -> str:
    from csi.errors import ResponseFileError
    from csi.responses.spss import read_spss

    try:
        data = read_spss(path)
    except ResponseFileError:
        return "refused"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "read with notes" if data.notes else "read"


def peak_kb() -> int:
    """Return what this program came to hold; ``ru_maxrss`` would count the one that started it."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM:"))
        return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(folder: Path, first: int, count: int, journal: Path) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    files = sorted(file for file in folder.glob("*.*sav") if not file.stem.startswith("mutant"))
    done = set()
    if journal.exists():
        done = {json.loads(line)["number"] for line in journal.read_text().splitlines()}
    with journal.open("a") as log:
        for number in range(first, first + count):
            if number in done:
                continue
            suffix, data = mutant(files, number)
            path = folder / f"mutant{suffix}"
            path.write_bytes(data)
            start = time.perf_counter()
            outcome = outcome_of(path)
            entry = {
                "number": number,
                "outcome": outcome,
                "seconds": round(time.perf_counter() - start, 4),
                "peak_mb": peak_kb() >> 10,
            }
            log.write(json.dumps(entry) + "\n")
            log.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
