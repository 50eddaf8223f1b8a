"""What every analysis command shares: from answers to a table, and what there is to say."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import csi
from csi.cli.options import Format, Out, Quiet, TableFormat
from csi.cli.output import emit, say
from csi.cli.sources import Source, open_source
from csi.storage import check_table_path

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Answer:
    """The table of a command, the fit that it rests on, and what else there is to say."""

    table: pd.DataFrame
    fit: csi.ModelFit | None = None
    note: str = ""


def analysis(command: Callable[..., Answer]) -> Callable[..., None]:
    """Make a command of a function of a `Source`.

    Its first parameter becomes the options that make a source; the options that say where the
    table goes are added. What it returns is written, and the verdict on the fit is said.
    """
    making, writing = _parameters(open_source), _parameters(_finish)[2:]
    own = _parameters(command)[1:]

    @wraps(command)
    def run(**options: Any) -> None:
        if options["out"] is not None:
            check_table_path(options["out"])
        source = open_source(**{option.name: options.pop(option.name) for option in making})
        output = {option.name: options.pop(option.name) for option in writing}
        _finish(command(source, **options), source, **output)

    # The command line is read off the signature.
    parameters = [making[0], *own, *making[1:], *writing]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {option.name: option.annotation for option in parameters}
    del run.__wrapped__
    return run


def _parameters(function: Callable[..., object]) -> list[inspect.Parameter]:
    """Return what a function takes, as keyword parameters with their types."""
    parameters = inspect.signature(function, eval_str=True).parameters.values()
    return [option.replace(kind=inspect.Parameter.KEYWORD_ONLY) for option in parameters]


def _finish(
    answer: Answer,
    source: Source,
    out: Out = None,
    format: Format = TableFormat.TABLE,
    quiet: Quiet = False,
) -> None:
    """Write the table, without what must not be read; say whether the model may be trusted."""
    from csi.report.book import hold_back, label_groups

    table = hold_back(answer.table)
    if source.questionnaire is not None:
        table = label_groups(table, source.questionnaire, "en")
    emit(table, format, out)
    if quiet:
        return
    if answer.note:
        say(answer.note)
    if answer.fit is not None:
        for line in _verdicts(answer.fit):
            say(line)


def _verdicts(fit: csi.ModelFit) -> Iterator[str]:
    """Yield the verdict on each group's paths, and its reasons."""
    for number, group in enumerate(fit.groups):
        name = f"model, {group}" if len(fit.groups) > 1 else "model"
        yield f"{name}: {fit.diagnosis(number).verdict}"
        for reason in _reasons(fit, number):
            yield f"  {reason}"


def _reasons(fit: csi.ModelFit, group: int) -> tuple[str, ...]:
    """Say why a model may not be trusted, without the paths that must not be read."""
    from csi.report.book import explain_verdict

    if fit.questionnaire is not None:
        return explain_verdict(fit, fit.questionnaire, "en", group=group)
    diagnosis = fit.diagnosis(group)
    return tuple(
        f"standardised path {finding.subject}: beyond ±1"
        if finding.code == "path_beyond_one"
        else str(finding)
        for finding in diagnosis.findings
        if finding.severity == diagnosis.verdict
    )
