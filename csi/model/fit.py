"""Fit the structural model, pooled or by group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import get_args

import numpy as np
import pandas as pd

from csi.errors import ModelError
from csi.inference import (
    Domains,
    FloatArray,
    SurveyDesign,
    numeric_items,
    split_domains,
)
from csi.model.asking import NotAsked, among_asked
from csi.model.diagnosis import Diagnosis, Finding, diagnose
from csi.model.effects import (
    explained_variances,
    latent_correlations,
    parameter_values,
    standardised_values,
)
from csi.model.group_fit import GroupFit, Missing, fit_group
from csi.model.reliability import fornell_larcker, heterotrait_monotrait, reliability_table
from csi.model.syntax import ParameterTable, read_syntax
from csi.questionnaire.schema import Questionnaire
from csi.responses.recoding import rescale_items
from csi.results import SUPPRESS_BELOW


@dataclass(frozen=True, kw_only=True, eq=False)
class ModelFit:
    """A structural model fitted to a survey.

    Attributes
    ----------
    design : SurveyDesign
    questionnaire : Questionnaire or None
        None where the model was given as lavaan text.
    table : ParameterTable
    values : FloatArray, shape (n, p)
        The answers that were fitted, in the order of ``table.items``: 0-100 with a questionnaire.
    by : tuple of str
        Columns whose groups have a model each; empty for one pooled model.
    domains : Domains
    groups : tuple of GroupFit
    missing : {"ml", "listwise"}
    reliability : mapping of str to float
        Assumed reliability of single items.
    restricted_to : str
        Who was asked every item, where that is not everybody with weight; "" for everybody.
    """

    design: SurveyDesign
    questionnaire: Questionnaire | None
    table: ParameterTable
    values: FloatArray
    by: tuple[str, ...]
    domains: Domains
    groups: tuple[GroupFit, ...]
    missing: Missing
    reliability_assumed: Mapping[str, float]
    restricted_to: str = ""

    def __repr__(self) -> str:
        verdicts = ", ".join(self.diagnosis(k).verdict for k in range(len(self.groups)))
        fit = self.groups[0].measures
        shown = f", chi2={fit.chi2:.1f}, df={fit.df}, cfi={fit.cfi:.3f}" if not self.by else ""
        n = sum(group.n for group in self.groups)
        among = f", among {self.restricted_to}" if self.restricted_to else ""
        return f"ModelFit(groups={len(self.groups)}, n={n}{among}{shown}, {verdicts})"

    @property
    def syntax(self) -> str:
        """The model as lavaan text."""
        return self.table.syntax

    @cached_property
    def _diagnoses(self) -> tuple[Diagnosis, ...]:
        return tuple(diagnose(group) for group in self.groups)

    def diagnosis(self, group: int = 0) -> Diagnosis:
        """Return the verdict on the paths of one group, with its reasons."""
        return self._diagnoses[group]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return the parameter table.

        Returns
        -------
        DataFrame
            The columns of ``by``, ``lhs, op, rhs``, the estimate columns, and the completely
            standardised solution ``std_all, std_all_se``.
        """

        def one(group: GroupFit) -> pd.DataFrame:
            table = parameter_values(group.structure, group.theta).tidy(conf_level)
            standardised = standardised_values(group.structure, group.theta)
            return table.assign(std_all=standardised.values, std_all_se=standardised.std_errors())

        return self._per_group(one)

    def glance(self) -> pd.DataFrame:
        """Return the fit of each group: a row with every measure, and the verdict."""

        def one(group: GroupFit) -> pd.DataFrame:
            measures = asdict(group.measures)
            return pd.DataFrame(
                [
                    {
                        "n": group.n,
                        "n_eff": group.moments.n_eff,
                        "n_left_out": group.moments.n_dropped,
                        "share_missing": group.share_missing,
                        "npar": measures.pop("n_parameters"),
                        **measures,
                        "gradient": group.record.gradient,
                        "semopy_gradient": group.record.semopy_gradient,
                        "polish_steps": group.record.polish_steps,
                        "polish_size": group.record.polish_size,
                    }
                ]
            )

        table = self._per_group(one)
        table["condition"] = [diagnosis.condition for diagnosis in self._diagnoses]
        table["verdict"] = [diagnosis.verdict for diagnosis in self._diagnoses]
        return table

    def reliability(self) -> pd.DataFrame:
        """Return alpha, omega and AVE per construct."""
        return self._per_group(reliability_table)

    def htmt(self) -> pd.DataFrame:
        """Return the heterotrait-monotrait ratio per pair of constructs."""
        return self._per_group(heterotrait_monotrait)

    def fornell_larcker(self) -> pd.DataFrame:
        """Return AVE against the squared correlation per pair of constructs."""
        return self._per_group(fornell_larcker)

    def r_squared(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Return the explained share of variance of every outcome."""
        return self._per_group(
            lambda group: explained_variances(group.structure, group.theta).tidy(conf_level)
        )

    def latent_correlations(self, group: int = 0) -> pd.DataFrame:
        """Return the model's correlations between constructs, a square table."""
        fit = self.groups[group]
        return latent_correlations(fit.structure, fit.theta.values)

    def summary(self) -> str:
        """Return the fit and the verdict in a few lines."""
        lines = [repr(self)]
        for k, group in enumerate(self.groups):
            m = group.measures
            lines.append(
                f"{group}: n={group.n}, chi2({m.df})={m.chi2:.2f} (scaled {m.chi2_scaled:.2f}), "
                f"CFI={m.cfi:.3f}, TLI={m.tli:.3f}, RMSEA={m.rmsea:.3f} "
                f"[{m.rmsea_low:.3f}, {m.rmsea_high:.3f}], SRMR={m.srmr:.3f}: "
                f"paths {self.diagnosis(k).verdict}"
            )
            lines += [f"  {finding}" for finding in _readable(self.diagnosis(k))]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return self.tidy().to_html(index=False)

    def _per_group(self, one: Callable[[GroupFit], pd.DataFrame]) -> pd.DataFrame:
        parts = []
        for group in self.groups:
            table = one(group)
            for position, (name, level) in enumerate(group.group.items()):
                table.insert(position, name, [level] * len(table))
            parts.append(table)
        return pd.concat(parts, ignore_index=True)


def fit_model(
    design: SurveyDesign,
    model: Questionnaire | str,
    *,
    by: str | Sequence[str] | None = None,
    missing: Missing = "ml",
    reliability: Mapping[str, float] | None = None,
    not_asked: NotAsked = "refuse",
) -> ModelFit:
    """Fit a structural equation model by pseudo-maximum likelihood.

    semopy fits the weighted covariances; the gradient is checked and the solution polished;
    standard errors come from the respondents' influences and the design (Skinner, Holt and Smith
    1989; Asparouhov 2005), so weights, strata and clusters are in them.

    Parameters
    ----------
    design : SurveyDesign
    model : Questionnaire or str
        A questionnaire with a model: its items are rescaled to 0-100. Or lavaan syntax: the
        columns are used as they are.
    by : str or sequence of str, optional
        Fit one model per group. Without it one pooled model, whose scores any groups can be
        compared by.
    missing : {"ml", "listwise"}
        Use every answer by full-information likelihood, or complete respondents only.
    reliability : mapping of str to float, optional
        Assumed reliability of the only item of a construct; by default the questionnaire's.
    not_asked : {"refuse", "restrict"}
        What to do where items of the model were not asked of somebody, which is no missing answer
        and never filled in: raise, or fit among those who were asked everything, as a domain of
        the whole design. Known from the questionnaire's ``ask_if`` and from `Responses`; a bare
        data frame with lavaan syntax does not say who was asked.

    Returns
    -------
    ModelFit

    Raises
    ------
    ModelError
        If the model cannot be read, an item is unknown, constant, without answers, or not asked
        of everybody, there are too few respondents, or a group has an effective base below 30.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from csi.inference import make_design
    >>> rng = np.random.default_rng(1)
    >>> f = rng.normal(size=300)
    >>> data = pd.DataFrame({f"x{k}": f + rng.normal(size=300) for k in range(4)})
    >>> fit = fit_model(make_design(data), "F =~ x0 + x1 + x2 + x3")
    >>> int(fit.glance().df.iloc[0])
    2
    """
    if missing not in get_args(Missing):
        raise ModelError(f"`missing` must be {' or '.join(get_args(Missing))}; got {missing!r}.")
    questionnaire = model if isinstance(model, Questionnaire) else None
    table = read_syntax(_syntax_of(model))
    assumed = _assumed_reliability(questionnaire, table, reliability)
    values = _values(design, table, questionnaire)
    design, restricted_to = among_asked(design, questionnaire, table.items, not_asked)
    domains = split_domains(design, by)
    _refuse_small_groups(design, domains)
    groups = tuple(
        fit_group(
            design,
            table,
            values,
            inside=domains.codes == g,
            group={str(name): domains.labels[name].iloc[g] for name in domains.by},
            missing=missing,
            reliability=assumed,
        )
        for g in range(len(domains))
    )
    return ModelFit(
        design=design,
        questionnaire=questionnaire,
        table=table,
        values=values,
        by=domains.by,
        domains=domains,
        groups=groups,
        missing=missing,
        reliability_assumed=assumed,
        restricted_to=restricted_to,
    )


def _readable(diagnosis: Diagnosis) -> list[Finding]:
    """Leave out findings that quote single paths where the paths must not be read."""
    if diagnosis.verdict != "withheld":
        return list(diagnosis.findings)
    return [finding for finding in diagnosis.findings if " ~ " not in finding.subject]


def _syntax_of(model: Questionnaire | str) -> str:
    if isinstance(model, str):
        return model
    if model.model is None:
        raise ModelError(
            f"The questionnaire `{model.id}` has no `model:` section; add one, or give `fit_model` "
            "lavaan syntax."
        )
    return model.model.syntax


def _refuse_small_groups(design: SurveyDesign, domains: Domains) -> None:
    """Raise for groups on a base too small to show a score, let alone a model of their own."""
    small = []
    for g in range(len(domains) if domains.by else 0):
        members = (domains.codes == g) & (design.weights > 0)
        if design.effective(members) < SUPPRESS_BELOW:
            levels = [f"{name} = {domains.labels[name].iloc[g]}" for name in domains.by]
            small.append(f"{', '.join(levels)} (n = {design.respondents(members)})")
    if small:
        raise ModelError(
            f"A group needs an effective base of {SUPPRESS_BELOW:.0f} for a model of its own; too "
            f"small: {'; '.join(small)}. Fit one model for everybody and score the groups with it, "
            "or leave these groups out."
        )


def _values(
    design: SurveyDesign, table: ParameterTable, questionnaire: Questionnaire | None
) -> FloatArray:
    values = numeric_items(design.frame, table.items)
    if questionnaire is None:
        return values
    rescaled = rescale_items(
        design.frame, questionnaire, list(table.items), codes=design.behind is None
    )
    return rescaled.to_numpy(dtype=np.float64)


def _assumed_reliability(
    questionnaire: Questionnaire | None,
    table: ParameterTable,
    given: Mapping[str, float] | None,
) -> Mapping[str, float]:
    assumed = given
    if assumed is None:
        assumed = questionnaire.model.reliability if questionnaire and questionnaire.model else {}
    single = {own[0] for c in table.constructs if len(own := table.items_of(c)) == 1}
    faults = [
        f"`reliability` of `{item}` must lie above 0 and at most at 1; got {value!r}."
        for item, value in assumed.items()
        if not 0.0 < value <= 1.0
    ]
    faults += [
        f"`reliability` names `{item}`, which is not the only item of a construct; reliability is "
        "estimated where a construct has several items."
        for item in assumed
        if item not in single
    ]
    if faults:
        raise ModelError("\n".join(faults))
    return dict(assumed)
