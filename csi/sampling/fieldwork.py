"""What became of a sample: outcome rates, quota progress, and which reserves to release."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csi.errors import SamplingError
from csi.sampling.dispositions import match_dispositions
from csi.sampling.limits import BoolArray, FloatArray, IntArray
from csi.sampling.outcome_rates import CLASSES, RATES, eligibility_rate, outcome_rates
from csi.sampling.progress import quota_progress, stratum_progress
from csi.sampling.sample import Sample
from csi.sampling.settings import Domain, domain_name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fieldwork:
    """The state of the field, or its final account.

    Attributes
    ----------
    sample : Sample
    rates : DataFrame
        One row per group (everybody, each published domain, each stratum) and weighting:
        ``domain``, the strata, ``weighting`` ("unweighted", "weighted"), ``released``, counts
        ``I, P, R, NC, O, UH, UO, NE``, ``eligibility``, and the rates RR1 … CON3.
    progress : DataFrame, one row per stratum of the plan
        The strata, ``design, n, complete, missing, released, pending, unreleased, yield,
        release`` (numbers to release now, whole replicates), ``fill_probability`` (if they are),
        ``out_of_order`` (worked before an earlier replicate was finished), ``note``.
    replicates : DataFrame
        ``replicate`` (0 is the main sample), ``released``, counts, ``RR1``: substitutes beside
        originals.
    units : DataFrame
        The sample with ``released``, ``disposition`` (class, or missing) and ``base_weight``: the
        eligible customers of the stratum over its released numbers.
    """

    sample: Sample
    rates: pd.DataFrame
    progress: pd.DataFrame
    replicates: pd.DataFrame
    units: pd.DataFrame

    def __repr__(self) -> str:
        total = self.overall()
        return (
            f"Fieldwork(complete={int(total['I'])}, released={int(total['released'])}, "
            f"RR1={total['RR1']:.3f}, RR3={total['RR3']:.3f})"
        )

    def overall(self, weighting: str = "unweighted") -> pd.Series:
        """Return the rates of everybody."""
        rows = (self.rates["domain"] == "all") & (self.rates["weighting"] == weighting)
        return self.rates[rows].iloc[0]

    def tidy(self) -> pd.DataFrame:
        """Return the rates, one to a row.

        Returns
        -------
        DataFrame
            ``domain``, the strata, ``weighting, term`` (RR1 … CON3), ``estimate, n`` (numbers
            released). A rate describes this fieldwork: it has no standard error.
        """
        strata = list(self.sample.plan.settings.strata)
        keys = ["domain", *strata, "weighting"]
        table = self.rates.melt(
            id_vars=[*keys, "released"],
            value_vars=list(RATES),
            var_name="term",
            value_name="estimate",
        )
        return table.rename(columns={"released": "n"})[[*keys, "term", "estimate", "n"]]

    def base_weights(self) -> pd.DataFrame:
        """Return the base weight of an interview in each stratum: customers per interview.

        Calls went on until a stratum was full, so its interviews stand for its customers alike
        (`csi.weighting.base_weights`); what differs between answering and not is left to
        calibration. A quota has no base weight: its interviews stand for the stratum by assumption.

        Returns
        -------
        DataFrame
            The strata with interviews, ``stratum`` (numbered from 1), ``design``, ``customers``
            (eligible in the frame; in a quota as planned), ``interviews``, ``base_weight``.
        """
        plan, names = self.sample.plan, list(self.sample.plan.settings.strata)
        frame = self.sample.cells[[*names, "eligible"]].rename(columns={"eligible": "customers"})
        planned = plan.cells.loc[plan.cells["design"] == "quota", [*names, "population"]]
        quota = planned.rename(columns={"population": "customers"})
        interviews = self.progress[[*names, "design", "complete"]]
        table = interviews.merge(pd.concat([frame, quota]).astype(float), on=names)
        order = pd.MultiIndex.from_frame(plan.cells[names])
        table["stratum"] = 1 + order.get_indexer(pd.MultiIndex.from_frame(table[names]))
        table = table.rename(columns={"complete": "interviews"})
        table = table[table["interviews"] > 0].sort_values("stratum", ignore_index=True)
        table["base_weight"] = table["customers"] / table["interviews"]
        return table[[*names, "stratum", "design", "customers", "interviews", "base_weight"]]

    def summary(self) -> str:
        """Return the rates, the progress and what to release, in words."""
        lines = [repr(self)]
        for weighting in ("unweighted", "weighted"):
            total = self.overall(weighting)
            shown = ", ".join(
                f"{name} {total[name]:.1%}" for name in ("RR1", "RR3", "COOP1", "REF1", "CON1")
            )
            lines.append(f"{weighting}: {shown} (e = {total['eligibility']:.3f})")
        open_cells = self.progress[self.progress["missing"] > 0]
        lines.append(
            f"{len(self.progress) - len(open_cells)} of {len(self.progress)} strata are full; "
            f"{int(open_cells['missing'].sum())} interviews are missing."
        )
        release = int(self.progress["release"].fillna(0).sum())
        if release:
            lines.append(f"Release {release} reserve numbers now, in whole replicates.")
        noted = (self.progress["note"] != "") & (self.progress["design"] == "probability")
        for row in self.progress[noted].head(5).to_dict("records"):
            place = ", ".join(f"{name} = {row[name]}" for name in self.sample.plan.settings.strata)
            lines.append(f"{place}: {row['note']}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.rates.to_html(index=False)


def summarise_fieldwork(
    sample: Sample,
    dispositions: pd.DataFrame,
    *,
    codes: Mapping[object, str] | None = None,
    eligibility: float | None = None,
    quota: pd.DataFrame | None = None,
    fill_probability: float | None = None,
) -> Fieldwork:
    """Account for every number that was released.

    The main sample is released; a reserve replicate is from the first of its numbers, or of a later
    replicate, that has a disposition. A released number without one counts as UH (not yet worked,
    eligibility unknown), so an interviewer who skips numbers lowers the response rate. Weighted
    rates count a number with the eligible customers of its stratum over its released numbers.

    Parameters
    ----------
    sample : Sample
    dispositions : DataFrame
        The sample's key and ``disposition``: the final one of each number, as a class
        (I, P, R, NC, O, UH, UO, NE) or one of AAPOR's numbers.
    codes : mapping, optional
        Own codes to classes, e.g. ``{"busy": "NC", "quota full": "NE"}``.
    eligibility : float, optional
        e, the share of eligible among the unknown; by default, in each weighting, that among the
        known over the whole sample.
    quota : DataFrame, optional
        Interviews in the quota strata: the strata (codes) and ``complete``.
    fill_probability : float, optional
        For the advice; by default the plan's.

    Returns
    -------
    Fieldwork

    Raises
    ------
    SamplingError
        With every unknown code, unknown customer and customer that stands twice.

    Notes
    -----
    The formulas: `csi.sampling.outcome_rates`. The advice: `csi.sampling.release`.
    """
    if eligibility is not None and not 0 <= eligibility <= 1:
        raise SamplingError(f"`eligibility` must be a share from 0 to 1; got {eligibility!r}.")
    classes = match_dispositions(sample, dispositions, codes)
    cells = _cell_numbers(sample)
    replicate = sample.units["replicate"].to_numpy(dtype=np.int64)
    released = _released(cells, replicate, classes >= 0, len(sample.cells))
    counted = np.where(classes >= 0, classes, CLASSES.index("UH"))
    counts = np.zeros((len(sample.cells), len(CLASSES)))
    np.add.at(counts, (cells[released], counted[released]), 1.0)
    weights = sample.cells["eligible"].to_numpy(dtype=float) / np.maximum(counts.sum(axis=1), 1)
    pending = np.bincount(cells[released & (classes < 0)], minlength=len(sample.cells))
    rates = _rates(sample, counts, weights, eligibility)
    fill = sample.plan.settings.fill_probability if fill_probability is None else fill_probability
    progress = pd.concat(
        [
            stratum_progress(sample, counts, pending, _disorder(cells, replicate, classes), fill),
            quota_progress(sample.plan, quota),
        ],
        ignore_index=True,
    )
    units = sample.units.assign(
        released=released,
        disposition=pd.array([CLASSES[c] if c >= 0 else None for c in classes], dtype="string"),
        base_weight=np.where(released, weights[cells], np.nan),
    )
    return Fieldwork(
        sample=sample,
        rates=rates,
        progress=progress,
        replicates=_by_replicate(replicate[released], counted[released]),
        units=units,
    )


def _cell_numbers(sample: Sample) -> IntArray:
    strata = list(sample.plan.settings.strata)
    order = pd.MultiIndex.from_frame(sample.cells[strata])
    return np.asarray(order.get_indexer(pd.MultiIndex.from_frame(sample.units[strata])))


def _released(cells: IntArray, replicate: IntArray, worked: BoolArray, n_cells: int) -> BoolArray:
    last = np.zeros(n_cells, dtype=np.int64)
    np.maximum.at(last, cells[worked], replicate[worked])
    return np.asarray(replicate <= last[cells])


def _disorder(cells: IntArray, replicate: IntArray, classes: IntArray) -> IntArray:
    """Count numbers worked while an earlier replicate of their cell had numbers without one."""
    first_open = np.full(int(cells.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    open_ = classes < 0
    np.minimum.at(first_open, cells[open_], replicate[open_])
    early = ~open_ & (replicate > first_open[cells])
    return np.asarray(np.bincount(cells[early], minlength=len(first_open)), dtype=np.int64)


def _rates(
    sample: Sample, counts: FloatArray, weights: FloatArray, eligibility: float | None
) -> pd.DataFrame:
    strata = sample.plan.settings.strata
    # The strata themselves come last, unless they are a published domain already.
    domains = tuple(dict.fromkeys((*sample.plan.settings.domains, strata)))
    parts = []
    for weighting, factor in (("unweighted", np.ones_like(weights)), ("weighted", weights)):
        weighted = counts * factor[:, None]
        e = eligibility
        if e is None:
            e = float(eligibility_rate(weighted.sum(axis=0)))
        for domain in domains:
            parts.append(_domain_rates(sample, domain, weighted, counts, e, weighting))
    return pd.concat(parts, ignore_index=True)


def _domain_rates(
    sample: Sample,
    domain: Domain,
    weighted: FloatArray,
    counts: FloatArray,
    eligibility: float,
    weighting: str,
) -> pd.DataFrame:
    codes = sample.cells[list(domain)].to_numpy(dtype=np.int64)
    groups, member = np.unique(codes, axis=0, return_inverse=True)
    if not domain:
        groups, member = np.zeros((1, 0), dtype=np.int64), np.zeros(len(codes), dtype=np.int64)
    totals = np.zeros((len(groups), len(CLASSES)))
    released = np.zeros(len(groups))
    np.add.at(totals, member.ravel(), weighted)
    np.add.at(released, member.ravel(), counts.sum(axis=1))
    table: dict[str, object] = {"domain": [domain_name(domain)] * len(groups)}
    for name in sample.plan.settings.strata:
        values = groups[:, domain.index(name)].tolist() if name in domain else [None] * len(groups)
        table[name] = pd.array(values, dtype="Int64")
    table |= {"weighting": weighting, "released": released.astype(np.int64)}
    table |= {name: totals[:, place] for place, name in enumerate(CLASSES)}
    table["eligibility"] = eligibility
    return pd.DataFrame({**table, **outcome_rates(totals, eligibility)})


def _by_replicate(replicate: IntArray, counted: IntArray) -> pd.DataFrame:
    size = int(replicate.max(initial=0)) + 1
    counts = np.zeros((size, len(CLASSES)), dtype=np.int64)
    np.add.at(counts, (replicate, counted), 1)
    table = pd.DataFrame({"replicate": np.arange(size), "released": counts.sum(axis=1)})
    for place, name in enumerate(CLASSES):
        table[name] = counts[:, place]
    table["RR1"] = outcome_rates(counts, math.nan)["RR1"]
    return table
