"""What became of every number: final dispositions, read and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from csi.errors import SamplingError, suggest
from csi.sampling.hashing import key_text
from csi.sampling.limits import IntArray
from csi.sampling.outcome_rates import CLASSES
from csi.sampling.sample import Sample

_SHOWN = 6
_AAPOR = re.compile(r"([1-4])(?:\.(\d)\d*)?")
_BY_NUMBER: Mapping[str, Mapping[str | None, str]] = {
    "1": {"2": "P", None: "I"},
    "2": {"1": "R", "2": "NC", "3": "O"},
    "3": {"1": "UH", None: "UO"},
    "4": {None: "NE"},
}


def disposition_class(code: object) -> str | None:
    """Return the class of a code, or None.

    A class letter in either case; AAPOR's numbers: 1.1 I, 1.2 P, 2.1 R, 2.2 NC, 2.3 O, 3.1 UH, any
    other 3 UO, 4 NE; ``QF``, a quota that is full, is NE.

    Examples
    --------
    >>> [disposition_class(code) for code in ("i", 1.2, "2.11", "2.20", "3.9", "4.8", "QF", "x")]
    ['I', 'P', 'R', 'NC', 'UO', 'NE', 'NE', None]
    """
    text = str(code).strip().upper()
    if text in CLASSES:
        return text
    if text == "QF":
        return "NE"
    match = _AAPOR.fullmatch(text)
    if match is None:
        return None
    group = _BY_NUMBER[match[1]]
    return group.get(match[2]) or group.get(None)


def match_dispositions(
    sample: Sample, dispositions: pd.DataFrame, codes: Mapping[object, str] | None
) -> IntArray:
    """Return the class of each unit of the sample, as its place in `CLASSES`; -1 without one.

    Raises
    ------
    SamplingError
        With every unknown code, unknown customer and customer that stands twice.
    """
    missing = [name for name in (sample.key, "disposition") if name not in dispositions.columns]
    if missing:
        raise SamplingError(
            f"The dispositions have no column {', '.join(f'`{name}`' for name in missing)}; they "
            f"have {', '.join(map(str, dispositions.columns))}. "
            f"{suggest(missing[0], dispositions.columns)}".strip()
        )
    faults: list[str] = []
    classes = _classes(dispositions["disposition"], codes, faults)
    units = pd.Index(key_text(pa.Array.from_pandas(sample.units[sample.key])).to_pandas())
    keys = pd.Index(key_text(pa.Array.from_pandas(dispositions[sample.key])).to_pandas())
    places = units.get_indexer(keys)
    _report(
        faults,
        [f"row {row + 1} ({keys[row]})" for row in np.flatnonzero(places < 0)],
        "{count} rows name a customer who is not in the sample: {shown}.",
    )
    _report(
        faults,
        sorted({str(key) for key in keys[keys.duplicated()]}),
        "{count} customers have more than one final disposition: {shown}. Keep the last.",
    )
    if faults:
        raise SamplingError(faults)
    found = np.full(len(units), -1, dtype=np.int64)
    found[places] = classes
    return found


def _classes(column: pd.Series, codes: Mapping[object, str] | None, faults: list[str]) -> IntArray:
    own = {str(code).strip().upper(): name for code, name in (codes or {}).items()}
    for code, name in own.items():
        if name not in CLASSES:
            faults.append(
                f"`codes` sends {code!r} to {name!r}, which is none of {', '.join(CLASSES)}."
            )
    found: dict[object, int] = {}
    for code in column.unique():
        known = own.get(str(code).strip().upper()) or disposition_class(code)
        found[code] = CLASSES.index(known) if known in CLASSES else -1
    classes = np.asarray(column.map(found).fillna(-1), dtype=np.int64)
    unknown = [code for code, place in found.items() if place < 0 and str(code).upper() not in own]
    _report(
        faults,
        [f"{code!r} ({int((column == code).sum())} rows)" for code in unknown],
        "{count} disposition codes are unknown: {shown}. "
        f"Use {', '.join(CLASSES)} or AAPOR's numbers, or explain them with `codes`.",
    )
    return classes


def _report(faults: list[str], found: list[str], text: str) -> None:
    if found:
        shown = ", ".join(found[:_SHOWN]) + (" …" if len(found) > _SHOWN else "")
        faults.append(text.format(count=len(found), shown=shown))
