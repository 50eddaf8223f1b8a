"""``csi dissatisfied``: a study of the dissatisfied, as a whole or step by step over files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csi.cli.options import Format, Out, Quiet, TableFormat
from csi.cli.output import emit, progress_bar, say

if TYPE_CHECKING:
    import pandas as pd

    from csi.dissatisfied_schema import DissatisfiedStudy
    from csi.dissatisfied_study.store import Store

Study = Annotated[
    Path,
    typer.Argument(metavar="STUDY", help="A dissatisfied.yaml, or its folder.", show_default=False),
]
Folder = Annotated[
    Path | None,
    typer.Option("--results", "-r", metavar="FOLDER", help="`out` beside the study if absent."),
]
Memory = Annotated[
    int, typer.Option("--memory", metavar="MB", min=128, help="Memory that scoring may take.")
]


def run(study: Study, results: Folder = None, memory: Memory = 1024, quiet: Quiet = False) -> None:
    """Run a whole study: pool, hypotheses, model, scores, list, effect, reports.

    [bold]csi dissatisfied run reports/dissatisfied_demo[/bold]
    """
    from csi.dissatisfied_study.running import run_dissatisfied_study, store_of

    plan = _read(study)
    with progress_bar(quiet) as progress:
        run_dissatisfied_study(plan, out=results, memory_mb=memory, progress=progress)
    _written(store_of(plan, results), quiet)


def simulate(study: Study, quiet: Quiet = False) -> None:
    """Make up the base and the survey of a synthetic study.

    [bold]csi dissatisfied simulate reports/dissatisfied_demo[/bold]
    """
    from csi.dissatisfied_study.simulating import simulate_study

    base = simulate_study(_read(study))
    if not quiet:
        say(f"{base.n:,} simulated subscribers in {_short(base.folder)}")


def pool(
    study: Study,
    results: Folder = None,
    out: Out = None,
    format: Format = TableFormat.TABLE,
    quiet: Quiet = False,
) -> None:
    """Pool who has said so, and estimate the share that the channels capture.

    [bold]csi dissatisfied pool reports/dissatisfied_demo[/bold]
    """
    from csi.dissatisfied_study.pooling import pool_study

    def step(plan: DissatisfiedStudy, store: Store) -> tuple[str, pd.DataFrame]:
        found, capture = pool_study(plan, store)
        return f"{found.summary()}\n{capture.summary()}", capture.tidy()

    _step(study, results, out, format, quiet, step)


def hypotheses(
    study: Study,
    results: Folder = None,
    out: Out = None,
    format: Format = TableFormat.TABLE,
    quiet: Quiet = False,
) -> None:
    """Examine the silent and those hit by events: gaps, raw and case-mix adjusted.

    [bold]csi dissatisfied hypotheses reports/dissatisfied_demo[/bold]
    """
    from csi.dissatisfied_study.pooling import hypotheses_of_study

    def step(plan: DissatisfiedStudy, store: Store) -> tuple[str, pd.DataFrame]:
        found = hypotheses_of_study(plan, store)
        return found.summary(), found.tidy()

    _step(study, results, out, format, quiet, step)


def fit(
    study: Study,
    results: Folder = None,
    out: Out = None,
    format: Format = TableFormat.TABLE,
    quiet: Quiet = False,
) -> None:
    """Fit the models and write the chosen one as model.json.

    [bold]csi dissatisfied fit reports/dissatisfied_demo[/bold]
    """
    from csi.dissatisfied_study.fitting import fit_study

    def step(plan: DissatisfiedStudy, store: Store) -> tuple[str, pd.DataFrame]:
        found = fit_study(plan, store)
        return found.summary(), found.tidy()

    _step(study, results, out, format, quiet, step)


def score(
    study: Study,
    results: Folder = None,
    memory: Memory = 1024,
    sql: Annotated[
        bool, typer.Option("--sql", help="Print the SQL text that scores, and do nothing.")
    ] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="Score every part again, though it is there.")
    ] = False,
    engine: Annotated[
        str,
        typer.Option("--engine", help="duckdb; for others use csi.score_customers from Python."),
    ] = "duckdb",
    quiet: Quiet = False,
) -> None:
    """Score every subscriber; a run that was cut off goes on where it stopped.

    [bold]csi dissatisfied score reports/dissatisfied_demo[/bold]

    [bold]csi dissatisfied score reports/dissatisfied_demo --sql[/bold]
    """
    from csi.dissatisfied_study.running import store_of
    from csi.dissatisfied_study.scoring import score_study, sql_of_study

    if engine != "duckdb":
        raise typer.BadParameter(
            f"`{engine}` needs a session that you made: use `csi.score_customers(model, table, "
            "folder, engine=...)` from Python. Here: duckdb.",
            param_hint="--engine",
        )
    plan = _read(study)
    store = store_of(plan, results)
    if sql:
        typer.echo(sql_of_study(plan, store))
        return
    with progress_bar(quiet) as progress:

        def parts(done: int, count: int) -> None:
            if progress is not None:
                progress(f"scored part {done} of {count}", done / count)

        scored = score_study(plan, store, memory_mb=memory, resume=not anew, progress=parts)
    if not quiet:
        say(f"{scored!r}")
        say(f"Written to {_short(store.scores)}")


def profile(study: Study, results: Folder = None, quiet: Quiet = False) -> None:
    """Describe the dissatisfied: reasons, look-alikes, segments.

    [bold]csi dissatisfied profile reports/dissatisfied_demo[/bold]
    """
    from csi.dissatisfied_study.profiling import profile_study
    from csi.dissatisfied_study.running import store_of

    plan = _read(study)
    store = store_of(plan, results)
    profile_study(plan, store)
    _written(store, quiet)


def actions(
    study: Study,
    results: Folder = None,
    out: Out = None,
    format: Format = TableFormat.TABLE,
    quiet: Quiet = False,
) -> None:
    """Put customers on the action list, hold some out at random, and state the power.

    [bold]csi dissatisfied actions reports/dissatisfied_demo[/bold]
    """
    from csi.dissatisfied_study.acting import export_calls, plan_study

    def step(plan: DissatisfiedStudy, store: Store) -> tuple[str, pd.DataFrame]:
        made = plan_study(plan, store)
        export_calls(plan, made, store)
        return made.summary(), made.tidy()

    _step(study, results, out, format, quiet, step)


def effect(
    study: Study,
    results: Folder = None,
    out: Out = None,
    format: Format = TableFormat.TABLE,
    quiet: Quiet = False,
) -> None:
    """Judge what care has done, by the hold-out; what a naive change would claim stands beside.

    [bold]csi dissatisfied effect reports/dissatisfied_demo[/bold]
    """
    from csi.dissatisfied_study.judging import judge_study
    from csi.dissatisfied_study.simulating import simulate_follow_up

    def step(plan: DissatisfiedStudy, store: Store) -> tuple[str, pd.DataFrame]:
        if plan.simulate is not None and plan.follow_up is not None:
            simulate_follow_up(plan, store.read_list("actions"))
        found, change = judge_study(plan, store)
        texts = [found.summary()]
        if change is not None:
            texts += ["Of those who had rated low before:", change.summary()]
        return "\n".join(texts), store.table("effect")

    _step(study, results, out, format, quiet, step)


def report(study: Study, results: Folder = None, quiet: Quiet = False) -> None:
    """Write the reports from what the other steps found so far.

    [bold]csi dissatisfied report reports/dissatisfied_demo[/bold]
    """
    from csi.dissatisfied_study.reporting import report_study
    from csi.dissatisfied_study.running import store_of

    plan = _read(study)
    store = store_of(plan, results)
    report_study(plan, store)
    _written(store, quiet)


COMMANDS = (
    ("run", run),
    ("simulate", simulate),
    ("pool", pool),
    ("hypotheses", hypotheses),
    ("fit", fit),
    ("score", score),
    ("profile", profile),
    ("actions", actions),
    ("effect", effect),
    ("report", report),
)
"""Every command of the group, in the order of the steps."""

app = typer.Typer(
    no_args_is_help=True,
    help="Dissatisfied customers: found, explained, acted on, and the effect judged.",
    rich_markup_mode="rich",
)
for _name, _function in COMMANDS:
    app.command(_name, no_args_is_help=True)(_function)


def _read(path: Path) -> DissatisfiedStudy:
    from csi.dissatisfied_file.reading import read_dissatisfied_study

    return read_dissatisfied_study(path)


def _step(
    study: Path,
    results: Path | None,
    out: Path | None,
    format: TableFormat,
    quiet: bool,
    step: Callable[[DissatisfiedStudy, Store], tuple[str, pd.DataFrame]],
) -> None:
    """Run one step; print its findings in words, or as a table where one is asked for."""
    from csi.dissatisfied_study.running import store_of
    from csi.storage import check_table_path

    if out is not None:
        check_table_path(out)
    plan = _read(study)
    store = store_of(plan, results)
    text, table = step(plan, store)
    if out is not None or format is not TableFormat.TABLE:
        emit(table, format, out)
    elif not quiet:
        typer.echo(text)
    _written(store, quiet)


def _written(store: Store, quiet: bool) -> None:
    if not quiet:
        say(f"Written to {_short(store.folder)}")


def _short(path: Path) -> str:
    from csi.storage import short_path

    return str(short_path(path))
