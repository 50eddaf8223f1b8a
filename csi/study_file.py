"""Read a study file together with its questionnaire: every fault at once, each with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from csi.errors import Fault, QuestionnaireError, StudyError, suggest
from csi.questionnaire.conditions import Condition, parse_condition
from csi.questionnaire.located import read_yaml
from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import LANGUAGES, Language, Questionnaire, Text
from csi.questionnaire.sections import Section
from csi.questionnaire.texts import read_text
from csi.storage import short_path
from csi.study_schema import SECTIONS, Study, Wave

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
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
    questionnaire_path = _path(root, "questionnaire", folder, required=True)
    questionnaire = _questionnaire(root, questionnaire_path)
    waves = _waves(root, folder, questionnaire)
    by = _by(root, questionnaire)
    study = Study(
        id=_identifier(root),
        title=_text(root, "title"),
        questionnaire=questionnaire_path or folder,
        waves=waves,
        by=by,
        own=_own(root, by, questionnaire),
        baseline=_baseline(root, waves),
        where=_where(root, questionnaire),
        client=_text(root, "client"),
        period=_text(root, "period"),
        fieldwork=_text(root, "fieldwork"),
        population=_text(root, "population"),
        mode=_text(root, "mode"),
        languages=_languages(root),
        branding=_branding(root, folder),
        confidential=_text(root, "confidential"),
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


def _identifier(section: Section) -> str:
    """Read an ``id``: it becomes part of file names."""
    text = section.text("id")
    if text and not _IDENTIFIER.fullmatch(text):
        section.fault(
            "id",
            f"{section.label}: `id` cannot be `{text}`.",
            "Use letters, digits, `_`, `-` and `.`: it becomes part of file names.",
        )
    return text


def _text(section: Section, key: str, default: Text | None = None) -> Text:
    """Read a text in both languages, or one text for both."""
    if isinstance(section.plain(key), dict):
        return read_text(section, key)
    text = section.text(key, None if key == "title" else "")
    return Text(en=text, zh=text) if text else default or Text()


def _path(
    section: Section, key: str, folder: Path, *, required: bool = False, hint: str = ""
) -> Path | None:
    """Read a path that must lead to a file; that of `font_folder`, to a folder."""
    text = section.text(key, None if required else "")
    if not text:
        return None
    path, is_folder = folder / text, key == "font_folder"
    if path.is_dir() if is_folder else path.is_file():
        return path.resolve()
    kind = "folder" if is_folder else "file"
    near = [entry.name for entry in path.parent.glob("*")] if path.parent.is_dir() else []
    remedy = hint or suggest(path.name, near) or "Paths start at the folder of the study file."
    section.fault(key, f"{section.label}: there is no {kind} `{text}`.", remedy)
    return None


def _questionnaire(root: Section, path: Path | None) -> Questionnaire | None:
    """Read the questionnaire; its faults are faults of the study."""
    if path is None:
        return None
    try:
        return read_questionnaire(short_path(path))
    except QuestionnaireError as error:
        for fault in error.faults:
            root.faults.include(root.line_of("questionnaire"), fault)
        return None


def _waves(root: Section, folder: Path, questionnaire: Questionnaire | None) -> tuple[Wave, ...]:
    sections = root.sections("waves")
    if not sections and "waves" in root:
        root.fault("waves", "The study has no wave.", "List at least one, with `id`, `responses`.")
    waves = tuple(_wave(section, folder, questionnaire) for section in sections)
    for number, (section, wave) in enumerate(zip(sections, waves, strict=True)):
        if wave.id in {earlier.id for earlier in waves[:number]}:
            section.fault("id", f"Two waves are called `{wave.id}`.")
    return waves


def _wave(section: Section, folder: Path, questionnaire: Questionnaire | None) -> Wave:
    id = _identifier(section)
    builder = folder / "build_data.py"
    hint = f"`make report` makes it; so does {builder.name}." if builder.is_file() else ""
    section.label = f"Wave `{id}`" if id else section.label
    wave = Wave(
        id=id,
        label=_text(section, "label", Text(en=id, zh=id)),
        responses=_path(section, "responses", folder, required=True, hint=hint) or folder,
        weight=section.text("weight", "") or None,
        strata=section.text("strata", "") or None,
        psu=section.text("psu", "") or None,
        columns=_columns(section, questionnaire),
        keep=tuple(entry.text for entry in section.entries("keep", required=False)),
        sheet=section.text("sheet", "") or None,
    )
    section.close()
    return wave


def _columns(section: Section, questionnaire: Questionnaire | None) -> Mapping[str, str]:
    columns = section.section("columns", required=False)
    if columns is None:
        return {}
    for item in columns:
        _check_item(columns, "columns", columns.line_of(item), item, questionnaire)
    return {item: columns.text(item) for item in columns}


def _check_item(
    section: Section, key: str, line: int, name: str, questionnaire: Questionnaire | None
) -> None:
    if name and questionnaire is not None and name not in _column_names(questionnaire):
        hint = suggest(name, _column_names(questionnaire)) or "Declare it there as an item."
        message = f"{section.label}: `{key}` names `{name}`, which {questionnaire.source} lacks."
        section.faults.add(line, message, hint)


def _column_names(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return the columns that answers have: a multiple item has one for each choice."""
    choices = (
        f"{item.id}_{code}"
        for item in questionnaire.items.values()
        if item.type == "multiple"
        for code in item.choices
    )
    return (*questionnaire.items, *choices)


def _by(root: Section, questionnaire: Questionnaire | None) -> tuple[str, ...]:
    entries = root.entries("by", required=False)
    for entry in entries:
        _check_item(root, "by", entry.line, entry.text, questionnaire)
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


def _baseline(root: Section, waves: tuple[Wave, ...]) -> str | None:
    baseline = root.text("baseline", "")
    if baseline and baseline not in {wave.id for wave in waves}:
        known = dict.fromkeys(wave.id for wave in waves)
        hint = suggest(baseline, known) or f"Its waves: {', '.join(f'`{id}`' for id in known)}."
        root.fault("baseline", f"The study: no wave is called `{baseline}`.", hint)
    return baseline or None


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
        _check_item(root, "where", root.line_of("where"), item, questionnaire)
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
            key: _path(section, key, folder)
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
