"""Elements on the map of importance and performance: the result of `find_short_boards`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

QUADRANTS = ("advantage", "improvement", "maintenance", "opportunity")
"""优势区 important and strong, 改进区 important and weak, 维持区 strong, 机会区 neither."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShortBoards:
    """Every element or construct on the map of importance and performance, beside the best rival.

    Attributes
    ----------
    kind : {"element", "construct"}
        What is looked at.
    across : str
        The column of competitors.
    own : object
        Our code in it.
    within : tuple of str
        Columns held equal in a comparison.
    importance : str
        What measures importance: ``importance_all`` or ``importance`` of elements, ``importance``
        or ``lmg_share`` of constructs.
    table : DataFrame
        As `tidy` returns it.
    n_tests : int
        Gaps that were tested.
    conf_level : float
    """

    kind: Literal["element", "construct"]
    across: str
    own: object
    within: tuple[str, ...]
    importance: str
    table: pd.DataFrame
    n_tests: int
    conf_level: float

    def __repr__(self) -> str:
        found = int((self.table["verdict"] == "short board").sum())
        within = f" within {' × '.join(self.within)}" if self.within else ""
        return (
            f"ShortBoards({self.across} = {self.own}{within}: {len(self.table)} looked at, "
            f"{self.n_tests} tests, {found} short)"
        )

    def tidy(self) -> pd.DataFrame:
        """Return a row per group and element.

        Returns
        -------
        DataFrame
            The columns of ``within``; ``term``; ``quadrant``, one of `QUADRANTS`, by the means of
            importance and of our own performance over the elements of the group, "" where a number
            is missing or on too small a base; ``sure``, whether both intervals are clear of those
            means; ``importance`` and ``performance``, ours; ``best``, the code of the best
            competitor, and ``best_performance``; the estimate columns of the gap, ours minus the
            best competitor's, with the smaller base and ``p_value`` raised for the choice of the
            best; ``p_adjusted`` for the number of gaps; and ``verdict``:

            - "short board": in the quadrant improvement, and behind;
            - "behind", "ahead": the gap is established, the quadrant another;
            - "no evidence" of a gap;
            - "too small to matter": the whole interval of the gap lies within the margin;
            - "base too small": ours or every competitor's.
        """
        return self.table.copy()

    def summary(self) -> str:
        """Return the short boards in words, and what is weak and important without a gap."""
        lines = [repr(self)]
        for row in self.table.to_dict("records"):
            place = ", ".join(f"{name} = {row[name]}" for name in self.within)
            start = f"{place + ': ' if place else ''}{row['term']}"
            if row["verdict"] == "short board":
                lines.append(
                    f"{start}: short board, {row['performance']:.1f} against "
                    f"{row['best_performance']:.1f} of {self.across} {row['best']} "
                    f"(gap {row['estimate']:.1f} [{row['conf_low']:.1f}, {row['conf_high']:.1f}], "
                    f"adjusted p = {row['p_adjusted']:.3g})"
                )
            elif row["quadrant"] == "improvement":
                lines.append(f"{start}: important and weak; gap to the best: {row['verdict']}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.table.to_html(index=False)
