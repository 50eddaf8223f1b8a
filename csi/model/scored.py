"""What invariance asks of an index, which a later stage makes."""

from __future__ import annotations

from typing import Protocol

from csi.inference import Estimates


class Scored(Protocol):
    """An `Index`: scores by group, with the weights they are made with."""

    @property
    def by(self) -> tuple[str, ...]:
        """The columns that define the groups."""
        ...

    @property
    def construct(self) -> str:
        """The construct whose score is the index, or ""."""
        ...

    @property
    def scores(self) -> Estimates:
        """Construct scores. Labels: ``by``, ``term``."""
        ...

    @property
    def weights(self) -> Estimates:
        """Item weights. Labels: ``construct``, ``term``."""
        ...
