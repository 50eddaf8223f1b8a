"""The complaint ladder: satisfaction and loyalty by what became of customers' problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from csi.elements.limits import share_limits
from csi.elements.outcome import construct_blocks, construct_levels
from csi.errors import ModelError, suggest
from csi.inference import (
    Domains,
    Estimates,
    IntArray,
    SurveyDesign,
    domain_means,
    split_domains,
)
from csi.inference.multiplicity import adjust_p_values
from csi.model.fit import ModelFit
from csi.questionnaire.conditions import Condition, parse_condition
from csi.questionnaire.model_names import names_in_model
from csi.questionnaire.schema import Questionnaire
from csi.results import SUPPRESS_BELOW, base_flag


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ComplaintLadder:
    """Scores of the customers on each step of the ladder.

    Attributes
    ----------
    steps : mapping of str to Condition
        In the order of the ladder.
    terms : tuple of str
        The constructs that are scored.
    shares : Estimates
        Share of the customers on each step, of those whose step is known, 0 to 1. Labels: ``step``.
    scores : Estimates
        0-100. Labels: ``step``, ``term``; steps without anybody are absent.
    gaps : Estimates
        Score of ``step_a`` minus that of ``step_b``, every pair; ``step_a`` comes later on the
        ladder. Labels: ``step_a``, ``step_b``, ``term``.
    n_unknown : int
        Customers on no step: a question that decides it has no answer.
    """

    steps: Mapping[str, Condition]
    terms: tuple[str, ...]
    shares: Estimates
    scores: Estimates
    gaps: Estimates
    n_unknown: int

    def __repr__(self) -> str:
        n = int(self.shares.n.max()) if len(self.shares) else 0
        return f"ComplaintLadder(steps={len(self.steps)}, n={n}, terms={', '.join(self.terms)})"

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return shares and scores of every step.

        Returns
        -------
        DataFrame
            ``step``; ``term``, the construct, "" in rows of shares; ``measure``, ``share`` (0 to
            1) or ``score``; the estimate columns; ``flag``: "", "low" or "suppressed" base.
        """
        shares = self.shares.tidy(conf_level).assign(measure="share", term="")
        certain = np.zeros(len(shares), dtype=np.bool_)
        shares["conf_low"], shares["conf_high"] = share_limits(self.shares, conf_level, certain)
        scores = self.scores.tidy(conf_level).assign(measure="score")
        table = pd.concat([shares, scores], ignore_index=True)
        table["flag"] = [base_flag(n_eff) for n_eff in table["n_eff"]]
        first = ["step", "term", "measure"]
        return table[[*first, *(name for name in table.columns if name not in first)]]

    def gaps_tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return the difference of every two steps, tested.

        Returns
        -------
        DataFrame
            ``step_a, step_b, term``, the estimate columns (a − b), ``p_adjusted`` by Holm (1979)
            over all rows, and ``verdict``: "higher", "lower", "no evidence" or "base too small"
            (a step with an effective base below 30).
        """
        table = self.gaps.tidy(conf_level)
        table.loc[~(table["n_eff"] >= SUPPRESS_BELOW), ["statistic", "p_value"]] = np.nan
        tested = table["p_value"].notna().to_numpy()
        table["p_adjusted"] = np.nan
        if tested.any():
            table.loc[tested, "p_adjusted"] = adjust_p_values(table.loc[tested, "p_value"], "holm")
        found = (table["p_adjusted"] < 1.0 - conf_level).to_numpy()
        direction = np.where(table["estimate"] > 0, "higher", "lower")
        table["verdict"] = np.where(
            tested, np.where(found, direction, "no evidence"), "base too small"
        )
        return table

    def summary(self) -> str:
        """Return a line per step, and the gaps that were found."""
        lines = [repr(self)]
        table = self.tidy()
        for step, rows in table.groupby("step", sort=False):
            share = rows[rows["measure"] == "share"]["estimate"].iloc[0]
            scores = [
                f"{row['term']} not shown"
                if row["flag"] == "suppressed"
                else f"{row['term']} {row['estimate']:.1f}"
                for row in rows[rows["measure"] == "score"].to_dict("records")
            ]
            lines.append(f"{step} ({share:.0%}): {', '.join(scores)}")
        lines += [
            f"{row['term']}: {row['step_a']} {row['verdict']} than {row['step_b']} by "
            f"{abs(row['estimate']):.1f} (adjusted p = {row['p_adjusted']:.3g})"
            for row in self.gaps_tidy().to_dict("records")
            if row["verdict"] in ("higher", "lower")
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.tidy().to_html(index=False)


def complaint_ladder(
    source: ModelFit | SurveyDesign,
    questionnaire: Questionnaire | None = None,
    *,
    steps: Mapping[str, str] | None = None,
    terms: Sequence[str] | None = None,
) -> ComplaintLadder:
    """Score customers by whether they met a problem, complained, and how that was handled.

    Who complains differs from who does not, before and apart from any complaint: differences
    between steps are associated with the experience, not caused by it.

    Parameters
    ----------
    source : ModelFit or SurveyDesign
        A pooled fit scores constructs with its item weights; a design scores them with equal ones.
    questionnaire : Questionnaire, optional
        By default the fit's.
    steps : mapping of str to str, optional
        Name to condition, e.g. ``{"silent": "complained = 0 and COM1 > 1"}``; by default the
        questionnaire's ``complaint_ladder``.
    terms : sequence of str, optional
        Constructs to score; by default the index and the constructs at the end of the model's
        paths, but none whose items decide who stands on which step.

    Returns
    -------
    ComplaintLadder

    Raises
    ------
    ModelError
        If there is no ladder, a customer stands on two steps, all stand on none, or a construct
        is unknown.
    QuestionnaireError
        If a condition cannot be read.
    ResponseError
        If the data lack a column that a condition names.

    Examples
    --------
    >>> from csi.inference import make_design
    >>> from csi.questionnaire.reading import read_questionnaire
    >>> from csi.simulate.responses import simulate_responses
    >>> q = read_questionnaire("questionnaires/telecom_province.yaml")
    >>> design = make_design(simulate_responses(q, n=600, seed=1), weights="weight", psu="psu")
    >>> complaint_ladder(design, q).terms
    ('Satisfaction', 'Loyalty')
    """
    fit = source if isinstance(source, ModelFit) else None
    design = source.design if isinstance(source, ModelFit) else source
    questionnaire = questionnaire or (fit.questionnaire if fit is not None else None)
    if questionnaire is None:
        raise ModelError("Give the `questionnaire` that declares the complaint ladder.")
    ladder = _conditions(questionnaire, steps)
    codes = _place(design, ladder)
    chosen = _terms(questionnaire, fit, ladder, terms)
    domains = _present(codes, list(ladder))
    scores = construct_levels(design, questionnaire, chosen, domains, fit)
    return ComplaintLadder(
        steps=ladder,
        terms=chosen,
        shares=_shares(design, codes, list(ladder)),
        scores=scores,
        gaps=_gaps(scores),
        n_unknown=int(np.count_nonzero((codes < 0) & (design.weights > 0))),
    )


def _conditions(
    questionnaire: Questionnaire, steps: Mapping[str, str] | None
) -> dict[str, Condition]:
    if steps is not None:
        ladder = {name: parse_condition(text) for name, text in steps.items()}
    else:
        declared = questionnaire.model.complaint_ladder if questionnaire.model else {}
        ladder = {name: step.when for name, step in declared.items()}
    if len(ladder) < 2:
        raise ModelError(
            f"The questionnaire `{questionnaire.id}` declares no complaint ladder of two steps or "
            "more. Add `complaint_ladder: {STEP: {en: ..., zh: ..., when: ...}}` under `model`, or "
            "give `steps`."
        )
    return ladder


def _place(design: SurveyDesign, ladder: Mapping[str, Condition]) -> IntArray:
    """Return each customer's step, -1 for none; shape (n,)."""
    stands = {name: condition.holds(design.frame) for name, condition in ladder.items()}
    for (a, on_a), (b, on_b) in combinations(stands.items(), 2):
        if both := int(np.count_nonzero(on_a & on_b)):
            raise ModelError(
                f"{both} customers stand on two steps of the complaint ladder, `{a}` "
                f"({ladder[a]}) and `{b}` ({ladder[b]}). Write conditions that exclude each other."
            )
    codes = np.full(design.n, -1, dtype=np.int64)
    for code, on in enumerate(stands.values()):
        codes[on] = code
    if not ((codes >= 0) & (design.weights > 0)).any():
        raise ModelError("No customer stands on any step of the complaint ladder.")
    return np.where(design.weights > 0, codes, -1)


def _terms(
    questionnaire: Questionnaire,
    fit: ModelFit | None,
    ladder: Mapping[str, Condition],
    terms: Sequence[str] | None,
) -> tuple[str, ...]:
    blocks = construct_blocks(questionnaire, fit)
    if terms is not None:
        for term in terms:
            if term not in blocks:
                raise ModelError(
                    f"`terms` names `{term}`, which is not a construct with items of the model "
                    f"({', '.join(blocks)}). {suggest(term, blocks)}".rstrip()
                )
        return tuple(terms)
    model = questionnaire.model
    if model is None:
        raise ModelError(f"The questionnaire `{questionnaire.id}` has no `model`.")
    sources = {path.right for path in names_in_model(model.syntax).paths}
    deciding = {item for condition in ladder.values() for item in condition.items}
    ends = [name for name in blocks if name not in sources]
    return tuple(
        name
        for name in dict.fromkeys((model.index, *ends))
        if name in blocks and not deciding & set(blocks[name])
    )


def _present(codes: IntArray, names: Sequence[str]) -> Domains:
    """Return the steps that somebody stands on as domains, in the order of the ladder."""
    present = [code for code in range(len(names)) if (codes == code).any()]
    renumbered = np.full(len(codes), -1, dtype=np.int64)
    for new, old in enumerate(present):
        renumbered[codes == old] = new
    labels = pd.DataFrame({"step": [names[code] for code in present]})
    return Domains(by=("step",), labels=labels, codes=renumbered)


def _shares(design: SurveyDesign, codes: IntArray, names: Sequence[str]) -> Estimates:
    known = codes >= 0
    on = np.column_stack([np.where(known, codes == code, np.nan) for code in range(len(names))])
    shares = domain_means(design, on.astype(np.float64), names, split_domains(design, None))
    return shares.relabel(pd.DataFrame({"step": list(names)}))


def _gaps(scores: Estimates) -> Estimates:
    labels = scores.labels
    pairs = [
        (later, earlier)
        for earlier, later in combinations(range(len(labels)), 2)
        if labels["term"].iloc[earlier] == labels["term"].iloc[later]
    ]
    jacobian = np.zeros((len(pairs), len(scores)))
    for row, (later, earlier) in enumerate(pairs):
        jacobian[row, [later, earlier]] = 1.0, -1.0
    first = [later for later, _ in pairs]
    second = [earlier for _, earlier in pairs]
    named = pd.DataFrame(
        {
            "step_a": labels["step"].to_numpy()[first],
            "step_b": labels["step"].to_numpy()[second],
            "term": labels["term"].to_numpy()[first],
        }
    )
    return scores.map(scores.values[first] - scores.values[second], jacobian, named)
