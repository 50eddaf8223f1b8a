"""``csi trend``, ``csi decompose``, ``csi regions``, and what ``csi compare`` says of waves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

import csi
from csi.cli.analysis import Answer, analysis
from csi.cli.options import split_names
from csi.cli.sources import Source

if TYPE_CHECKING:
    from csi.study_waves import StackedStudy

By = Annotated[
    str,
    typer.Option("--by", metavar="ITEMS", help="For the groups of these items: line,operator."),
]
Waves = Annotated[
    str,
    typer.Option(
        "--waves", metavar="BEFORE,AFTER", help="Two waves; else the reported and the one before."
    ),
]
Terms = Annotated[
    str, typer.Option("--terms", metavar="CONSTRUCTS", help="Only these, with a comma.")
]


def stacked_waves(source: Source, waves: str) -> tuple[StackedStudy, str, str]:
    """Stack the waves of a study up to the later of two; return which two are compared."""
    from csi.study_answers import read_waves
    from csi.study_waves import stack_study

    study = source.study
    if study is None or source.questionnaire is None:
        raise typer.BadParameter("Only a study file has waves.")
    names = split_names(waves)
    if len(names) not in (0, 2):
        raise typer.BadParameter("Name two waves, the earlier one first: --waves 2026q1,2026q2.")
    for name in names:
        study.wave(name)
    ids = [wave.id for wave in study.waves]
    after = names[1] if names else study.wave(source.wave or None).id
    earlier = ids[: ids.index(after)]
    before = names[0] if names else earlier[-1] if earlier else ""
    if before not in earlier:
        raise typer.BadParameter(f"There is no wave before `{after}` to compare it with.")
    return replace(stack_study(study, read_waves(study, after)), before=(before,)), before, after


def compared_waves(
    source: Source, waves: str, by: Sequence[str], terms: str, margin: float | None
) -> Answer:
    """Test the changes between two waves of a study."""
    from csi.comparison.comparability import tested_alike

    stacked, before, after = stacked_waves(source, waves)
    fit = csi.fit_model(stacked.design, stacked.questionnaire)
    index = csi.estimate_index(fit, by=(*by, "wave"))
    found = csi.compare_waves(
        index,
        before=before,
        after=after,
        terms=split_names(terms) or None,
        facts=stacked.facts,
        invariance=tested_alike(fit, "wave"),
        margin=margin,
    )
    return Answer(found.tidy(), fit, found.summary())


@analysis
def trend(
    source: Source,
    by: By = "",
    terms: Terms = "",
    window: Annotated[
        int, typer.Option("--window", help="Also average this many waves.", min=1)
    ] = 1,
) -> Answer:
    """Follow scores over the waves of a study; series end where comparing ends.

    [bold]csi trend study.yaml --by operator[/bold]
    """
    stacked, _, _ = stacked_waves(source, "")
    fit = csi.fit_model(stacked.design, stacked.questionnaire)
    found = csi.trace_trend(
        csi.estimate_index(fit, by=(*split_names(by), "wave")),
        terms=split_names(terms) or None,
        facts=stacked.facts,
        window=window,
    )
    return Answer(found.tidy(), fit, found.summary())


@analysis
def decompose(
    source: Source,
    cells: Annotated[
        str,
        typer.Option("--cells", metavar="ITEMS", help="The kinds of customers; else the study's."),
    ] = "",
    by: By = "",
    waves: Waves = "",
    term: Annotated[
        str, typer.Option("--term", metavar="CONSTRUCT", help="Whose change; else the index.")
    ] = "",
) -> Answer:
    """Explain a change: other customers, other answers, other weights.

    [bold]csi decompose study.yaml --cells line,region[/bold]

    [bold]csi decompose study.yaml --waves 2026q1,2026q2 --by operator --cells line[/bold]
    """
    from csi.inference import restrict_design

    stacked, before, after = stacked_waves(source, waves)
    study, groups = source.study, split_names(by)
    kinds = split_names(cells) or (study.kinds if study else ())
    kinds = tuple(name for name in kinds if name not in groups)
    if not kinds:
        raise typer.BadParameter("Name the items that tell kinds of customers apart: --cells line.")
    used = stacked.design.frame["wave"].isin([before, after]).to_numpy()
    fit = csi.fit_model(restrict_design(stacked.design, used), stacked.questionnaire, by="wave")
    index = csi.estimate_index(fit, by=(*groups, "wave"))
    found = csi.decompose_change(index, cells=kinds, before=before, after=after, term=term or None)
    return Answer(found.tidy(), fit, found.summary())


@analysis
def regions(
    source: Source,
    region: Annotated[
        str, typer.Option("--region", metavar="ITEM", help="The regions; else the study's.")
    ] = "",
    mix: Annotated[
        str, typer.Option("--mix", metavar="ITEMS", help="Adjust for these; else the study's.")
    ] = "",
) -> Answer:
    """Rank regions: raw, adjusted for their customers, and shrunk; with ties and tiers.

    [bold]csi regions study.yaml --region region --mix age,line[/bold]
    """
    plan = source.study.regions if source.study else None
    item = region or (plan.by if plan else "")
    if not item:
        raise typer.BadParameter("Name the item whose codes are the regions: --region ITEM.")
    fit = source.fit()
    found = csi.assess_regions(
        csi.estimate_index(fit, by=item),
        mix=split_names(mix) or (plan.mix if plan and not region else ()),
    )
    return Answer(found.tidy(), fit, found.summary())
