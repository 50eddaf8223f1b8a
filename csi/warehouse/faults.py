"""The errors of the warehouse."""

from __future__ import annotations

from csi.errors import CsiError, CsiWarning


class WarehouseError(CsiError, ValueError):
    """A table, an engine or a run of scoring that cannot be used."""


class CanaryError(WarehouseError):
    """An engine that scores differently from NumPy: nothing was written."""


class EngineWarning(CsiWarning):
    """An engine that will be slower than it could be."""
