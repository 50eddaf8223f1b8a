"""One book per region, or per client: many reports of one study, side by side and resumable."""

from __future__ import annotations

import hashlib
import itertools
import json
import multiprocessing
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from csi.errors import CsiError, Fault, StudyError, suggest
from csi.questionnaire.conditions import parse_condition
from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Language, Questionnaire, Text
from csi.report.writing import write_report
from csi.storage import hash_file, record_provenance, short_path, whole_file
from csi.study import analyse_study, results_for
from csi.study_answers import WaveAnswers, narrow_waves, read_waves
from csi.study_file import read_study
from csi.study_schema import Study

MANIFEST = "books.json"
"""Beside the books: what each was made from, and the hash of its bytes."""

Progress = Callable[[str, float], None]
Entries = dict[str, dict[str, str]]
"""Of the manifest: what each book was made from, and the hash of its bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One report of a batch.

    Attributes
    ----------
    name : str
        Of its file.
    where : tuple of (str, int)
        Items and codes: whose answers it rests on.
    own : int or None
        Whose book it is: a code of the last item of the study's ``by``.
    digest : str
        Of all that it is made from.
    """

    name: str
    where: tuple[tuple[str, int], ...]
    own: int | None
    language: Language
    digest: str


def write_books(
    path: str | Path,
    *,
    by: Sequence[str],
    out: str | Path | None = None,
    wave: str | None = None,
    languages: Sequence[Language] = (),
    ending: str = ".pdf",
    jobs: int = 2,
    progress: Progress | None = None,
) -> tuple[Path, ...]:
    """Write a book for each group of a study.

    Books that are finished, and were made from the same files with the same choices and versions,
    are not made again: after an interruption the same call goes on where it stopped.

    Parameters
    ----------
    path : str or Path
        A study file, or its folder.
    by : sequence of str
        Items of the questionnaire; a book for each combination of their codes. Of the item whose
        groups the study compares (the last of its ``by``), each code gets a book as its own: a
        client's. Of any other, e.g. the region, each gets a book on its own respondents, with a
        model of its own.
    out : str or Path, optional
        ``out/books`` beside the study file by default.
    wave : str, optional
        The last one by default.
    languages : sequence of {"en", "zh"}
        Those of the study by default.
    ending : {".pdf", ".xlsx", ".pptx"}
    jobs : int
        Processes.
    progress : callable, optional
        Called with the name of the book that was finished, and the share that is done.

    Returns
    -------
    tuple of Path
        All books, also those that were there.

    Raises
    ------
    StudyError
        Unknown or repeated items; or, once all others are written, the books that could not be
        made.

    Examples
    --------
    >>> write_books("reports/province_quarterly", by=["region"])  # doctest: +SKIP
    """
    study = read_study(path)
    folder = Path(out) if out else study.folder / "out" / "books"
    questionnaire = read_questionnaire(short_path(study.questionnaire))
    books = plan_books(study, questionnaire, by, wave, tuple(languages or study.languages), ending)
    folder.mkdir(parents=True, exist_ok=True)
    manifest = _read_manifest(folder)
    missing = [book for book in books if not _is_finished(book, folder, manifest)]
    done = len(books) - len(missing)
    say = progress or _silent
    faults: list[Fault] = []
    with closing(_written(study, questionnaire, wave, missing, folder, jobs)) as finished:
        for task, written in finished:
            done += len(task)
            if isinstance(written, CsiError):
                faults.append(Fault(task[0].name, str(written)))
            else:
                manifest |= written
            _write_manifest(folder, manifest)
            say(task[-1].name, done / len(books))
    if faults:
        raise StudyError(faults)
    return tuple(folder / book.name for book in books)


def plan_books(
    study: Study,
    questionnaire: Questionnaire,
    by: Sequence[str],
    wave: str | None,
    languages: tuple[Language, ...],
    ending: str,
) -> tuple[Book, ...]:
    """Return the books that a study makes, each with the digest of all that it is made from."""
    items = [name for name, item in questionnaire.items.items() if item.choices]
    for name in by:
        if name not in items:
            hint = suggest(name, items) or f"Items with choices: {', '.join(items)}."
            raise StudyError(f"`by` names `{name}`, which {questionnaire.source} lacks. {hint}")
    twice = next((name for k, name in enumerate(by) if name in by[:k]), None)
    if twice is not None:
        raise StudyError(f"`by` names `{twice}` twice; each item once.")
    inputs = record_provenance(study.files(wave))
    made_from = json.dumps(
        {"inputs": dict(inputs.inputs), "versions": dict(inputs.versions), "wave": wave},
        sort_keys=True,
    )
    books = []
    for codes in itertools.product(*(list(questionnaire.items[name].choices) for name in by)):
        chosen = dict(zip(by, codes, strict=True))
        group = study.by[-1] if study.by else ""
        own = chosen.get(group, study.own)
        where = tuple((name, code) for name, code in chosen.items() if name != group)
        stem = "_".join([study.id, *(f"{name}{code}" for name, code in chosen.items())])
        for language in languages:
            name = f"{stem}_{language}{ending}"
            digest = hashlib.sha256(f"{made_from} {name} {where} {own}".encode()).hexdigest()
            books.append(Book(name=name, where=where, own=own, language=language, digest=digest))
    return tuple(books)


def _written(
    study: Study,
    questionnaire: Questionnaire,
    wave: str | None,
    missing: Sequence[Book],
    folder: Path,
    jobs: int,
) -> Generator[tuple[list[Book], Entries | CsiError]]:
    """Give, as they are finished, books that share respondents, and their entries or their fault.

    The answers are read and weighted once, and each process gets those of its respondents.
    """
    tasks = _tasks(missing)
    if not tasks:
        return
    waves = read_waves(study, wave)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=min(jobs, len(tasks)), mp_context=context) as pool:
        running: dict[Future[Entries], list[Book]] = {}
        for task in tasks:
            own = _restricted(study, questionnaire, task[0].where)
            try:
                answers = waves if own.where is None else narrow_waves(study, waves, own.where)
            except StudyError as error:
                yield task, error
                continue
            running[pool.submit(_write_together, own, wave, answers, task, folder)] = task
        try:
            for future in as_completed(running):
                yield running[future], _outcome(future)
        except BaseException:  # an interruption: begin no more books
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _outcome(future: Future[Entries]) -> Entries | CsiError:
    try:
        return future.result()
    except CsiError as error:
        return error


def _tasks(books: Sequence[Book]) -> list[list[Book]]:
    """Put books on the same respondents together: they share one analysis."""
    tasks: dict[tuple[tuple[str, int], ...], list[Book]] = {}
    for book in books:
        tasks.setdefault(book.where, []).append(book)
    return list(tasks.values())


def _write_together(
    study: Study,
    wave: str | None,
    answers: Mapping[str, WaveAnswers],
    books: Sequence[Book],
    folder: Path,
) -> Entries:
    """Analyse some respondents once and write their books; runs in a process of its own."""
    results = analyse_study(study, wave=wave, answers=answers)
    entries = {}
    for book in books:
        own = results_for(results, book.own)
        written = write_report(own, folder / book.name, language=book.language)
        entries[book.name] = {"digest": book.digest, "sha256": hash_file(written)}
    return entries


def _restricted(
    study: Study, questionnaire: Questionnaire, where: tuple[tuple[str, int], ...]
) -> Study:
    """Return the study of some respondents, with their group in its title."""
    if not where:
        return study
    conditions = [f"{name} = {code}" for name, code in where]
    if study.where is not None:
        conditions.insert(0, f"({study.where})")
    names = {
        language: ", ".join(questionnaire.level_label(n, c, language) for n, c in where)
        for language in study.languages
    }
    title = Text(
        en=f"{study.title.en}: {names.get('en', '')}".rstrip(": "),
        zh=f"{study.title.zh}：{names.get('zh', '')}".rstrip("："),
    )
    return replace(study, title=title, where=parse_condition(" and ".join(conditions)))


def _is_finished(book: Book, folder: Path, manifest: Entries) -> bool:
    entry, path = manifest.get(book.name), folder / book.name
    if entry is None or entry["digest"] != book.digest or not path.is_file():
        return False
    return hash_file(path) == entry["sha256"]


def _read_manifest(folder: Path) -> Entries:
    """Read what was finished; a manifest that cannot be read counts as none."""
    try:
        found = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_manifest(folder: Path, manifest: Entries) -> None:
    with whole_file(folder / MANIFEST) as temporary:
        text = json.dumps(manifest, indent=1, sort_keys=True)
        temporary.write_text(text + "\n", encoding="utf-8")


def _silent(_step: str, _done: float) -> None:
    """Report no progress."""
