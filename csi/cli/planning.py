"""``csi plan``, ``draw`` and ``fieldwork``: how many, whom, and what became of them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import csi
from csi.cli.options import Format, Quiet, TableFormat, split_names
from csi.cli.output import emit, progress_bar, say
from csi.cli.questionnaires import Form

Folder = Annotated[
    Path, typer.Option("--out", "-o", metavar="FOLDER", help="The folder to write to.")
]
Dry = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="FOLDER", help="Write it to a folder, to draw from."),
]


class PlanTable(StrEnum):
    """The tables of a plan."""

    STRATA = "strata"
    MARGINS = "margins"
    PRICES = "prices"


class FieldTable(StrEnum):
    """The tables of a field."""

    RATES = "rates"
    PROGRESS = "progress"
    REPLICATES = "replicates"


class Method(StrEnum):
    """How interviews are divided between strata."""

    LEAST_COST = "least cost"
    PROPORTIONAL = "proportional"
    EQUAL = "equal"
    NEYMAN = "neyman"
    COST = "cost"
    POWER = "power"


def plan(
    questionnaire: Form,
    population: Annotated[
        Path,
        typer.Option("--population", metavar="FILE", help="Strata with their customers, a table."),
    ],
    half_width: Annotated[
        str,
        typer.Option(
            "--half-width", metavar="POINTS", help="For all, or all=1,line=2,line*operator=4."
        ),
    ] = "",
    total: Annotated[
        int | None, typer.Option("--total", help="Interviews in all; margins follow.", min=1)
    ] = None,
    budget: Annotated[
        float | None, typer.Option("--budget", help="The most they may cost together.")
    ] = None,
    method: Annotated[Method, typer.Option("--method", help="How they are divided.")] = (
        Method.LEAST_COST
    ),
    response_rate: Annotated[
        float | None, typer.Option("--response-rate", help="Interviews per number, 0 to 1.")
    ] = None,
    minimum: Annotated[
        int | None, typer.Option("--minimum", help="Interviews in each stratum, at least.")
    ] = None,
    maximum: Annotated[
        int | None, typer.Option("--maximum", help="Interviews in each stratum, at most.")
    ] = None,
    reserve: Annotated[
        float | None, typer.Option("--reserve", help="Reserve numbers per interview: 5 is 1:5.")
    ] = None,
    fill_probability: Annotated[
        float | None, typer.Option("--fill-probability", help="With which a stratum gets full.")
    ] = None,
    sd: Annotated[float | None, typer.Option("--sd", help="Between respondents.")] = None,
    deff: Annotated[float | None, typer.Option("--deff", help="Design effect expected.")] = None,
    show: Annotated[PlanTable, typer.Option("--show", help="Which table.")] = PlanTable.STRATA,
    out: Dry = None,
    format: Format = TableFormat.TABLE,
    quiet: Quiet = False,
) -> None:
    """Plan a sample: the cheapest interviews that give every published number its margin.

    [bold]csi plan questionnaire.yaml --population cells.csv --out plan[/bold]

    [bold]csi plan q.yaml --population cells.csv --half-width all=1,line*operator=4[/bold]
    """
    from csi.sampling.plan_files import half_widths, write_plan
    from csi.sampling.table_files import read_small_table

    widths = _half_widths(half_width)
    options = {
        "total": total,
        "budget": budget,
        "method": str(method),
        "response_rate": response_rate,
        "minimum": minimum,
        "maximum": maximum,
        "reserve": reserve,
        "fill_probability": fill_probability,
        "sd": sd,
        "deff": deff,
    }
    cells = read_small_table(population)
    form = csi.read_questionnaire(questionnaire)
    made = csi.plan_sample(form, cells, half_width=widths, **options)  # type: ignore[arg-type]
    if out is not None:
        stored = half_widths(widths) if isinstance(widths, dict) else widths
        kept = {"half_width": stored, **options}
        write_plan(made, out, questionnaire=questionnaire, population=cells, options=kept)
    tables = {PlanTable.STRATA: made.cells, PlanTable.MARGINS: made.margins}
    emit(tables[show] if show in tables else made.allocation.prices(), format, None)
    if not quiet:
        say(made.summary())
        say(f"Written to {out}" if out else "Nothing is written without --out.")


def draw(
    plan: Annotated[
        Path,
        typer.Argument(metavar="PLAN", help="A folder that `csi plan` wrote.", show_default=False),
    ],
    frame: Annotated[
        Path,
        typer.Option(
            "--frame", metavar="FILE", help="All customers: parquet, CSV, or a folder of parquet."
        ),
    ],
    seed: Annotated[int, typer.Option("--seed", help="The same for all waves of a study.")],
    out: Folder,
    key: Annotated[
        str,
        typer.Option("--key", metavar="COLUMN", help="Names a customer; else the key item."),
    ] = "",
    keep: Annotated[
        str, typer.Option("--keep", metavar="COLUMNS", help="Columns to carry along.")
    ] = "",
    wave: Annotated[int, typer.Option("--wave", help="From 0, with --panels.")] = 0,
    panels: Annotated[int, typer.Option("--panels", help="Customers fall into so many.")] = 1,
    stay: Annotated[int, typer.Option("--stay", help="Panels that a wave draws from.")] = 1,
    avoid: Annotated[
        list[Path] | None,
        typer.Option("--avoid", metavar="SAMPLE", help="An earlier sample; may be repeated."),
    ] = None,
    encoding: Annotated[
        str, typer.Option("--encoding", help="Of a CSV file; found out if absent.")
    ] = "",
    quiet: Quiet = False,
) -> None:
    """Draw the sample and its reserve, the same on every machine.

    [bold]csi draw plan --frame subscribers.parquet --seed 2026 --out sample[/bold]
    """
    from csi.sampling.plan_files import copy_plan, read_plan
    from csi.sampling.sample_files import write_sample

    made = read_plan(plan)
    earlier = tuple(open_sample(path) for path in avoid or ())
    with progress_bar(quiet) as progress:
        drawn = csi.draw_sample(
            made,
            frame,
            seed=seed,
            key=key or None,
            keep=split_names(keep),
            wave=wave,
            panels=panels,
            stay=stay,
            avoid=earlier,
            encoding=encoding or None,
        )
        if progress is not None:
            progress("drawn", 1.0)
    copy_plan(plan, out / PLAN)
    write_sample(drawn, out)
    if not quiet:
        say(drawn.summary())
        say(f"Written to {out}: main.csv first, then reserve.csv in whole replicates")


PLAN = "plan"
"""The folder of a sample that keeps its plan."""


def open_sample(folder: Path) -> csi.Sample:
    """Read a sample together with the plan that it was drawn by."""
    from csi.sampling.plan_files import read_plan
    from csi.sampling.sample_files import read_sample

    return read_sample(read_plan(folder / PLAN), folder)


def fieldwork(
    sample: Annotated[
        Path,
        typer.Argument(
            metavar="SAMPLE", help="A folder that `csi draw` wrote.", show_default=False
        ),
    ],
    dispositions: Annotated[
        Path,
        typer.Argument(
            metavar="DISPOSITIONS",
            help="A table: the key and `disposition` (I, P, R, ... or AAPOR's numbers).",
            show_default=False,
        ),
    ],
    quota: Annotated[
        Path | None,
        typer.Option("--quota", metavar="FILE", help="Interviews by quota: strata, `complete`."),
    ] = None,
    codes: Annotated[
        str,
        typer.Option("--codes", metavar="CODES", help='Your own: "busy=NC,quota full=NE".'),
    ] = "",
    eligibility: Annotated[
        float | None, typer.Option("--eligibility", help="Of the unknown, 0 to 1.")
    ] = None,
    details: Annotated[
        Path | None,
        typer.Option("--details", metavar="FILE", help="What only people know, for the method."),
    ] = None,
    show: Annotated[FieldTable, typer.Option("--show", help="Which table.")] = FieldTable.PROGRESS,
    out: Dry = None,
    format: Format = TableFormat.TABLE,
    quiet: Quiet = False,
) -> None:
    """Account for every number: response rates, progress, base weights, method statement.

    [bold]csi fieldwork sample dispositions.csv --out fieldwork[/bold]

    [bold]csi fieldwork sample dispositions.csv --show rates[/bold]
    """
    from csi.sampling.statement import MethodDetails, describe_method
    from csi.sampling.statement_files import read_method_details
    from csi.sampling.table_files import read_small_table
    from csi.storage import whole_folder, write_table

    drawn = open_sample(sample)
    found = csi.summarise_fieldwork(
        drawn,
        read_small_table(dispositions),
        codes=_codes(codes),
        eligibility=eligibility,
        quota=None if quota is None else read_small_table(quota),
    )
    known = MethodDetails() if details is None else read_method_details(details)
    statement = describe_method(drawn.plan, known, fieldwork=found)
    if out is not None:
        with whole_folder(out) as folder:
            write_table(found.rates, folder / "rates.csv")
            write_table(found.progress, folder / "progress.csv")
            write_table(found.replicates, folder / "replicates.csv")
            write_table(found.units, folder / "numbers.csv")
            write_table(found.base_weights(), folder / "base_weights.csv")
            for language in ("en", "zh"):
                text = statement.text(language) + "\n"
                (folder / f"method_{language}.txt").write_text(text, encoding="utf-8")
    emit(getattr(found, show), format, None)
    if not quiet:
        say(found.summary())
        if statement.missing:
            say(f"The method statement lacks {', '.join(statement.missing)}: give --details.")
        say(f"Written to {out}" if out else "Nothing is written without --out.")


def _half_widths(text: str) -> float | dict[tuple[str, ...], float] | None:
    """Read ``4``, or ``all=1,line=2,line*operator=4``."""
    if not text:
        return None
    if "=" not in text:
        return _number(text)
    found = {}
    for part in split_names(text):
        name, _, value = part.partition("=")
        domain = tuple(one.strip() for one in name.split("*") if one.strip())
        found[() if domain == ("all",) else domain] = _number(value)
    return found


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"--half-width: `{text}` is no number.") from None


def _codes(text: str) -> dict[object, str]:
    """Read ``busy=NC,quota full=NE``."""
    pairs = [part.rpartition("=") for part in split_names(text)]
    if not all(sign for _, sign, _ in pairs):
        raise typer.BadParameter(f"--codes: write code=CLASS with commas; got `{text}`.")
    return {code.strip(): name.strip() for code, _, name in pairs}
