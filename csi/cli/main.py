"""The commands, and what happens when one of them fails."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import signature
from typing import Annotated

import typer

import csi
from csi.cli.advice import in_options
from csi.cli.analyses import compare, drivers, fit, index, invariance, tabulate
from csi.cli.answers import import_responses, quality
from csi.cli.dissatisfied import app as dissatisfied
from csi.cli.elements import elements
from csi.cli.output import say
from csi.cli.planning import draw, fieldwork, plan
from csi.cli.pseudonyms import pseudonymise
from csi.cli.questionnaires import adopt, check, diff, export
from csi.cli.simulation import simulate
from csi.cli.starting import new
from csi.cli.studies import books, report, run_whole_study
from csi.cli.waves import decompose, regions, trend
from csi.cli.weighting import weight
from csi.errors import DesignError, ModelError, SamplingError, WeightingError

COMMANDS = (
    ("new", new),
    ("run", run_whole_study),
    ("check", check),
    ("export", export),
    ("adopt", adopt),
    ("diff", diff),
    ("plan", plan),
    ("draw", draw),
    ("fieldwork", fieldwork),
    ("import", import_responses),
    ("quality", quality),
    ("weight", weight),
    ("tabulate", tabulate),
    ("fit", fit),
    ("invariance", invariance),
    ("index", index),
    ("drivers", drivers),
    ("elements", elements),
    ("compare", compare),
    ("trend", trend),
    ("decompose", decompose),
    ("regions", regions),
    ("report", report),
    ("books", books),
    ("pseudonymise", pseudonymise),
    ("simulate", simulate),
)
"""Every command, in the order of the stages. A new one is a function and a line here."""

GROUPS = (("dissatisfied", dissatisfied),)
"""Groups of commands, each an app of its own."""

EPILOG = (
    "Tables go to standard output or to --out, messages to standard error. "
    "Exit code 0: done; 1: something in the input is wrong, and the message says what; "
    "2: the command was not understood."
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog=EPILOG,
    context_settings={"help_option_names": ["--help", "-h"]},
)
for _name, _function in COMMANDS:
    app.command(_name, no_args_is_help=True)(_function)

for _name, _group in GROUPS:
    app.add_typer(_group, name=_name)


def run() -> None:
    """Run the command line and leave with its exit code."""
    # The matrices are small: threads that share one cost more than they bring.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        with _warnings_as_notes(), _readers_may_leave():
            app(prog_name="csi")
    except csi.CsiError as error:
        count = len(getattr(error, "faults", ()) or str(error).splitlines())
        message = _advice(error)
        _fail(error, f"{count} faults:\n{message}" if count > 1 else message)
    except OSError as error:
        _fail(error, f"{error.filename or 'A file'}: {_words(error)}.")


_ARGUMENTS = (DesignError, SamplingError, WeightingError, ModelError)
"""What these say of arguments, a person at the command line gives as options."""

_FUNCTIONS = {
    "read_responses": "import",
    "weight_responses": "weight",
    "plan_sample": "plan",
    "draw_sample": "draw",
    "summarise_fieldwork": "fieldwork",
    "simulate_responses": "simulate",
    "fit_model": "fit",
    "check_invariance": "invariance",
    "estimate_index": "index",
}


def _advice(error: csi.CsiError) -> str:
    """Return the message of an error in the words of the command that failed."""
    function = next((function for name, function in COMMANDS if name in sys.argv[1:3]), None)
    faults = getattr(error, "faults", ())
    if not isinstance(error, _ARGUMENTS) or function is None or any(f.where for f in faults):
        return str(error)
    return in_options(str(error), signature(function).parameters, _FUNCTIONS)


def _words(error: OSError) -> str:
    """Say what the operating system says, in the words of csi's own messages."""
    return "There is no such file" if isinstance(error, FileNotFoundError) else str(error.strerror)


def _print_version(wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        typer.echo(f"csi {csi.__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
    traceback: Annotated[
        bool, typer.Option("--traceback", help="Show where in csi an error was raised.")
    ] = False,
) -> None:
    """Survey design and satisfaction-index computation, from questionnaire to quarterly PDF.

    Start with [bold]csi run reports/mobile_operators/study.yaml[/bold].
    """


def _fail(error: Exception, message: str) -> None:
    """Say what is wrong, without the traceback that only a developer can read."""
    if "--traceback" in sys.argv:
        raise error
    say(f"csi: {message}")
    sys.exit(1)


@contextmanager
def _readers_may_leave() -> Iterator[None]:
    """End quietly where the reader of a pipe left first, as ``head`` does."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


@contextmanager
def _warnings_as_notes() -> Iterator[None]:
    """Show csi's own warnings as one-line notes, and no one else's."""
    with warnings.catch_warnings():
        if not sys.warnoptions:
            warnings.simplefilter("ignore")
            warnings.simplefilter("default", csi.CsiWarning)
        warnings.showwarning = lambda message, *_, **__: say(f"note: {message}")
        yield
