"""Read ``dissatisfied.yaml`` and check it: every fault at once, each with file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from csi.dissatisfied_file.actions import read_actions
from csi.dissatisfied_file.parts import (
    read_channels,
    read_date,
    read_file,
    read_follow_up,
    read_hypotheses,
    read_indicators,
    read_model,
    read_pattern,
    read_simulation,
    read_survey,
    read_words,
)
from csi.dissatisfied_file.profile import read_profile
from csi.dissatisfied_schema import Code, DissatisfiedStudy
from csi.errors import StudyError
from csi.questionnaire.located import read_yaml
from csi.questionnaire.schema import LANGUAGES, Language, Text
from csi.questionnaire.sections import Section

FILE_NAME = "dissatisfied.yaml"
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_TEXTS = ("client", "period", "fieldwork", "population", "mode", "confidential")


def read_dissatisfied_study(path: str | Path) -> DissatisfiedStudy:
    """Read a study of the dissatisfied.

    Parameters
    ----------
    path : str or Path
        A YAML file, or the folder of a ``dissatisfied.yaml``. Paths in it are relative to its own
        folder, so a study folder can be moved.

    Returns
    -------
    DissatisfiedStudy

    Raises
    ------
    StudyError
        With every fault at once, each with file, line and remedy: unknown keys, wrong values,
        files that are not there unless ``simulate`` makes them.

    Examples
    --------
    >>> study = read_dissatisfied_study("reports/dissatisfied_demo")  # doctest: +SKIP
    """
    path = Path(path) / FILE_NAME if Path(path).is_dir() else Path(path)
    document = read_yaml(path, StudyError)
    root, folder = document.root, path.absolute().parent
    root.label = "The study"
    synthetic = root.flag("synthetic")
    simulate = read_simulation(root, synthetic)
    made = simulate is not None
    base, model = root.section("base"), read_model(root)
    study = DissatisfiedStudy(
        id=_identifier(root),
        title=read_words(root, "title", required=True),
        synthetic=synthetic,
        as_of=read_date(root, "as_of"),
        table="" if base is None else read_pattern(base, "table", folder, made=made),
        key="" if base is None else base.text("key", "id"),
        survey=read_survey(root, folder, made=made),
        channels=read_channels(root, folder, made=made),
        indicators=read_indicators(root),
        hypotheses=read_hypotheses(root, folder, made=made),
        segments=tuple(entry.text for entry in root.entries("segments", required=False)),
        model=model,
        profile=read_profile(root),
        actions=read_actions(root, folder, model.tiers),
        follow_up=read_follow_up(root, folder),
        simulate=simulate,
        labels=_labels(root),
        levels=_levels(root),
        languages=_languages(root),
        branding=_branding(root, folder),
        source=document.name,
        sha256=document.sha256,
        folder=folder,
        **{key: read_words(root, key) for key in _TEXTS},
    )
    if base is not None:
        base.close()
    root.close()
    document.faults.check()
    return study


def _identifier(root: Section) -> str:
    text = root.text("id")
    if text and not _IDENTIFIER.fullmatch(text):
        hint = "Use letters, digits, `_`, `-` and `.`: it becomes part of file names."
        root.fault("id", f"The study: `id` cannot be `{text}`.", hint)
    return text


def _labels(root: Section) -> Mapping[str, Text]:
    section = root.section("labels", required=False)
    return {} if section is None else {name: read_words(section, name) for name in section}


def _levels(root: Section) -> Mapping[str, Mapping[Code, Text]]:
    section = root.section("levels", required=False)
    levels: dict[str, Mapping[Code, Text]] = {}
    for column in section or ():
        named = section.section(column) if section is not None else None
        levels[column] = (
            {} if named is None else {_code(word): read_words(named, word) for word in named}
        )
    return levels


def _code(word: str) -> Code:
    return int(word) if re.fullmatch(r"-?\d+", word) else word


def _languages(root: Section) -> tuple[Language, ...]:
    entries = root.entries("languages", required=False)
    for entry in entries:
        if entry.text not in LANGUAGES:
            hint = f"Allowed: {', '.join(f'`{language}`' for language in LANGUAGES)}."
            root.faults.add(entry.line, f"The study: no language is called `{entry.text}`.", hint)
    return cast(tuple[Language, ...], tuple(dict.fromkeys(e.text for e in entries))) or LANGUAGES


def _branding(root: Section, folder: Path) -> Mapping[str, object]:
    """Read the brand; its files become absolute. `csi.report.theme` checks the colours."""
    section = root.section("branding", required=False)
    if section is None:
        return {}
    brand = {
        "name": section.text("name", ""),
        "fonts": section.plain("fonts"),
        "colours": section.plain("colours"),
        **{
            key: read_file(section, key, folder, required=False)
            for key in ("logo", "template", "font_folder")
        },
    }
    section.close()
    return {key: value for key, value in brand.items() if value}
