"""A batch of books: finished ones stay, broken ones are named, and no half file is left."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from csi.books import MANIFEST, plan_books, write_books
from csi.errors import StudyError
from csi.questionnaire.reading import read_questionnaire
from csi.study import analyse_study, results_for
from csi.study_file import read_study
from tests.small_study import QUESTIONNAIRE, STUDY

FORM = (
    QUESTIONNAIRE.replace(
        "      - {id: sat1,",
        "".join(
            f"      - {{id: qua{k}, scale: ten, text: {{en: Good {k}?, zh: 好{k}？}}}}\n"
            for k in "123"
        )
        + "      - {id: sat1,",
    )
    .replace(
        "    Satisfaction =~ sat1 + sat2 + sat3\n",
        "    Satisfaction =~ sat1 + sat2 + sat3\n    Quality =~ qua1 + qua2 + qua3\n"
        "    Satisfaction ~ Quality\n",
    )
    .replace("  constructs:\n", "  constructs:\n    Quality: {en: Quality, zh: 质量}\n")
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    n = 480
    common = rng.normal(size=n)
    frame = pd.DataFrame({"line": rng.integers(1, 3, n), "operator": rng.integers(1, 3, n)})
    quality = 0.6 * common + 0.8 * rng.normal(size=n)
    for name, factor in (("sat", common), ("qua", quality)):
        for k in (1, 2, 3):
            frame[f"{name}{k}"] = np.clip(np.round(7 + 1.5 * factor + rng.normal(size=n)), 1, 10)
    frame.to_csv(tmp_path / "a.csv", index=False)
    (tmp_path / "q.yaml").write_text(FORM, encoding="utf-8")
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    return tmp_path


def test_every_group_gets_its_book_and_none_twice(folder: Path) -> None:
    books = write_books(folder, by=["line", "operator"], languages=["en"], ending=".xlsx")
    assert [book.name for book in books] == [
        f"small_line{line}_operator{operator}_en.xlsx" for line in (1, 2) for operator in (1, 2)
    ]
    assert all(book.is_file() for book in books)
    before = {book: book.stat().st_mtime_ns for book in books}
    books[0].write_bytes(b"half")
    seen: list[str] = []
    again = write_books(folder, by=["line", "operator"], languages=["en"], ending=".xlsx",
                        progress=lambda name, _done: seen.append(name))  # fmt: skip
    assert again == books
    assert seen == [books[0].name]
    assert {book: book.stat().st_mtime_ns for book in books[1:]} == {
        book: before[book] for book in books[1:]
    }


def test_a_changed_answer_makes_every_book_anew(folder: Path) -> None:
    study, questionnaire = read_study(folder), read_questionnaire(folder / "q.yaml")
    first = plan_books(study, questionnaire, ["line"], None, ("en",), ".pdf")
    with (folder / "a.csv").open("a") as file:
        file.write("1,1,5,5,5,5,5,5\n")
    second = plan_books(study, questionnaire, ["line"], None, ("en",), ".pdf")
    assert not {book.digest for book in first} & {book.digest for book in second}


def test_the_clients_are_the_groups_that_are_compared(folder: Path) -> None:
    study, questionnaire = read_study(folder), read_questionnaire(folder / "q.yaml")
    books = plan_books(study, questionnaire, ["operator"], None, ("en",), ".pdf")
    assert [(book.own, book.where) for book in books] == [(1, ()), (2, ())]


def test_the_book_of_a_client_measures_against_its_own_score(folder: Path) -> None:
    results = analyse_study(read_study(folder))
    theirs = results_for(results, 1)
    assert (results.study.own, theirs.study.own) == (2, 1)
    assert {board.own for board in results.short_boards} == {2}
    assert {board.own for board in theirs.short_boards} == {1}


def test_an_interruption_begins_no_more_books_and_the_next_call_goes_on(folder: Path) -> None:
    """Of eight books by town, one process makes the first; at most two more had been begun."""
    form = (folder / "q.yaml").read_text("utf-8")
    towns = ", ".join(f"{k}: {{en: Town {k}, zh: 镇{k}}}" for k in range(1, 9))
    lines = "{1: {en: Prepaid, zh: 预付费}, 2: {en: Contract, zh: 合约}}"
    (folder / "q.yaml").write_text(form.replace(lines, f"{{{towns}}}"), encoding="utf-8")
    frame = pd.read_csv(folder / "a.csv")
    frame["line"] = np.arange(len(frame)) % 8 + 1
    frame.to_csv(folder / "a.csv", index=False)

    def interrupt(_name: str, _done: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_books(folder, by=["line"], languages=["en"], ending=".xlsx", jobs=1,
                    progress=interrupt)  # fmt: skip
    made = folder / "out" / "books"
    begun = len(list(made.glob("*.xlsx")))
    assert 1 <= begun <= 3
    assert len(json.loads((made / MANIFEST).read_text())) == 1
    seen: list[str] = []
    write_books(folder, by=["line"], languages=["en"], ending=".xlsx", jobs=1,
                progress=lambda name, _done: seen.append(name))  # fmt: skip
    assert len(seen) == 7


def test_an_unknown_item_gets_a_suggestion(folder: Path) -> None:
    with pytest.raises(StudyError, match=r"names `lime`, which q.yaml lacks. Did you mean `line`"):
        write_books(folder, by=["lime"])


def test_an_item_counts_once(folder: Path) -> None:
    with pytest.raises(StudyError, match=r"^`by` names `line` twice; each item once.$"):
        write_books(folder, by=["line", "operator", "line"])


def test_a_book_that_cannot_be_made_is_named_and_the_others_are_written(folder: Path) -> None:
    frame = pd.read_csv(folder / "a.csv")
    frame.loc[frame["line"] == 2, "line"] = 1
    frame.to_csv(folder / "a.csv", index=False)
    with pytest.raises(StudyError, match=r"small_line2_en.xlsx.*holds for none"):
        write_books(folder, by=["line"], languages=["en"], ending=".xlsx")
    made = folder / "out" / "books"
    assert (made / "small_line1_en.xlsx").is_file()
    assert list(json.loads((made / MANIFEST).read_text())) == ["small_line1_en.xlsx"]
