"""A small synthetic study of the dissatisfied, run once for all tests that look at it."""

from __future__ import annotations

import atexit
import re
import shutil
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

from csi.dissatisfied_study.running import run_dissatisfied_study
from csi.report.dissatisfied.results import DissatisfiedResults

DEMO = Path(__file__).parents[1] / "reports" / "dissatisfied_demo"
KEPT = (
    "tenure_months",
    "bill_jump",
    "disputes_6m",
    "data_share",
    "outage_hours_90d",
    "drop_rate",
    "throughput_mbps",
    "complaints_6m",
    "broadband_faults_6m",
    "port_queries_6m",
)


def write_small_study(folder: Path) -> Path:
    """Copy the shipped study with 9,000 subscribers, ten indicators and two folds."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DEMO / "care.yaml", folder / "care.yaml")
    text = (DEMO / "dissatisfied.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("subscribers: 1000000", "subscribers: 9000"),
        ("issued: 40000", "issued: 6000"),
        ("response_rate: 0.35", "response_rate: 0.5"),
        ("folds: 5", "folds: 2"),
        ("segments: [region, plan, bundle]", "segments: [plan, bundle]"),
    ):
        assert old in text
        text = text.replace(old, new)
    head, rest = text.split("indicators:\n  number:\n", 1)
    _, tail = re.split(r"\n  date: ", rest, maxsplit=1)
    names = "".join(f"    - {name}\n" for name in KEPT)
    text = f"{head}indicators:\n  number:\n{names}  date: {tail}"
    (folder / "dissatisfied.yaml").write_text(text, encoding="utf-8")
    return folder


@lru_cache(maxsize=1)
def ran_study() -> tuple[Path, DissatisfiedResults]:
    """Return the folder and the results of the small study, run once in this process."""
    folder = write_small_study(Path(mkdtemp(prefix="csi-dissatisfied-")))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder, run_dissatisfied_study(folder)
