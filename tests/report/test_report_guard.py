from __future__ import annotations

from csi.report.charts.intervals import IntervalChart, IntervalGroup, IntervalRow
from csi.report.document import Column, Document, Figure, Paragraph, Table
from csi.report.guard import characters_of, guard

COVERS = frozenset([*range(0x20, 0x7F), ord("□"), 0xE9])


def document(text: str) -> Document:
    row = IntervalRow(label=text, value=1.0, low=0.0, high=2.0)
    chart = IntervalChart(groups=(IntervalGroup(title=text, rows=(row,)),), axis=text)
    return Document(
        language="en",
        title=text,
        period="",
        author="",
        confidential="",
        blocks=(
            Paragraph(text),
            Table(caption=text, columns=(Column(text),), rows=((text,),), notes=(text,)),
            Figure(chart=chart, caption=text, alt=text),
        ),
    )


def test_every_text_is_guarded_chart_labels_too() -> None:
    guarded, lost = guard(document("A\U0001f600B"), COVERS)
    assert lost == {"\U0001f600"}
    assert guarded == document("A□B")


def test_what_can_be_shown_is_left_alone() -> None:
    text = "Abc \u00e9\nA"
    guarded, lost = guard(document(text), COVERS)
    assert guarded == document(text)
    assert not lost


def test_invisible_and_combining_characters() -> None:
    guarded, lost = guard(("e\u0301", "A\ufe0f", "A\u200dB", "A\u2009B", "A\x07"), COVERS)
    assert guarded == ("\u00e9", "A", "AB", "A B", "A")
    assert not lost


def test_characters_of_a_document() -> None:
    assert characters_of(document("Ab")) >= {"A", "b"}
