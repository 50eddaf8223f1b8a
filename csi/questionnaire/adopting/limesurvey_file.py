"""A LimeSurvey file as tables of text: the only door to XML, and a narrow one."""

from __future__ import annotations

import xml.parsers.expat as expat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from xml.etree import ElementTree as ET

from csi.errors import Fault, QuestionnaireError

_DEEPEST = 20
_MOST_ELEMENTS = 2_000_000
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyFile:
    """The tables of a survey.

    Attributes
    ----------
    version : int
        Of LimeSurvey's database, 0 where the file does not say.
    languages : tuple of str
        As the file lists them.
    tables : mapping of str to tuple of rows
    """

    version: int
    languages: tuple[str, ...]
    tables: Mapping[str, tuple[Row, ...]]

    def rows(self, table: str) -> tuple[Row, ...]:
        """Return the rows of a table, none where the file has no such table."""
        return self.tables.get(table, ())


def read_survey_file(path: Path, content: bytes) -> SurveyFile:
    """Read the tables of an ``.lss`` file.

    Raises
    ------
    QuestionnaireError
        If it is not XML, declares entities, or is not a LimeSurvey survey.
    """
    _inspect(path, content)
    root = ET.fromstring(content)
    kind = (root.findtext("LimeSurveyDocType") or "").strip()
    if root.tag != "document" or not kind:
        _refuse(path, f"The file is XML, but no LimeSurvey survey: it starts with `<{root.tag}>`.")
    if kind != "Survey":
        message = f"The file holds a LimeSurvey `{kind}`, not a survey."
        _refuse(path, message, "Export the whole survey: Display/Export > Survey structure (.lss).")
    version = (root.findtext("DBVersion") or "").strip()
    listed = [language.text or "" for language in root.findall("languages/language")]
    return SurveyFile(
        version=int(version) if version.isdigit() else 0,
        languages=tuple(name.strip() for name in listed if name.strip()),
        tables={
            table.tag: tuple(_row(row) for row in table.findall("rows/row"))
            for table in root
            if table.find("rows") is not None
        },
    )


def _row(row: ET.Element) -> Row:
    return {cell.tag: (cell.text or "").strip() for cell in row}


class _RefusedError(Exception):
    """Something that a survey never holds."""


def _inspect(path: Path, content: bytes) -> None:
    """Walk through the file before anything is built from it.

    Entities of its own can make a small file fill the memory (*billion laughs*), or read other
    files: LimeSurvey writes none, so a document type is reason enough to refuse.
    """
    parser = expat.ParserCreate(namespace_separator="}")
    depth = elements = 0

    def start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if depth > _DEEPEST or elements > _MOST_ELEMENTS:
            raise _RefusedError("The file is nested deeper, or is longer, than any survey.")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def declare(*_arguments: object) -> None:
        raise _RefusedError("The file declares a document type or entities, which is not safe.")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = declare
    parser.EntityDeclHandler = declare
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        message = f"The file is no XML: {expat.ErrorString(error.code)} in line {error.lineno}."
        _refuse(path, message, "Export the survey from LimeSurvey anew.")
    except (LookupError, ValueError) as error:
        _refuse(path, f"The file is no XML that can be read: {error}.")
    except _RefusedError as error:
        _refuse(path, str(error), "Export the survey from LimeSurvey anew.")


def _refuse(path: Path, message: str, hint: str = "") -> NoReturn:
    raise QuestionnaireError(Fault(str(path), message, hint)) from None
