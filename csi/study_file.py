"""Read a study file together with its questionnaire: every fault at once, each with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from csi.errors import (
    Fault,
    QuestionnaireError,
    StudyError,
    suggest,
)
from csi.questionnaire.conditions import Condition, parse_condition
from csi.questionnaire.located import read_yaml
from csi.questionnaire.schema import LANGUAGES, Language, Questionnaire
from csi.questionnaire.sections import Section
from csi.study_keys import (
    check_item,
    read_form,
    read_identifier,
    read_method,
    read_path,
    read_texts,
)
from csi.study_schema import SECTIONS, Study
from csi.wave_keys import read_wave_keys

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def read_study(path: str | Path) -> Study:
    """Read a study file and check it together with its questionnaire.

    Parameters
    ----------
    path : str or Path
        A YAML file, or the folder of a ``study.yaml``. Paths in it are relative to its own folder,
        so a study folder can be moved.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        With every fault at once, each with file, line and remedy: unknown keys, files that are
        not there, items that the questionnaire does not have, faults of the questionnaire.

    Examples
    --------
    >>> study = read_study("reports/ecsi_mobile/study.yaml")  # doctest: +SKIP
    >>> study.wave().responses.name  # doctest: +SKIP
    'responses.sav'
    """
    path = Path(path) / "study.yaml" if Path(path).is_dir() else Path(path)
    document = read_yaml(path, StudyError)
    root, folder = document.root, path.absolute().parent
    root.label = "The study"
    _refuse_questionnaire(root)
    questionnaire_path = read_path(root, "questionnaire", folder, required=True)
    questionnaire = read_form(root, questionnaire_path)
    keys = read_wave_keys(root, folder, questionnaire)
    by = _by(root, questionnaire)
    method, method_file = read_method(root, folder)
    study = Study(
        id=read_identifier(root),
        title=read_texts(root, "title"),
        questionnaire=questionnaire_path or folder,
        waves=keys.waves,
        by=by,
        own=_own(root, by, questionnaire),
        baseline=keys.baseline,
        panel=keys.panel,
        margin=keys.margin,
        cells=keys.cells,
        regions=keys.regions,
        where=_where(root, questionnaire),
        client=read_texts(root, "client"),
        period=read_texts(root, "period"),
        fieldwork=read_texts(root, "fieldwork"),
        population=read_texts(root, "population"),
        mode=read_texts(root, "mode"),
        method=method,
        method_file=method_file,
        languages=_languages(root),
        branding=_branding(root, folder),
        confidential=read_texts(root, "confidential"),
        sections=_sections(root),
        synthetic=root.flag("synthetic"),
        source=document.name,
        sha256=document.sha256,
        folder=folder,
    )
    root.close()
    document.faults.check()
    return study


def _refuse_questionnaire(root: Section) -> None:
    """Stop at a questionnaire that was taken for a study: all its keys would be faults."""
    if "blocks" in root and "waves" not in root:
        name = root.faults.source
        hint = f"A study file names it, `questionnaire: {Path(name).name}`, and lists `waves`."
        raise StudyError(Fault(name, "This is a questionnaire, not a study file.", hint))


def _by(root: Section, questionnaire: Questionnaire | None) -> tuple[str, ...]:
    entries = root.entries("by", required=False)
    for entry in entries:
        check_item(root, "by", entry.line, entry.text, questionnaire)
    if len(entries) > 2:
        root.fault("by", f"The study: `by` names {len(entries)} items.", "At most two are allowed.")
    return tuple(entry.text for entry in entries)


def _own(root: Section, by: tuple[str, ...], questionnaire: Questionnaire | None) -> int | None:
    own = root.integer("own", required=False)
    if own is None:
        return None
    if not by:
        root.fault("own", "The study: `own` needs `by`.", "It is a code of the last item there.")
    elif questionnaire is not None and by[-1] in questionnaire.items:
        codes = questionnaire.items[by[-1]].choices
        if own not in codes:
            hint = f"Its codes: {', '.join(str(code) for code in codes)}."
            root.fault("own", f"The study: `own` is {own}, which `{by[-1]}` lacks.", hint)
    return own


def _where(root: Section, questionnaire: Questionnaire | None) -> Condition | None:
    text = root.text("where", "")
    if not text:
        return None
    try:
        condition = parse_condition(text)
    except QuestionnaireError as error:
        root.fault("where", f"The study: `where`: {error}")
        return None
    for item in sorted(condition.items):
        check_item(root, "where", root.line_of("where"), item, questionnaire)
    return condition


def _languages(root: Section) -> tuple[Language, ...]:
    entries = root.entries("languages", required=False)
    for entry in entries:
        if entry.text not in LANGUAGES:
            hint = f"Allowed: {', '.join(f'`{language}`' for language in LANGUAGES)}."
            root.faults.add(entry.line, f"The study: no language is called `{entry.text}`.", hint)
    return cast(tuple[Language, ...], tuple(dict.fromkeys(e.text for e in entries))) or LANGUAGES


def _sections(root: Section) -> tuple[str, ...]:
    """Read which parts of the report are wanted: those of `sections`, or all but `omit`."""
    named = {key: root.entries(key, required=False) for key in ("sections", "omit")}
    if named["sections"] and named["omit"]:
        hint = "Keep one: `sections` names the parts that are wanted, `omit` those that are not."
        root.fault("omit", "The study has both `sections` and `omit`.", hint)
    for key, entries in named.items():
        for entry in entries:
            if entry.text not in SECTIONS:
                hint = suggest(entry.text, SECTIONS) or f"Sections: {', '.join(SECTIONS)}."
                message = f"The study: `{key}`: no section is called `{entry.text}`."
                root.faults.add(entry.line, message, hint)
    kept = {entry.text for entry in named["sections"]} or set(SECTIONS)
    kept -= {entry.text for entry in named["omit"]}
    return tuple(name for name in SECTIONS if name in kept)


def _branding(root: Section, folder: Path) -> Mapping[str, object]:
    """Read the brand; its files become absolute, its colours are checked."""
    section = root.section("branding", required=False)
    if section is None:
        return {}
    brand = {
        "name": section.text("name", ""),
        "fonts": section.plain("fonts"),
        "colours": section.plain("colours"),
        **{
            key: read_path(section, key, folder)
            for key in ("logo", "template", "slides", "font_folder")
        },
    }
    colours = section.section("colours", required=False)
    if colours is not None:
        _check_colours(colours)
    section.close()
    return {key: value for key, value in brand.items() if value}


def _check_colours(colours: Section) -> None:
    for name in colours:
        for entry in colours.entries(name):
            if not _COLOUR.fullmatch(entry.text):
                hint = "Write #RRGGBB in quotes, as in '#12355B'."
                colours.faults.add(entry.line, f"`colours`: `{entry.text}` is not a colour.", hint)
