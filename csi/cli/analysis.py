"""What every analysis command shares: from answers to a design and a model, and a table out."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

import csi
from csi.cli.options import Format, Out, Quiet, TableFormat, Wave
from csi.cli.output import emit, say
from csi.errors import ModelError
from csi.storage import check_table_path

if TYPE_CHECKING:
    import pandas as pd

STUDY_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Answers with their design, and the model to fit.

    Attributes
    ----------
    model : Questionnaire or str
        A questionnaire with a model, or lavaan syntax.
    questionnaire : Questionnaire or None
        Knows the labels of groups.
    by : tuple of str
        The groups that the study reports.
    """

    design: csi.SurveyDesign
    model: csi.Questionnaire | str
    questionnaire: csi.Questionnaire | None = None
    by: tuple[str, ...] = ()


class Sampled(NamedTuple):
    """The columns that say how the answers were sampled."""

    weights: str | None
    strata: str | None
    psu: str | None

    def design(self, answers: csi.Responses | pd.DataFrame) -> csi.SurveyDesign:
        """Make the design of the answers."""
        return csi.make_design(answers, weights=self.weights, strata=self.strata, psu=self.psu)


@dataclass(frozen=True, slots=True)
class Answer:
    """The table of a command, the fit that it rests on, and what else there is to say."""

    table: pd.DataFrame
    fit: csi.ModelFit
    note: str = ""


def analysis(command: Callable[..., Answer]) -> Callable[..., None]:
    """Make a command of a function of a `Source`.

    Its first parameter becomes the options that make a source; the options that say where the
    table goes are added. What it returns is written, and the verdict on the fit is said.
    """
    making, writing = _parameters(_open_source), _parameters(_finish)[2:]
    own = _parameters(command)[1:]

    @wraps(command)
    def run(**options: Any) -> None:
        if options["out"] is not None:
            check_table_path(options["out"])
        source = _open_source(**{option.name: options.pop(option.name) for option in making})
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


def _open_source(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            help="A study file or its folder, or answers (.sav, .csv, .xlsx) with --questionnaire "
            "or --model.",
            show_default=False,
        ),
    ],
    questionnaire: Annotated[
        Path | None,
        typer.Option("--questionnaire", metavar="FILE", help="The questionnaire of the answers."),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option("--model", metavar="FILE", help="A model in lavaan syntax."),
    ] = None,
    wave: Wave = "",
    weights: Annotated[
        str, typer.Option("--weights", metavar="COLUMN", help="The survey weights.")
    ] = "",
    strata: Annotated[str, typer.Option("--strata", metavar="COLUMN", help="The strata.")] = "",
    psu: Annotated[
        str, typer.Option("--psu", metavar="COLUMN", help="The clusters (primary sampling units).")
    ] = "",
) -> Source:
    """Read a study file, or answers with a questionnaire or a model."""
    said = Sampled(weights or None, strata or None, psu or None)
    if path.suffix.lower() in STUDY_ENDINGS or path.is_dir():
        named = {"questionnaire": questionnaire, "model": model, **said._asdict()}
        for name, value in named.items():
            if value is not None:
                raise typer.BadParameter(f"A study file says this itself: leave out --{name}.")
        return _open_study(path, wave or None)
    if wave:
        raise typer.BadParameter("Only a study file has waves: leave out --wave.")
    if questionnaire is None and model is None:
        raise typer.BadParameter(f"Name the questionnaire of {path.name}: --questionnaire FILE.")
    return _open_answers(path, questionnaire, model, said)


def _open_study(path: Path, wave: str | None) -> Source:
    from csi.study import design_wave, read_wave

    study = csi.read_study(path)
    responses = read_wave(study, wave)
    return Source(
        design=design_wave(study, responses, wave),
        model=responses.questionnaire,
        questionnaire=responses.questionnaire,
        by=study.by,
    )


def _open_answers(
    path: Path, questionnaire: Path | None, model: Path | None, said: Sampled
) -> Source:
    syntax = _read_syntax(model) if model else ""
    if questionnaire is None:
        return Source(design=said.design(_read_numbers(path)), model=syntax)
    form = csi.read_questionnaire(questionnaire)
    keep = [name for name in said if name and name not in form.items]
    answers = csi.read_responses(path, form, keep=keep)
    return Source(design=said.design(answers), model=syntax or form, questionnaire=form)


def _read_syntax(path: Path) -> str:
    """Read a model in lavaan syntax."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ModelError(
            f"{path}:{line}: The file is not UTF-8 text: byte 0x{content[error.start]:02X} on this "
            "line. Write the model in a text editor and save it as UTF-8."
        ) from error


def _read_numbers(path: Path) -> pd.DataFrame:
    """Read a table that no questionnaire describes; a column with any text stays text.

    What an SPSS file declares missing is missing: 98 for "don't know" is no score.
    """
    import pandas as pd

    from csi.responses.recoding import read_answers

    table = read_answers(path)
    frame = table.frame
    if table.dictionary is not None:
        variables = table.dictionary.variables
        return frame.mask(frame.apply(lambda column: column.map(variables[column.name].is_missing)))
    numbers = {name: pd.to_numeric(frame[name], errors="coerce") for name in frame}
    whole = {name: bool((numbers[name].isna() == frame[name].isna()).all()) for name in frame}
    return pd.DataFrame({name: (numbers if whole[name] else frame)[name] for name in frame})


def _finish(
    answer: Answer,
    source: Source,
    out: Out = None,
    format: Format = TableFormat.TABLE,
    quiet: Quiet = False,
) -> None:
    """Write the table; say whether the model may be trusted, and why not."""
    from csi.report.book import hold_back, label_groups

    table = hold_back(answer.table)
    if source.questionnaire is not None:
        table = label_groups(table, source.questionnaire, "en")
    emit(table, format, out)
    if answer.note and not quiet:
        say(answer.note)
    for number, group in enumerate(() if quiet else answer.fit.groups):
        name = f"model, {group}" if len(answer.fit.groups) > 1 else "model"
        say(f"{name}: {answer.fit.diagnosis(number).verdict}")
        for reason in _reasons(answer.fit, number):
            say(f"  {reason}")


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
