"""Read a file in a child process, so that no file can take the session down.

The child has a time limit and a memory limit; whatever ends it becomes a `ResponseFileError`.
It is started with ``python -m``, not forked or spawned, so that scripts need no ``__main__`` guard.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from csi.errors import ResponseError, ResponseFileError

TIME_LIMIT = 120.0
"""Seconds that a child may take for a file of up to 100 MB, and for each further 100 MB."""

MEMORY_LIMIT = 4 << 30
"""Bytes of address space that a child may add to what Python itself takes."""


def read_isolated(
    path: str,
    options: Mapping[str, Any],
    *,
    time_limit: float = TIME_LIMIT,
    memory_limit: int = MEMORY_LIMIT,
) -> Any:
    """Call ``read_spss(path, **options)`` in a child process and return what it returns.

    Raises
    ------
    ResponseFileError
        As the child raised it; or the child died, took too long or wanted too much memory.
    ResponseError
        As the child raised it.
    """
    request = pickle.dumps((path, dict(options), memory_limit))
    limit = time_limit * (1 + os.path.getsize(path) // 100_000_000)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "csi.responses.isolation"]
    try:
        child = subprocess.run(
            command, input=request, capture_output=True, timeout=limit, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        raise _failure(path, f"Reading did not end within {limit:g} seconds.") from None
    if child.returncode < 0:
        name = signal.Signals(-child.returncode).name
        raise _failure(path, f"The reader was killed by {name}.")
    if child.returncode > 0:
        last = child.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise _failure(path, f"The reader failed: {''.join(last) or 'no message'}.")
    outcome = pickle.loads(child.stdout)
    if isinstance(outcome, ResponseFileError):
        raise outcome
    if isinstance(outcome, tuple):
        raise ResponseError(outcome)
    return outcome


def _failure(path: str, message: str) -> ResponseFileError:
    hint = "The file is damaged in a way that its dictionary does not show. Ask for it again."
    return ResponseFileError(path, message, hint=hint)


def _serve() -> None:
    """Answer one request from standard input on standard output."""
    from csi.responses.spss import read_here

    path, options, memory_limit = pickle.loads(sys.stdin.buffer.read())
    _limit_memory(memory_limit)
    try:
        outcome: Any = read_here(path, **options)
    except ResponseFileError as error:
        outcome = error
    except ResponseError as error:
        outcome = error.faults
    except MemoryError:
        outcome = _failure(path, f"Reading wanted more than {memory_limit >> 20:,} MB of memory.")
    sys.stdout.buffer.write(pickle.dumps(outcome))


def _limit_memory(extra: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    with open("/proc/self/statm") as status:
        used = int(status.read().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + extra, hard))


if __name__ == "__main__":
    _serve()
