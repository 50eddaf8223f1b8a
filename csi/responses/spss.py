"""The SPSS door: the only file that talks to pyreadstat.

Reading: `csi.responses.preflight` walks and checks the dictionary, `csi.responses.cases` counts
the cases, pyreadstat decodes them behind a dictionary of our own, `csi.responses.decoding` reads
the real one. Writing is the mirror image. So nothing that a damaged file says about itself reaches
pyreadstat, and nothing that pyreadstat does not keep is lost.
"""

from __future__ import annotations

import codecs
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from csi.errors import Fault, ResponseError, ResponseFileError, suggest
from csi.responses.cases import Cases, count_cases
from csi.responses.columns import build_frame, convert_dates
from csi.responses.composing import splice
from csi.responses.decoding import declared_encoding, decode_dictionary, dictionary_texts
from csi.responses.dictionary import SpssDictionary, SpssVariable, restrict
from csi.responses.encoding import Decoder, Encoding, choose_encoding
from csi.responses.isolation import read_isolated
from csi.responses.layout import Column, lay_out
from csi.responses.preflight import SEND_AGAIN, RawDictionary, preflight
from csi.responses.preparing import Prepared, prepare
from csi.responses.signatures import file_kind
from csi.responses.spss_data import SpssData

SAMPLE = 5_000
"""Different texts that are looked at to tell the character set."""


def read_spss(
    path: str | os.PathLike[str],
    *,
    columns: Sequence[str] | None = None,
    encoding: str | None = None,
    force: bool = False,
    isolate: bool = False,
) -> SpssData:
    """Read a .sav, .zsav or .por file with its whole dictionary; user-missing values are kept.

    Parameters
    ----------
    columns : sequence of str, optional
        Read only these variables, in this order.
    encoding : str, optional
        Character set of the texts. By default the file's own, unless its text shows that it is
        another one (legacy Chinese files); then a note says so.
    force : bool
        Read the whole cases of a truncated file and blank impossible dates, with notes, where
        this is otherwise an error.
    isolate : bool
        Read in a child process with a time limit and a memory limit. .por files, which cannot be
        checked beforehand, are always read so; they come without user-missing values.

    Returns
    -------
    SpssData

    Raises
    ------
    ResponseFileError
        The file is missing, empty, encrypted, of another kind, truncated or damaged; the message
        says where.
    ResponseError
        ``columns`` or ``encoding`` names something that does not exist.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> path = write_spss(SpssData(frame=pd.DataFrame({"CUSA1": [8, 98]})), f"{mkdtemp()}/w.sav")
    >>> read_spss(path).frame["CUSA1"].tolist()
    [8.0, 98.0]
    """
    if encoding is not None:
        _check_codec(encoding)
    if isolate or file_kind(path) == "portable":
        options = {"columns": columns, "encoding": encoding, "force": force}
        data: SpssData = read_isolated(str(path), options)
        return data
    return read_here(path, columns=columns, encoding=encoding, force=force)


def read_here(
    path: str | os.PathLike[str],
    *,
    columns: Sequence[str] | None = None,
    encoding: str | None = None,
    force: bool = False,
) -> SpssData:
    """Do the work of `read_spss` in this process."""
    if file_kind(path) == "portable":
        return _read_portable(path, columns)
    raw = preflight(path)
    laid_out = lay_out(raw)
    cases = count_cases(raw, force=force)
    texts = tuple(dictionary_texts(raw))
    chosen = _choose(raw, encoding, texts)
    dictionary, notes = decode_dictionary(raw, laid_out, Decoder(codec=chosen.codec))
    wanted = _select(path, dictionary, columns)
    places = dict(zip(dictionary.variables, laid_out, strict=True))
    laid_out = tuple(places[name] for name in wanted)
    dictionary = restrict(dictionary, wanted)
    table = _decode_cases(cases, laid_out)
    if all(text.isascii() for text in texts):  # then the cases are the only text that can tell
        chosen = _choose(raw, encoding, _texts_of(table))
    frame, more = build_frame(
        table, laid_out, dictionary, Decoder(codec=chosen.codec), path=str(path), force=force
    )
    return SpssData(
        frame=frame,
        dictionary=dictionary,
        encoding=chosen.codec,
        notes=tuple(note for note in (cases.note, chosen.note, *notes, *more) if note),
        source=Path(path).name,
        sha256=_sha256(path),
    )


def write_spss(data: SpssData, path: str | os.PathLike[str]) -> Path:
    """Write a .sav or .zsav file, by the ending of ``path``, in UTF-8.

    Kept, beyond what pyreadstat writes: the case weight, multiple-response sets, variable sets,
    custom attributes, roles, text widths, alignment. The same data give the same bytes: the time
    in the header is ``data.dictionary.created``.

    Parameters
    ----------
    data : SpssData
        Variables without an entry in the dictionary get a plain one.

    Returns
    -------
    Path
        The file, written beside its place and moved there when complete.

    Raises
    ------
    ResponseError
        Everything that an SPSS file cannot hold: names, labels, missing values, column types.

    Warns
    -----
    ResponseWarning
        A label is longer than SPSS can hold, and is cut.
    """
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in (".sav", ".zsav"):
        raise ResponseError(
            Fault(str(path), f"SPSS files end in .sav or .zsav, not {ending or 'nothing'}.")
        )
    prepared = prepare(data)
    with TemporaryDirectory(dir=_existing_folder(target), prefix=".csi-") as folder:
        bare = Path(folder) / target.name
        _encode_cases(prepared, bare, zlib_blocks=ending == ".zsav")
        finished = Path(folder) / "finished"
        finished.write_bytes(splice(prepared, bare))
        finished.replace(target)
    return target


def _check_codec(encoding: str) -> None:
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise ResponseError(f"There is no character set called `{encoding}`.") from None


def _choose(raw: RawDictionary, encoding: str | None, texts: Iterable[bytes]) -> Encoding:
    if encoding is not None:
        return Encoding(codec=codecs.lookup(encoding).name)
    return choose_encoding(declared_encoding(raw), texts)


def _select(
    path: str | os.PathLike[str], dictionary: SpssDictionary, columns: Sequence[str] | None
) -> tuple[str, ...]:
    known = dictionary.variables
    if columns is None:
        return tuple(known)
    absent = [name for name in columns if name not in known]
    if absent:
        raise ResponseError(
            Fault(str(path), f"The file has no variable `{name}`.", suggest(name, known))
            for name in absent
        )
    return tuple(columns)


def _decode_cases(cases: Cases, columns: Sequence[Column]) -> pd.DataFrame:
    """Return numbers as float and texts as one character per byte, under pyreadstat's names."""
    import pyreadstat

    names = [f"V{record + 1}" for column in columns for record in column.records]
    if not cases.n:
        return pd.DataFrame({name: [] for name in names})
    stream = cases.open()
    try:
        table, _ = pyreadstat.read_sav(
            stream, usecols=names, user_missing=True, disable_datetime_conversion=True
        )
    except Exception as error:
        message = f"pyreadstat cannot decode the cases: {error}."
        raise cases.raw.damaged(message, cases.raw.data_offset) from error
    finally:
        stream.close()
    return table[names]  # pyreadstat returns them in the order of the file


def _texts_of(table: pd.DataFrame) -> Iterator[bytes]:
    for name in table.select_dtypes(exclude="number"):
        for text in islice(table[name].dropna().unique(), SAMPLE):
            yield str(text).encode("latin-1")


def _read_portable(path: str | os.PathLike[str], columns: Sequence[str] | None) -> SpssData:
    import pyreadstat

    try:
        frame, meta = pyreadstat.read_por(str(path), disable_datetime_conversion=True)
    except Exception as error:
        raise ResponseFileError(
            str(path), f"pyreadstat cannot read this portable file: {error}.", hint=SEND_AGAIN
        ) from None
    labels: Mapping[str, Mapping[Any, str]] = meta.variable_value_labels
    variables = {
        name: SpssVariable(
            width=0 if frame[name].dtype == float else meta.variable_storage_width[name],
            label=meta.column_names_to_labels[name] or "",
            format=meta.original_variable_types[name] or "",
            value_labels=dict(labels.get(name, {})),
        )
        for name in frame.columns
    }
    dictionary = SpssDictionary(variables=variables, file_label=meta.file_label or "")
    wanted = _select(path, dictionary, columns)
    frame, notes = convert_dates(frame[list(wanted)], dictionary, path=str(path))
    return SpssData(
        frame=frame,
        dictionary=restrict(dictionary, wanted),
        notes=("Portable files are read without their user-missing values: these are NaN.", *notes),
        source=Path(path).name,
        sha256=_sha256(path),
    )


def _sha256(path: str | os.PathLike[str]) -> str:
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _existing_folder(target: Path) -> Path:
    if not target.parent.is_dir():
        raise ResponseError(Fault(str(target), f"There is no folder {target.parent}."))
    return target.parent


def _encode_cases(prepared: Prepared, path: Path, *, zlib_blocks: bool) -> None:
    """Let pyreadstat write the cases under plain names; only the cases are used."""
    import pyreadstat

    # pyreadstat makes a text as wide as its longest value or value label
    widths: dict[str, Any] = {
        name: {" " * width: "width"} for name, width in prepared.widths.items() if width
    }
    pyreadstat.write_sav(
        prepared.cases,
        str(path),
        variable_value_labels=widths,
        compress=zlib_blocks,
        row_compress=not zlib_blocks,
    )
