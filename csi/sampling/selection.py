"""Draw a sample from a subscriber file of any size, the same on every machine."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pandas as pd
import pyarrow as pa

from csi.errors import SamplingError
from csi.sampling.frame_files import FrameSource, read_batches
from csi.sampling.hashing import UInt64Array, key_text, panels_of, random_numbers
from csi.sampling.limits import BoolArray, IntArray
from csi.sampling.plan import SamplingPlan
from csi.sampling.sample import Sample
from csi.sampling.screening import Screen, Screened, screen_batch, tabulate_rules

_THREADS = 2
_BUFFER = 400_000
"""Candidates beyond those needed that may wait before they are sorted out."""


def draw_sample(
    plan: SamplingPlan,
    frame: FrameSource,
    *,
    seed: int,
    key: str | None = None,
    keep: Sequence[str] = (),
    wave: int = 0,
    panels: int = 1,
    stay: int = 1,
    avoid: Sequence[Sample] = (),
    encoding: str | None = None,
    batch_rows: int = 1 << 18,
    progress: Callable[[int], None] | None = None,
) -> Sample:
    """Draw the main sample and its reserves, after the exclusions of the plan.

    Every customer has a permanent random number, a hash of key and seed
    (`csi.sampling.hashing`); a stratum's sample is its smallest numbers, in order: a simple random
    sample, whatever the order of rows, the size of batches, the kind of file, or the machine. The
    first ``n`` are the main sample, the next the reserve, in replicates of ``n``. The file is read
    once; only rows below the running threshold of their stratum are kept.

    Parameters
    ----------
    plan : SamplingPlan
        Its quota strata are not drawn.
    frame : DataFrame, path, or sequence of paths
        One row per customer: CSV (UTF-8 or GB18030), parquet, or a folder of parquet files, with
        the key, the strata (codes or labels) and what the exclusions read.
    seed : int
        The same seed for all waves of a study, so that panels keep their members.
    key : str, optional
        Column that names a customer, whole numbers or text, each once; by default the
        questionnaire's item with the role "key".
    keep : sequence of str
        Further columns to hand on with each customer.
    wave, panels, stay : int
        With ``panels`` P, a second hash divides customers into P panels; wave w draws from the
        panels w … w + ``stay`` − 1 (mod P). So ``stay=1`` keeps P waves disjoint; ``stay=2`` shares
        half of the panels with the next wave, and so on.
    avoid : sequence of Sample
        Earlier samples whose customers are not drawn again.
    encoding : str, optional
        Of CSV files; by default UTF-8 where the whole file is, else GB18030.
    batch_rows : int
        Rows at a time; of no influence on the sample.
    progress : callable, optional
        Called with the number of rows read so far.

    Returns
    -------
    Sample

    Raises
    ------
    SamplingError
        If columns are missing, keys repeat among those drawn, the file cannot be read, or nothing
        can be drawn.

    Examples
    --------
    >>> from csi.questionnaire.reading import read_questionnaire
    >>> from csi.sampling.plan import plan_sample
    >>> questionnaire = read_questionnaire("questionnaires/ecsi_mobile.yaml")
    >>> people = pd.DataFrame({"line": [1, 2, 3], "population": [6000, 9000, 3000]})
    >>> plan = plan_sample(questionnaire, people)  # doctest: +SKIP
    >>> draw_sample(plan, "subscribers.parquet", seed=2026)  # doctest: +SKIP
    """
    screen = _screen(plan, seed, key, avoid)
    _check_rotation(wave, panels, stay)
    columns = tuple(dict.fromkeys((*screen.columns, *keep)))
    wanted = plan.cells["numbers"].fillna(0).to_numpy(dtype=np.int64)
    open_panels = np.zeros(panels, dtype=bool)
    open_panels[[(wave + i) % panels for i in range(stay)]] = True
    draw = _Draw(wanted, tuple(dict.fromkeys((screen.key, *keep))), open_panels)
    batches = read_batches(frame, columns, encoding=encoding, batch_rows=batch_rows)
    rows = 0
    for batch, screened in _screen_all(batches, screen):
        draw.take(batch, screened)
        rows += batch.num_rows
        if progress is not None:
            progress(rows)
    if not rows:
        raise SamplingError("The frame has no row.")
    units = draw.units(plan, screen.key)
    cells = _cells(plan, draw, units)
    counts = {"matched": draw.matched, "removed": draw.removed, "unknown": draw.unknown}
    audit = tabulate_rules(screen.rules, rows, counts)
    if not len(units):
        raise SamplingError(
            "Nobody can be drawn: "
            + "; ".join(f"{r['rule']} removed {r['removed']:,}" for r in audit.to_dict("records"))
            + f" of {rows:,} rows. Check the rules and the codes of the strata."
        )
    return Sample(
        plan=plan,
        key=screen.key,
        seed=seed,
        wave=wave,
        panels=panels,
        stay=stay,
        units=units,
        cells=cells,
        audit=audit,
        rows=rows,
    )


class _Draw:
    """The smallest random numbers of each cell so far, and every count."""

    def __init__(self, wanted: IntArray, columns: tuple[str, ...], open_panels: BoolArray) -> None:
        self.wanted, self.columns, self.open_panels = wanted, columns, open_panels
        self.threshold = np.full(len(wanted), np.iinfo(np.uint64).max, dtype=np.uint64)
        self.eligible = np.zeros(len(wanted), dtype=np.int64)
        self.listed = np.zeros(len(wanted) + 1, dtype=np.int64)
        self.matched = self.removed = self.unknown = np.zeros(0, dtype=np.int64)
        self.cells = np.zeros(0, dtype=np.int64)
        self.numbers = np.zeros(0, dtype=np.uint64)
        self.waiting: list[tuple[IntArray, UInt64Array, pa.Table]] = []
        self.kept: pa.Table | None = None

    def take(self, batch: pa.RecordBatch, screened: Screened) -> None:
        self.eligible += np.bincount(screened.cells, minlength=len(self.wanted))
        self.listed += screened.listed
        if not len(self.matched):
            self.matched = self.removed = self.unknown = np.zeros_like(screened.matched)
        self.matched = self.matched + screened.matched
        self.removed = self.removed + screened.removed
        self.unknown = self.unknown + screened.unknown
        near = screened.numbers <= self.threshold[screened.cells]
        if len(self.open_panels) > 1:
            near &= self.open_panels[panels_of(screened.numbers, len(self.open_panels))]
        if not near.any():
            return
        rows = pa.array(screened.rows[near])
        table = pa.Table.from_batches([batch.select(list(self.columns)).take(rows)])
        self.waiting.append((screened.cells[near], screened.numbers[near], table))
        if sum(len(cells) for cells, _, _ in self.waiting) > self.wanted.sum() + _BUFFER:
            self.sort_out()

    def sort_out(self) -> None:
        """Keep the smallest numbers of each cell, in order, and lower the thresholds to them."""
        tables = [table for _, _, table in self.waiting]
        cells = np.concatenate([self.cells, *(cells for cells, _, _ in self.waiting)])
        numbers = np.concatenate([self.numbers, *(numbers for _, numbers, _ in self.waiting)])
        table = pa.concat_tables(
            [*([self.kept] if self.kept is not None else []), *tables], promote_options="permissive"
        )
        order = np.lexsort((numbers, cells))
        cells = cells[order]
        start = np.searchsorted(cells, np.arange(len(self.wanted)))
        place = np.arange(len(cells)) - start[cells]
        inside = place < self.wanted[cells]
        last = place == self.wanted[cells] - 1
        self.threshold[cells[last]] = numbers[order][last]
        order = order[inside]
        self.cells, self.numbers = cells[inside], numbers[order]
        self.kept = table.take(pa.array(order)).combine_chunks()
        self.waiting = []

    def units(self, plan: SamplingPlan, key: str) -> pd.DataFrame:
        """Return the customers drawn, in the order of their cells and numbers."""
        if self.waiting:
            self.sort_out()
        if self.kept is None:
            return pd.DataFrame()
        self.check_repeats(key)
        strata = plan.cells[list(plan.settings.strata)]
        start = np.searchsorted(self.cells, np.arange(len(self.wanted)))
        order = np.arange(len(self.cells)) - start[self.cells]
        n = plan.cells["n"].to_numpy(dtype=np.int64)[self.cells]
        kept = self.kept.to_pandas()
        parts: list[pd.DataFrame] = [
            kept[[key]],
            strata.iloc[self.cells].reset_index(drop=True),
            pd.DataFrame({"order": order + 1, "replicate": order // n}),
            kept.drop(columns=[key, *strata], errors="ignore"),
        ]
        return pd.concat(parts, axis=1)

    def check_repeats(self, key: str) -> None:
        # The same key has the same number; different keys practically never share one.
        numbers, count = np.unique(self.numbers, return_counts=True)
        repeated = numbers[count > 1]
        if len(repeated) and self.kept is not None:
            first = [int(np.flatnonzero(self.numbers == number)[0]) for number in repeated[:5]]
            keys = key_text(self.kept[key].combine_chunks().take(pa.array(first))).to_pylist()
            raise SamplingError(
                f"`{key}` must name each customer once; {len(repeated)} of the keys drawn stand in "
                f"more than one row, e.g. {', '.join(sorted(keys))}. Keep one row per customer."
            )


def _screen(plan: SamplingPlan, seed: int, key: str | None, avoid: Sequence[Sample]) -> Screen:
    if key is None:
        roles = [item.id for item in plan.questionnaire.items.values() if item.role == "key"]
        if not roles:
            raise SamplingError(
                "Name the column of customer keys: `key`. The questionnaire has no item with the "
                "role key."
            )
        key = roles[0]
    drawn = (plan.cells["design"] == "probability").to_numpy(dtype=bool)
    if not drawn.any():
        raise SamplingError("Every stratum is filled by quota: there is nothing to draw.")
    before = [
        random_numbers(pa.Array.from_pandas(sample.units[sample.key]), seed) for sample in avoid
    ]
    return Screen(
        key=key,
        strata=plan.settings.strata,
        index=plan.index,
        drawn=np.append(drawn, False),
        exclusions=plan.exclusions,
        seed=seed,
        avoided=np.unique(np.concatenate(before)) if before else np.zeros(0, dtype=np.uint64),
    )


def _check_rotation(wave: int, panels: int, stay: int) -> None:
    faults = []
    if panels < 1:
        faults.append(f"`panels` must be at least 1; got {panels}.")
    if wave < 0:
        faults.append(f"`wave` counts from 0; got {wave}.")
    if not 1 <= stay <= max(panels, 1):
        faults.append(f"`stay` must be from 1 to `panels` ({panels}); got {stay}.")
    if faults:
        raise SamplingError(faults)


def _screen_all(
    batches: Iterator[pa.RecordBatch], screen: Screen
) -> Iterator[tuple[pa.RecordBatch, Screened]]:
    """Screen batches in a few threads, a few at a time, in their order."""
    threads = min(_THREADS, os.cpu_count() or 1)
    with ThreadPoolExecutor(threads) as pool:
        ahead: deque[tuple[pa.RecordBatch, Future[Screened]]] = deque()
        for batch in batches:
            ahead.append((batch, pool.submit(screen_batch, batch, screen)))
            if len(ahead) > threads:
                first, screened = ahead.popleft()
                yield first, screened.result()
        for last, screened in ahead:
            yield last, screened.result()


def _cells(plan: SamplingPlan, draw: _Draw, units: pd.DataFrame) -> pd.DataFrame:
    drawn = (plan.cells["design"] == "probability").to_numpy(dtype=bool)
    cells = plan.cells.loc[drawn, list(plan.settings.strata)].reset_index(drop=True)
    taken = np.bincount(draw.cells, minlength=len(draw.wanted))[drawn]
    listed, eligible, wanted = draw.listed[:-1][drawn], draw.eligible[drawn], draw.wanted[drawn]
    cells["listed"], cells["eligible"] = listed, eligible
    cells["coverage"] = eligible / np.maximum(listed, 1)
    cells["n"] = plan.cells.loc[drawn, "n"].to_numpy()
    cells["numbers"], cells["drawn"] = wanted, taken
    cells["note"] = [
        "" if got >= asked else f"{asked} numbers wanted, only {got} to be had of {there} eligible"
        for got, asked, there in zip(taken, wanted, eligible, strict=True)
    ]
    return cells
