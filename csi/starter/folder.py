"""`start_study`: everything that a new study needs, with made-up numbers to be replaced."""

from __future__ import annotations

import re
import shutil
from importlib.resources import files
from pathlib import Path
from string import Template

from csi.errors import StorageError
from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Questionnaire
from csi.questionnaire.shipped import find_shipped
from csi.starter.example import Example, example_of
from csi.storage import whole_folder, write_table

_QUESTIONNAIRE = "questionnaire.yaml"


def start_study(folder: str | Path, *, questionnaire: str | Path = "tcsi") -> tuple[str, ...]:
    """Make a study folder that works as it stands.

    It has the questionnaire, the strata with their customers and the margins (made-up numbers, to
    be replaced), the study file, a truth to simulate from, a script, and a README with the next
    commands. What the commands make up is marked synthetic until real answers take its place.

    Parameters
    ----------
    folder : str or Path
        New or empty.
    questionnaire : str or Path
        The name of one that comes with csi, such as ``tcsi``; or a file.

    Returns
    -------
    tuple of str
        The files.

    Raises
    ------
    StorageError
        If the folder holds something, or cannot be written.
    QuestionnaireError
        If there is no such questionnaire, or it has faults.

    Examples
    --------
    >>> start_study("my_study")  # doctest: +SKIP
    """
    folder = Path(folder)
    if folder.is_dir() and any(folder.iterdir()):
        raise StorageError(f"{folder}: The folder is not empty. Name a new one.")
    source = Path(questionnaire)
    if source.suffix.lower() not in (".yaml", ".yml"):
        source = find_shipped(str(questionnaire))
    form = read_questionnaire(source)
    example = example_of(form)
    with whole_folder(folder) as temporary:
        shutil.copyfile(source, temporary / _QUESTIONNAIRE)
        if example.cells is not None:
            write_table(example.cells, temporary / "cells.csv")
        for name, text in _texts(_identifier(folder), form, example).items():
            (temporary / name).write_text(text, encoding="utf-8")
        made = sorted(file.name for file in temporary.iterdir())
    return tuple(made)


def _texts(name: str, form: Questionnaire, example: Example) -> dict[str, str]:
    sampled = example.cells is not None
    values = {
        "name": name,
        "title_en": form.title.to("en"),
        "title_zh": form.title.to("zh"),
        "by": ", ".join(example.by),
        "own": "" if example.own is None else f"own: {example.own}\n",
        "margins": example.margins_text(),
        "truth": example.truth_text(),
    }
    kind = "sampled" if sampled else "plain"
    found = {
        "study.yaml": _fill(f"study_{kind}.yaml.in", values),
        "README.md": _fill(f"README_{kind}.md.in", values),
        "truth.yaml": _fill("truth.yaml.in", values),
        "quarterly.py": _fill("quarterly.py.in", values),
    }
    if sampled:
        found["margins.yaml"] = _fill("margins.yaml.in", values)
        found["method.yaml"] = _fill("method.yaml.in", values)
    return found


def _fill(template: str, values: dict[str, str]) -> str:
    text = files("csi.starter").joinpath(template).read_text("utf-8")
    return Template(text).substitute(values)


def _identifier(folder: Path) -> str:
    """Return the folder's name as an identifier: it becomes part of file names."""
    name = re.sub(r"[^A-Za-z0-9_.-]+", "_", folder.absolute().name).strip("_.-")
    return name or "study"
