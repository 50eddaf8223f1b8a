"""How long a book takes after the analysis, how large it is, and what a batch of books takes.

    python benchmarks/report.py

The reports' data must be there (`build_data.py` of each study); studies without it are built.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pypdf

import csi
from csi.books import write_books

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "report.md"
STUDIES = ("mobile_operators", "ecsi_mobile", "province_quarterly")
FILES = ("en.pdf", "zh.pdf", "en.xlsx", "en.pptx")
AGAIN = """
import sys, csi
results = csi.analyse_study(csi.read_study(sys.argv[1]))
for name in sys.argv[3:]:
    csi.write_report(results, f"{sys.argv[2]}/{name}", language=name[:2])
"""


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--no-batch", action="store_true", help="leave the batch of books out")
    options = parser.parse_args()
    lines = [
        "# How long books take, and how large they are",
        "",
        "Seconds of wall time on two cores. *first*: right after the analysis, with the libraries "
        "still to be loaded and the standard errors that nobody had asked for; *again*: in the "
        "same process. *same bytes*: another process, with another hash seed, time zone and "
        "language of the system, wrote the same files. Made by `python benchmarks/report.py`.",
        "",
        f"Python {platform.python_version()}, typst {version('typst')}, "
        f"matplotlib {version('matplotlib')}.",
        "",
        "| study | pages en, zh | analysis | both PDFs, first | both PDFs, again | XLSX | PPTX "
        "| MB (PDFs, XLSX, PPTX) | same bytes |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for study in STUDIES:
        lines.append(book_row(study))
        print(lines[-1], flush=True)
    if not options.no_batch:
        lines += ["", *batch_lines()]
    options.out.write_text("\n".join(lines) + "\n", "utf-8")


def book_row(study: str) -> str:
    """Write every kind of report of one study, and once more in another process."""
    folder = ROOT / "reports" / study
    subprocess.run([sys.executable, str(folder / "build_data.py")], check=True, capture_output=True)
    started = time.perf_counter()
    results = csi.analyse_study(csi.read_study(folder / "study.yaml"))
    analysis = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as name:
        here, there = Path(name, "here"), Path(name, "there")
        here.mkdir()
        there.mkdir()
        first = sum(seconds_of(results, here / file) for file in FILES[:2])
        seconds = {file: seconds_of(results, here / file) for file in FILES}
        environment = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LANG": "C"}
        command = [sys.executable, "-c", AGAIN, str(folder / "study.yaml"), str(there), *FILES]
        subprocess.run(command, check=True, env=environment)
        same = all(_hash(here / file) == _hash(there / file) for file in FILES)
        pages = [len(pypdf.PdfReader(here / file).pages) for file in FILES[:2]]
        sizes = [(here / file).stat().st_size / 1e6 for file in FILES]
    return (
        f"| {study} | {pages[0]}, {pages[1]} | {analysis:.1f} "
        f"| {first:.1f} | {seconds['en.pdf'] + seconds['zh.pdf']:.1f} | {seconds['en.xlsx']:.1f} "
        f"| {seconds['en.pptx']:.1f} | {', '.join(f'{size:.2f}' for size in sizes)} "
        f"| {'yes' if same else 'NO'} |"
    )


def seconds_of(results: csi.StudyResults, path: Path) -> float:
    """Write one report and return how long it took."""
    started = time.perf_counter()
    csi.write_report(results, path, language=path.name[:2])  # type: ignore[arg-type]
    return time.perf_counter() - started


def batch_lines() -> list[str]:
    """Write a book for each client in each region, from nothing."""
    with tempfile.TemporaryDirectory() as name:
        started, before = time.perf_counter(), _cpu()
        books = write_books(
            ROOT / "reports" / "province_quarterly",
            by=["region", "operator"],
            languages=["en"],
            out=name,
        )
        wall, cpu = time.perf_counter() - started, _cpu() - before
        largest = max(book.stat().st_size for book in books) / 1e6
        started = time.perf_counter()
        write_books(
            ROOT / "reports" / "province_quarterly",
            by=["region", "operator"],
            languages=["en"],
            out=name,
        )
        again = time.perf_counter() - started
    return [
        f"`csi books reports/province_quarterly --by region,operator`: {len(books)} books (16 "
        f"regions × 3 clients, English), each region with a model of its own, in {wall:.0f} s of "
        f"wall time, {cpu:.0f} s of CPU in all; the largest has {largest:.1f} MB. The same call "
        f"once more, with all of them there: {again:.1f} s.",
    ]


def _cpu() -> float:
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in found)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
