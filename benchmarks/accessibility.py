"""Let outloud check the books of all studies for PDF/UA-1 and for what only a reader notices.

Run: python benchmarks/accessibility.py        (needs outloud: pip install outloud)

outloud is no dependency, not even of the tests: it brings PyMuPDF (AGPL) and 370 MB. The tests
hold what can be held without it (`tests/report/accessible.py`). The province is built with 60
respondents per cell. The script fails if a book has an error, or a warning that `KNOWN` does not
explain.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from shutil import copytree, ignore_patterns

sys.path.insert(0, str(Path(__file__).parents[1]))

import csi

ROOT = Path(__file__).parents[1]

RESULTS = Path(__file__).parent / "results" / "accessibility.md"
STUDIES = ("mobile_operators", "ecsi_mobile", "province_quarterly", "acsi_2015")
LANGUAGES = ("en", "zh")
BUILD = {"province_quarterly": ["--per-cell", "60"]}
KNOWN = {
    "TBL-014": "the grid lines of a chart, taken for a table; its text is inside a Figure",
    "PAG-001": "the label of a row that a page begins with, on three pages alike by chance",
}


@dataclass(frozen=True)
class Book:
    """What was found in one PDF."""

    study: str
    language: str
    pages: int
    rules: int
    errors: Counter[str]
    warnings: Counter[str]


def main() -> None:
    if find_spec("outloud") is None:
        print("Left out: accessibility needs outloud (pip install outloud)")
        return
    with tempfile.TemporaryDirectory() as folder:
        books = [book for study in STUDIES for book in checked(study, Path(folder))]
    RESULTS.write_text("\n".join(report(books)) + "\n", "utf-8")
    found = {rule for book in books for rule in (*book.errors, *book.warnings)} - set(KNOWN)
    if found:
        raise SystemExit(f"Not explained: {', '.join(sorted(found))}")


def checked(study: str, folder: Path) -> Iterator[Book]:
    """Build the books of a study, its answers in a copy of it, and check them."""
    place = ROOT / "reports" / study
    if (place / "build_data.py").exists():
        place = folder / "reports" / study
        copytree(ROOT / "reports" / study, place, ignore=ignore_patterns("out", "data"))
        copytree(ROOT / "questionnaires", folder / "questionnaires", dirs_exist_ok=True)
        script = [sys.executable, str(place / "build_data.py")]
        subprocess.run([*script, *BUILD.get(study, [])], check=True, capture_output=True)
    elif not (ROOT / "../shared/data").is_dir():
        print(f"{study}: left out, its answers are not here")
        return
    results = csi.analyse_study(csi.read_study(place / "study.yaml"))
    for language in LANGUAGES:
        pdf = csi.write_report(results, folder / f"{study}_{language}.pdf", language=language)
        yield look_at(pdf, study, language)


def look_at(pdf: Path, study: str, language: str) -> Book:
    """Return what outloud says of one PDF."""
    said = pdf.with_suffix(".json")
    start = "from outloud.cli import main; main()"
    command = ["-c", start, str(pdf), "--json", str(said), "--fail-on", "never", "--quiet"]
    subprocess.run([sys.executable, *command], check=True, capture_output=True)
    (result,) = json.loads(said.read_text("utf-8"))["results"]
    by = {"error": Counter[str](), "warning": Counter[str](), "info": Counter[str]()}
    for finding in result["findings"]:
        by[finding["severity"]][finding["rule"]] += 1
    rules = sum(rule["status"] == "ran" for rule in result["rules"])
    return Book(study, language, result["stats"]["pages"], rules, by["error"], by["warning"])


def report(books: list[Book]) -> Iterator[str]:
    """Yield the lines of the results."""
    yield "# Accessibility of the books\n"
    yield (
        f"Made by `benchmarks/accessibility.py` with outloud {_version('outloud')} (Apache-2.0; "
        f"PDF/UA-1, Matterhorn protocol, WCAG 2.2, and what a validator cannot see) and typst "
        f"{_version('typst')}. The province has 60 respondents per cell.\n"
    )
    yield "| book | language | pages | rules run | errors | warnings |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for book in books:
        errors = ", ".join(f"{rule} × {n}" for rule, n in sorted(book.errors.items()))
        warnings = ", ".join(f"{rule} × {n}" for rule, n in sorted(book.warnings.items()))
        yield (
            f"| {book.study} | {book.language} | {book.pages} | {book.rules} "
            f"| {errors or 0} | {warnings or 0} |"
        )
    yield ""
    for rule, why in KNOWN.items():
        if any(rule in book.warnings for book in books):
            yield f"- {rule}: {why}."


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


if __name__ == "__main__":
    main()
