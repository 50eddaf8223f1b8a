"""``csi simulate``: answers, a subscriber file, or a whole field, to try everything with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import csi
from csi.cli.options import Language, Quiet
from csi.cli.output import say
from csi.cli.planning import open_sample

if TYPE_CHECKING:
    from csi.simulate.truth import Truth


def simulate(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            help="A questionnaire; with --frame a plan, with --field a sample.",
            show_default=False,
        ),
    ],
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same answers.")],
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="PATH", help="Answers: .sav, .csv, .parquet; a field: a folder."
        ),
    ],
    n: Annotated[int, typer.Option("--n", help="Respondents.", min=1)] = 1000,
    frame: Annotated[
        bool, typer.Option("--frame", help="The subscriber file of a plan, instead of answers.")
    ] = False,
    field: Annotated[
        bool, typer.Option("--field", help="Call a sample: answers, dispositions, quotas.")
    ] = False,
    truth: Annotated[
        Path | None, typer.Option("--truth", metavar="FILE", help="What is true of the answers.")
    ] = None,
    wave: Annotated[
        str, typer.Option("--wave", metavar="ID", help="A wave of the truth, with its changes.")
    ] = "",
    language: Language = "en",
    quiet: Quiet = False,
) -> None:
    """Make up answers, a subscriber file or a whole field; all of it is marked synthetic.

    [bold]csi simulate questionnaire.yaml --n 500 --seed 1 --out answers.sav[/bold]

    [bold]csi simulate plan --frame --seed 1 --out subscribers.parquet[/bold]

    [bold]csi simulate sample --field --seed 2 --out field[/bold]
    """
    if frame and field:
        raise typer.BadParameter("Choose one: --frame makes customers, --field calls them.")
    if frame:
        _frame(source, seed, out)
    elif field:
        _field(source, seed, out, _truth(truth), wave, language)
    else:
        from csi.responses.writing import write_responses

        form = csi.read_questionnaire(source)
        answers = csi.simulate_responses(form, _truth(truth), n, seed=seed, wave=wave or None)
        write_responses(answers, out, language=language)
    if not quiet:
        say(f"Synthetic, written to {out}")


def _truth(path: Path | None) -> Truth | None:
    from csi.simulate.truth_file import read_truth

    return None if path is None else read_truth(path)


def _frame(plan: Path, seed: int, out: Path) -> None:
    from csi.sampling.plan_files import read_plan
    from csi.simulate.frame import simulate_frame
    from csi.storage import check_table_path, write_table

    check_table_path(out)
    write_table(simulate_frame(read_plan(plan), seed=seed), out)


def _field(
    sample: Path, seed: int, out: Path, truth: Truth | None, wave: str, language: Language
) -> None:
    from csi.responses.writing import write_responses
    from csi.simulate.field import simulate_field
    from csi.storage import whole_folder, write_table

    found = simulate_field(open_sample(sample), truth, seed=seed, wave=wave or None)
    with whole_folder(out) as folder:
        write_responses(found.responses, folder / "answers.sav", language=language)
        write_table(found.dispositions, folder / "dispositions.csv")
        write_table(found.quota, folder / "quota.csv")
