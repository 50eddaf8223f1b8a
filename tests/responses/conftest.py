"""What the tests of this stage share: the folder of shared data, where it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "../shared/data"


@pytest.fixture
def shared() -> Path:
    """Return the folder of shared data, or skip."""
    if not SHARED.is_dir():
        pytest.skip("../shared/data is not there")
    return SHARED
