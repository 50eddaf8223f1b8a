"""Findings about quality elements, regions and complaints: established gaps only."""

from __future__ import annotations

from csi.report.document import Number, PValue
from csi.report.reading import Reading
from csi.report.rows import Code, plain
from csi.report.wave_findings import size
from csi.report.wording import Construct, Element, Level, Phrase, Step


def short_boards(reading: Reading) -> list[Phrase]:
    """Say which elements are important, weak and behind the best competitor."""
    model = reading.questionnaire.model
    names = set(model.elements) if model else set()
    phrases: dict[tuple[Code | None, str], Phrase] = {}
    for board in reading.results.short_boards:
        for row in board.tidy().to_dict("records"):
            if row["verdict"] not in ("short board", "behind") or row["term"] not in names:
                continue
            if row["verdict"] == "behind" and board.within:
                continue
            line = plain(row[reading.line]) if board.within else None
            scope = (
                Phrase("scope.line", {"line": Level(reading.line or "", line)})
                if line is not None
                else Phrase("scope.all_lines" if reading.line else "scope.overall", {})
            )
            key = "finding.short_board" if row["verdict"] == "short board" else "finding.behind"
            values = {
                "scope": scope,
                "element": Element(str(row["term"])),
                "other": Level(reading.group or "", plain(row["best"])),
                "difference": Number(abs(float(row["estimate"]))),
                "interval": size(float(row["conf_low"]), float(row["conf_high"])),
                "p": PValue(float(row["p_adjusted"])),
            }
            # An element that is a construct as well stands in both boards: the first is its users'.
            phrases.setdefault((line, str(row["term"])), Phrase(key, values))
    return list(phrases.values())


def regional(reading: Reading) -> list[Phrase]:
    """Name the regions of the lowest tier, where there is more than one tier."""
    regions = reading.results.regions
    if regions is None:
        return []
    table = regions.tidy()
    own = table[(table["measure"] == "adjusted") & table["tier"].notna()].sort_values("rank")
    if own["tier"].nunique() < 2:
        return [Phrase("finding.regions_alike", {"count": len(own)})] if len(own) else []
    lowest = own[own["tier"] == own["tier"].max()]
    values = {
        "regions": tuple(Level(regions.region, plain(code)) for code in lowest[regions.region]),
        "count": len(own),
        "tiers": int(own["tier"].nunique()),
    }
    return [Phrase("finding.regions_low", values)]


def complaint(reading: Reading) -> list[Phrase]:
    """Say what goes with the handling of complaints: the ladder's last two steps."""
    ladder = reading.results.complaint_ladder
    if ladder is None:
        return []
    steps = list(ladder.steps)
    phrases = []
    for row in ladder.gaps_tidy().to_dict("records"):
        if (row["step_b"], row["step_a"]) != (steps[-2], steps[-1]):
            continue
        if row["verdict"] not in ("higher", "lower"):
            continue
        key = f"finding.ladder_{row['verdict']}"
        values = {
            "step": Step(str(row["step_a"])),
            "other": Step(str(row["step_b"])),
            "construct": Construct(str(row["term"])),
            "difference": Number(abs(float(row["estimate"]))),
            "interval": size(float(row["conf_low"]), float(row["conf_high"])),
            "p": PValue(float(row["p_adjusted"])),
        }
        phrases.append(Phrase(key, values))
    return phrases
