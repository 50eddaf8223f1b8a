"""The lines that stand first: one of each subject, ours where there is ours."""

from __future__ import annotations

from csi.report.book import StudyResults
from csi.report.composing import compose
from csi.report.document import Bullets, Callout, Number, Tiles
from csi.report.findings import grouped_findings
from csi.report.headline import headlines
from csi.report.reading import Reading
from csi.report.theme import Theme
from csi.report.wording import Level, Phrase


def phrase(key: str, **values: object) -> Phrase:
    return Phrase(key, values)


def lead(group: int, *gaps: tuple[int, float], scope: str = "scope.all_lines") -> Phrase:
    """Group so many points ahead of others."""
    told = tuple(
        phrase("finding.gap", other=Level("serviceprovider", other), difference=Number(points))
        for other, points in gaps
    )
    return phrase(
        "finding.higher", scope=phrase(scope), group=Level("serviceprovider", group), gaps=told
    )


def test_our_level_the_largest_lead_over_us_our_change_the_deepest_board(
    operators: StudyResults,
) -> None:
    reading = Reading(operators)
    ours = phrase("scope.one", group=Level("serviceprovider", 1))
    shallow, deep = (phrase("finding.short_board", difference=Number(d)) for d in (-2.0, 7.5))
    own, lead_3 = phrase("finding.own"), lead(3, (1, 6.0))
    mine = phrase("finding.moved", scope=ours)
    groups = (
        ("summary.level", (phrase("finding.level"), own)),
        ("summary.moved", (phrase("finding.moved", scope=phrase("scope.everybody")), mine)),
        ("summary.ahead", (lead(2, (1, 3.0)), lead_3, lead(4, (1, 9.0), scope="scope.line"))),
        ("summary.matters", (phrase("finding.priority_importance"), shallow, deep)),
    )
    assert headlines(reading, groups) == (own, lead_3, mine, deep)


def test_our_own_lead_comes_before_the_lead_of_others(operators: StudyResults) -> None:
    mine = lead(1, (4, 1.0))
    groups = (("summary.ahead", (lead(2, (1, 3.0)), mine)),)
    assert headlines(Reading(operators), groups) == (mine,)


def test_a_lead_over_us_in_a_line_is_told_where_none_is_over_all(operators: StudyResults) -> None:
    none = phrase("finding.no_difference", scope=phrase("scope.all_lines"))
    small, large = (lead(2, (1, points), scope="scope.line") for points in (3.0, 9.0))
    reading = Reading(operators)
    assert headlines(reading, (("summary.ahead", (none, small, large)),)) == (large,)
    assert headlines(reading, (("summary.ahead", (none,)),)) == (none,)


def test_without_a_group_of_ours_everybody_is_told(industries: StudyResults) -> None:
    reading = Reading(industries)
    picks = headlines(reading, grouped_findings(reading))
    assert picks[0].key == "finding.level"
    assert len({p.key for p in picks}) == len(picks)


def test_what_is_said_first_is_not_said_again(operators: StudyResults) -> None:
    for language in ("en", "zh"):
        blocks = compose(operators, language, Theme()).blocks
        place = next(i for i, b in enumerate(blocks) if isinstance(b, Tiles))
        brief = blocks[place + 1]
        assert isinstance(brief, Callout)
        assert brief.title == {"en": "In brief", "zh": "要点"}[language]
        rest = [
            item for b in blocks[place : place + 14] if isinstance(b, Bullets) for item in b.items
        ]
        assert 2 <= len(brief.items) <= 4
        assert not set(brief.items) & set(rest)


def test_a_handful_of_findings_is_its_own_headline(withheld: StudyResults) -> None:
    titles = [b.title for b in compose(withheld, "en", Theme()).blocks if isinstance(b, Callout)]
    assert "In brief" not in titles
