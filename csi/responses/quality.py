"""Look for answers that may not be answers; say so, and drop nothing.

Every rule is stated before the data are seen, and has two sides: too fast and too slow, the same
answer throughout and no pattern at all, scores at the top and at the bottom. Taking out only the
respondents who look careless moves the index; the report shows by how much.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from csi.errors import ResponseError, suggest
from csi.responses.data import Responses
from csi.responses.intraclass import intraclass
from csi.responses.patterns import (
    Codes,
    FloatArray,
    closest_match,
    duplicate_groups,
    is_flat,
    longest_run,
    match_in_blocks,
    spread_within,
)
from csi.responses.quality_report import RULES, QualityReport, QualityRules
from csi.responses.recoding import rescale_items

UNANSWERED = ("refused", "skipped", "no_answer")


def check_responses(
    responses: Responses,
    *,
    duration: str | None = None,
    interviewer: str | None = None,
    rules: QualityRules | None = None,
) -> QualityReport:
    """Check the quality of answers by rules that are stated beforehand; drop nothing.

    Parameters
    ----------
    responses : Responses
    duration : str, optional
        Column with the length of the interview, in any unit; read it with ``keep=``.
    interviewer : str, optional
        Column that names the interviewer, the outlet or the district.
    rules : QualityRules, optional

    Returns
    -------
    QualityReport

    Raises
    ------
    ResponseError
        A named column does not exist, or the questionnaire has no rating.

    Examples
    --------
    >>> check_responses(responses, interviewer="interviewer").tidy()  # doctest: +SKIP
    """
    rules = rules or QualityRules()
    scores = rescale_items(responses.frame, responses.questionnaire)
    if scores.shape[1] == 0:
        raise ResponseError("The questionnaire has no rating, so there is no pattern to check.")
    _check_columns(responses, duration=duration, interviewer=interviewer)
    notes: list[str] = []
    respondents = _respondents(responses, scores, rules, notes)
    if duration is not None:
        respondents = respondents.join(_pace(responses.frame[duration], rules))
    by, clustering = pd.DataFrame(), pd.DataFrame()
    if interviewer is not None:
        groups = responses.frame[interviewer]
        by = _by_interviewer(groups, respondents)
        clustering = _clustering(scores, respondents["mean"], groups, rules)
    return QualityReport(
        respondents=respondents,
        items=_items(responses, scores, rules),
        interviewers=by,
        clustering=clustering,
        rules=rules,
        notes=tuple(notes),
    )


def _check_columns(responses: Responses, **named: str | None) -> None:
    for what, name in named.items():
        if name is not None and name not in responses.frame:
            hint = suggest(name, responses.frame) or f"Read it with keep=['{name}']."
            raise ResponseError(f"There is no column `{name}` for the {what}. {hint}")


def _respondents(
    responses: Responses, scores: pd.DataFrame, rules: QualityRules, notes: list[str]
) -> pd.DataFrame:
    codes = _codes(responses, scores)
    answers = (codes >= 0).sum(axis=1)
    judged = answers >= rules.minimum_answers
    spread = spread_within(scores.to_numpy(), _batteries(responses, scores))
    flat = is_flat(codes) & judged
    group = np.where(judged & ~flat, duplicate_groups(codes), 0)
    table = pd.DataFrame(
        {
            "answers": answers,
            "mean": scores.mean(axis=1).to_numpy(),
            "longest_run": longest_run(codes),
            "spread": spread,
            "duplicate_group": group,
            "flat": flat,
            "erratic": judged & (spread > _fence(spread[judged], rules.erratic)),
            "duplicate": group > 0,
        },
        index=scores.index,
    )
    compared = np.flatnonzero(judged & ~flat)
    if len(codes) > rules.match_limit:
        share, partner, left_out = match_in_blocks(
            codes[compared], rules.minimum_answers, rules.match, rules.match_limit // 10
        )
        notes.append(
            f"{len(codes):,} respondents, more than {rules.match_limit:,}: for near-duplicates "
            "only those were compared who are equal in a whole block of items. Pairs that left "
            "different items out may be missed"
            + (f", and {left_out:,} respondents share their block with too many." * (left_out > 0))
            + "." * (left_out == 0)
        )
    else:
        share, partner = closest_match(codes[compared], rules.minimum_answers)
    match, row = np.full(len(codes), np.nan), np.full(len(codes), -1)
    match[compared] = share
    row[compared] = np.where(partner >= 0, compared[partner], -1)
    near = (match >= rules.match) & (group == 0)
    return table.assign(match=match, partner=row, near_duplicate=near)


def _codes(responses: Responses, scores: pd.DataFrame) -> Codes:
    """Return the steps of each rating above the least code of its scale, -1 for no answer."""
    items = responses.questionnaire.items
    least = np.array([s.minimum for name in scores if (s := items[str(name)].scale)])
    steps = responses.frame[list(scores)].to_numpy(dtype=np.float64) - least
    return np.where(np.isnan(steps), -1, steps).astype(np.int8)


def _batteries(responses: Responses, scores: pd.DataFrame) -> list[list[int]]:
    """Return the columns of ratings that stand in one block."""
    blocks: dict[str, list[int]] = {}
    for place, name in enumerate(scores):
        blocks.setdefault(responses.questionnaire.items[str(name)].block, []).append(place)
    return [columns for columns in blocks.values() if len(columns) > 1]


def _fence(values: FloatArray, times: float) -> float:
    known = values[~np.isnan(values)]
    if not len(known):
        return np.inf
    low, high = np.quantile(known, [0.25, 0.75])
    return float(high + times * (high - low))


def _pace(duration: pd.Series, rules: QualityRules) -> pd.DataFrame:
    pace = duration / duration.median()
    return pd.DataFrame({"pace": pace, "fast": pace < rules.fast, "slow": pace > rules.slow})


def _items(responses: Responses, scores: pd.DataFrame, rules: QualityRules) -> pd.DataFrame:
    rows = []
    for name in map(str, scores):
        item = responses.questionnaire.items[name]
        reasons = responses.reasons[name]
        asked = int((reasons != "not_asked").sum())
        value = responses.frame[name].dropna()
        ends = (item.scale.minimum, item.scale.maximum) if item.scale else (np.nan, np.nan)
        row = {
            "item": name,
            "asked": asked,
            "unanswered": _share(reasons.isin(UNANSWERED).sum(), asked),
            "dont_know": _share((reasons == "dont_know").sum(), asked),
            "ceiling": _share((value == ends[1]).sum(), len(value)),
            "floor": _share((value == ends[0]).sum(), len(value)),
            "mean": float(scores[name].mean()),
        }
        rows.append({**row, "flags": "; ".join(_item_flags(row, value, rules))})
    return pd.DataFrame(rows)


def _share(part: int, whole: int) -> float:
    return float(part) / whole if whole else np.nan


def _item_flags(
    row: Mapping[str, object], answers: pd.Series, rules: QualityRules
) -> Iterator[str]:
    if answers.empty:
        yield "nobody answered"
    elif answers.nunique() == 1:
        yield "every answer is the same"
    texts = {
        "unanswered": "not answered by {:.0%}",
        "dont_know": "don't know from {:.0%}",
        "ceiling": "{:.0%} at the top of the scale",
        "floor": "{:.0%} at the bottom of the scale",
    }
    for name, text in texts.items():
        value = row[name]
        if isinstance(value, float) and value > getattr(rules, name):
            yield text.format(value)


def _by_interviewer(groups: pd.Series, respondents: pd.DataFrame) -> pd.DataFrame:
    wanted = {"n": ("mean", "size"), "mean": ("mean", "mean")}
    wanted |= {name: (name, "mean") for name in RULES if name in respondents}
    table = respondents.groupby(groups.to_numpy(), sort=True).agg(**wanted)
    return table.rename_axis("interviewer").reset_index()


def _clustering(
    scores: pd.DataFrame, mean: pd.Series, groups: pd.Series, rules: QualityRules
) -> pd.DataFrame:
    rows = []
    for name, column in (("all ratings", mean), *scores.items()):
        found = intraclass(column.to_numpy(), groups)
        flag = ""
        if found.p_high < rules.p_value and found.value > rules.between:
            flag = f"{found.value:.3f}: interviewers differ"
        elif found.p_low < rules.p_value:
            flag = f"{found.value:.3f}: interviewers are more alike than chance allows"
        rows.append(
            {
                "term": name,
                "estimate": found.value,
                "statistic": found.statistic,
                "p_high": found.p_high,
                "p_low": found.p_low,
                "n": found.n,
                "n_groups": found.n_groups,
                "flag": flag,
            }
        )
    return pd.DataFrame(rows)
