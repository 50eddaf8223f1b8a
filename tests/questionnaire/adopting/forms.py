"""Small foreign forms, written by the tests: workbooks and LimeSurvey files of versions 3 and 6."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl

Rows = Sequence[Mapping[str, object]]

EVERYTHING = """\
id: all-kinds
version: "2"
title: {en: "All: kinds", zh: 各种题型}
minutes: 7.5
scales:
  balanced: {min: -2, max: 2, ends: {en: [Worse, Better], zh: [更差, 更好]}, missing: {-9: refused}}
  pair: {min: 0, max: 1, ends: {en: [Off, On], zh: [关, 开]}}
  twin: {min: 0, max: 1, ends: {en: [Off, On], zh: [关, 开]}}
  percent: {min: 0, max: 100, ends: {en: [None, All], zh: [无, 全部]}, missing: {998: dont_know}}
blocks:
  - id: 1st part
    kind: usage
    title: {en: "First, then", zh: 第一}
    items:
      - {id: case, type: number, role: key, text: {en: Case, zh: 个案}}
      - {id: w, type: number, role: weight, min: 0, text: {en: Weight, zh: 权数}}
      - {id: town, type: text, role: psu, text: {en: Town, zh: 乡镇}}
      - id: brands
        type: multiple
        use: awareness
        text: {en: Which?, zh: 哪些？}
        choices: {1: {en: "1", zh: "1"}, 2: {en: Don't know, zh: 不清楚}, 30: {en: C, zh: 丙}}
        missing: {98: dont_know, 99: refused}
      - {id: rating, scale: balanced, use: u, reverse: true, ask_if: brands = 30,
         text: {en: Rate?, zh: 评价？}, missing: {-8: dont_know}}
      - {id: rating2, scale: balanced, use: u, text: {en: Rate it?, zh: 请评价？}}
      - {id: a, scale: pair, use: u, text: {en: A?, zh: 甲？}}
      - {id: b, scale: twin, use: u, text: {en: B?, zh: 乙？}}
      - {id: part, scale: percent, use: u, text: {en: Part?, zh: 多少？}}
  - id: part2
    title: {en: Second, zh: 第二}
    items:
      - {id: spend, type: number, use: u, min: 0.5, max: 999.5, missing: {1000: refused},
         ask_if: "not (a = 1 or rating2 < 0)", text: {en: Spend?, zh: 花费？}}
      - {id: born, type: date, use: u, ask_if: spend >= 10, text: {en: Born?, zh: 生日？}}
      - {id: why, type: text, use: "a, b", sensitive: true, ask_if: "town != 'X'",
         text: {en: "Why: =1+1?", zh: 为何？}, missing: {99: refused}}
"""
"""A questionnaire with every kind of item, scale and filter."""


def write_workbook(path: Path, **sheets: Rows) -> Path:
    """Write each sheet with the columns of its rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(column) for column in columns])
    book.save(path)
    return path


def question(
    code: str,
    type_: str,
    *,
    subs: Iterable[str] = (),
    columns: Iterable[str] = (),
    answers: Iterable[tuple[str, str]] = (),
    second: Iterable[tuple[str, str]] = (),
    attributes: Mapping[str, str] | None = None,
    **fields: str,
) -> dict[str, object]:
    """Describe one LimeSurvey question; every text gets the suffix 中 in Chinese."""
    return {
        "code": code, "type": type_, "subs": list(subs), "columns": list(columns),
        "answers": list(answers), "second": list(second), "attributes": attributes or {},
        "fields": fields,
    }  # fmt: skip


def write_survey(
    path: Path,
    groups: Mapping[str, Sequence[dict[str, object]]],
    *,
    modern: bool = True,
    languages: Sequence[str] = ("en", "zh-Hans"),
    group_fields: Mapping[str, str] | None = None,
    more: Mapping[str, Rows] | None = None,
) -> Path:
    """Write a survey: texts in tables of their own if ``modern``, else a row per language."""
    tables: dict[str, list[dict[str, object]]] = {}
    ids = iter(range(1, 100_000))

    def add(table: str, row: dict[str, object], key: str, texts: dict[str, str], l10n: str) -> None:
        for language in languages:
            shown = {
                name: text
                if language == languages[0] or text.isdigit() or not text
                else f"{text} 中"
                for name, text in texts.items()
            }
            if modern:
                tables.setdefault(l10n, []).append(
                    {"id": next(ids), key: row[key], **shown, "language": language}
                )
            else:
                tables.setdefault(table, []).append({**row, **shown, "language": language})
        if modern:
            tables.setdefault(table, []).append(row)

    for g, (title, questions) in enumerate(groups.items(), start=1):
        row = {"gid": g, "sid": 9, "group_order": g, **(group_fields or {})}
        add("groups", row, "gid", {"group_name": title, "description": ""}, "group_l10ns")
        for order, entry in enumerate(questions, start=1):
            fields = dict(entry["fields"])  # type: ignore[call-overload]
            texts = {"question": fields.pop("text", f"<p>{entry['code']}?</p>"),
                     "help": fields.pop("help", "")}  # fmt: skip
            qid = fields.pop("qid", str(next(ids)))
            common = {"sid": 9, "gid": g, "scale_id": 0}
            add(
                "questions",
                {**common, "qid": qid, "parent_qid": 0, "type": entry["type"],
                 "title": entry["code"], "question_order": order, "other": "N",
                 "mandatory": "Y", "relevance": "1", **fields},
                "qid", texts, "question_l10ns",
            )  # fmt: skip
            for scale, subs in enumerate((entry["subs"], entry["columns"])):
                for place, sub in enumerate(subs, start=1):  # type: ignore[arg-type]
                    row = {**common, "qid": next(ids), "parent_qid": qid, "type": "T",
                           "title": sub, "question_order": place, "scale_id": scale,
                           "relevance": "1"}  # fmt: skip
                    add("subquestions", row, "qid", {"question": f"part {sub}"}, "question_l10ns")
            for scale, options in enumerate((entry["answers"], entry["second"])):
                for place, (code, words) in enumerate(options, start=1):  # type: ignore[arg-type]
                    row = {"qid": qid, "code": code, "sortorder": place, "scale_id": scale}
                    if modern:
                        row["aid"] = next(ids)
                    add("answers", row, "aid", {"answer": words}, "answer_l10ns")
            for name, value in entry["attributes"].items():  # type: ignore[attr-defined]
                tables.setdefault("question_attributes", []).append(
                    {"qid": qid, "attribute": name, "value": value}
                )
    tables["surveys"] = [
        {"sid": 9, "language": languages[0] if languages else "",
         "additional_languages": " ".join(languages[1:])}
    ]  # fmt: skip
    tables["surveys_languagesettings"] = [
        {"surveyls_survey_id": 9, "surveyls_language": language, "surveyls_title": f"T {language}"}
        for language in languages
    ]
    for name, rows in (more or {}).items():
        tables[name] = [*tables.get(name, []), *map(dict, rows)]
    path.write_text(_xml(tables, languages, 495 if modern else 359), encoding="utf-8")
    return path


def _xml(tables: Mapping[str, Rows], languages: Sequence[str], version: int) -> str:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>', "<document>",
        " <LimeSurveyDocType>Survey</LimeSurveyDocType>", f" <DBVersion>{version}</DBVersion>",
        " <languages>", *(f"  <language>{name}</language>" for name in languages), " </languages>",
    ]  # fmt: skip
    for table, rows in tables.items():
        columns = dict.fromkeys(column for row in rows for column in row)
        lines += [f" <{table}>", "  <fields>"]
        lines += [f"   <fieldname>{escape(column)}</fieldname>" for column in columns]
        lines += ["  </fields>", "  <rows>"]
        for row in rows:
            cells = (
                f"    <{name}><![CDATA[{value}]]></{name}>" if value != "" else f"    <{name}/>"
                for name, value in row.items()
            )
            lines += ["   <row>", *cells, "   </row>"]
        lines += ["  </rows>", f" </{table}>"]
    return "\n".join([*lines, "</document>", ""])
