"""Where the answers of a command come from: a study file, or answers and what describes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

import csi
from csi.cli.options import Wave
from csi.errors import ModelError

if TYPE_CHECKING:
    import pandas as pd

STUDY_ENDINGS = (".yaml", ".yml")

SourcePath = Annotated[
    Path,
    typer.Argument(
        metavar="SOURCE",
        help="A study file or its folder, or answers (.sav, .csv, .xlsx) with --questionnaire.",
        show_default=False,
    ),
]
QuestionnairePath = Annotated[
    Path | None,
    typer.Option("--questionnaire", metavar="FILE", help="The questionnaire of the answers."),
]
Strata = Annotated[str, typer.Option("--strata", metavar="COLUMN", help="The strata.")]
Psu = Annotated[
    str, typer.Option("--psu", metavar="COLUMN", help="The clusters (primary sampling units).")
]
Fpc = Annotated[str, typer.Option("--fpc", metavar="COLUMN", help="The sizes of the strata.")]
Lonely = Annotated[
    str,
    typer.Option(
        "--lonely",
        metavar="HOW",
        help="Strata with one unit: fail, certainty, adjust or average.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Answers with their design, and what describes them.

    Attributes
    ----------
    syntax : str
        A model in lavaan syntax; may be empty.
    questionnaire : Questionnaire or None
        Knows the model, and the labels of groups.
    by : tuple of str
        The groups that the study reports.
    study : Study or None
        Where the answers are one of its waves.
    wave : str
        Which one; "" for the last.
    """

    design: csi.SurveyDesign
    syntax: str = ""
    questionnaire: csi.Questionnaire | None = None
    by: tuple[str, ...] = ()
    study: csi.Study | None = None
    wave: str = ""

    def fit(self, by: Sequence[str] = ()) -> csi.ModelFit:
        """Fit the model: one for everybody, or one per group.

        Raises
        ------
        ModelError
            If there is none.
        """
        model = self.syntax or self.questionnaire
        if model is None:
            raise ModelError("The model file is empty.")
        return csi.fit_model(self.design, model, by=by or None)


class Sampled(NamedTuple):
    """The columns that say how the answers were sampled."""

    weights: str | None
    strata: str | None
    psu: str | None
    fpc: str | None = None
    lonely: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are named."""
        return tuple(name for name in self[:4] if name)

    def design(self, answers: csi.Responses | pd.DataFrame) -> csi.SurveyDesign:
        """Make the design of the answers."""
        return csi.make_design(
            answers,
            weights=self.weights,
            strata=self.strata,
            psu=self.psu,
            fpc=self.fpc,
            lonely=self.lonely or "fail",  # type: ignore[arg-type]
        )


def open_source(
    path: SourcePath,
    questionnaire: QuestionnairePath = None,
    model: Annotated[
        Path | None,
        typer.Option("--model", metavar="FILE", help="A model in lavaan syntax."),
    ] = None,
    wave: Wave = "",
    weights: Annotated[
        str, typer.Option("--weights", metavar="COLUMN", help="The survey weights.")
    ] = "",
    strata: Strata = "",
    psu: Psu = "",
    fpc: Fpc = "",
    lonely: Lonely = "",
) -> Source:
    """Read a study file, or answers with a questionnaire or a model."""
    said = Sampled(weights or None, strata or None, psu or None, fpc or None, lonely or None)
    if is_study(path, wave, questionnaire=questionnaire, model=model, **said._asdict()):
        from csi.study_answers import design_wave, read_wave

        study = csi.read_study(path)
        responses = read_wave(study, wave or None)
        return Source(
            design=design_wave(study, responses, wave or None),
            questionnaire=responses.questionnaire,
            by=study.by,
            study=study,
            wave=wave,
        )
    syntax = _read_syntax(model) if model else ""
    if questionnaire is None:
        if model is None:
            raise _no_questionnaire(path)
        return Source(design=said.design(_read_numbers(path)), syntax=syntax)
    answers = _read_answers(path, questionnaire, said.columns)
    return Source(design=said.design(answers), syntax=syntax, questionnaire=answers.questionnaire)


def open_responses(
    path: Path, questionnaire: Path | None, wave: str, keep: Sequence[str]
) -> csi.Responses:
    """Read the answers of everybody, with some columns that the questionnaire does not have."""
    if is_study(path, wave, questionnaire=questionnaire):
        from csi.study_answers import read_wave

        return read_wave(csi.read_study(path), wave or None, keep=keep)
    if questionnaire is None:
        raise _no_questionnaire(path)
    return _read_answers(path, questionnaire, keep)


def open_answers(path: Path, questionnaire: Path | None, wanted: Sequence[str]) -> csi.Responses:
    """Read answers, which are no study, with some columns besides the questionnaire's own."""
    if questionnaire is None:
        raise _no_questionnaire(path)
    return _read_answers(path, questionnaire, wanted)


def is_study(path: Path, wave: str, **named: object) -> bool:
    """Tell a study from answers, and refuse what only the other one takes."""
    if path.suffix.lower() not in STUDY_ENDINGS and not path.is_dir():
        if wave:
            raise typer.BadParameter("Only a study file has waves: leave out --wave.")
        return False
    for name, value in named.items():
        if value is not None:
            raise typer.BadParameter(f"A study file says this itself: leave out --{name}.")
    return True


def _no_questionnaire(path: Path) -> typer.BadParameter:
    return typer.BadParameter(f"Name the questionnaire of {path.name}: --questionnaire FILE.")


def _read_answers(path: Path, questionnaire: Path, wanted: Sequence[str | None]) -> csi.Responses:
    form = csi.read_questionnaire(questionnaire)
    keep = [name for name in wanted if name and name not in form.items]
    return csi.read_responses(path, form, keep=keep)


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
