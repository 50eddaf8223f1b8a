"""Keys must be pseudonyms: columns that look like a person's own marks are refused."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from csi.dissatisfied.faults import DissatisfiedError, IdentityError
from csi.errors import suggest

_KINDS = {
    "telephone numbers": (r"(?:\+|00)?(?:86)?1[3-9]\d{9}|\+\d{8,15}|0\d{2,3}\d{7,8}", 1e-5),
    "e-mail addresses": (r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}", 1e-5),
    "names": (r"[一-鿿·]{2,12}|[A-Za-z]+(?:[ '.\-][A-Za-z]+){1,4}", 1e-5),
    "identity card numbers": (
        r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]",
        0.05,
    ),
    "device or card numbers": (r"(?:460\d{12}|35\d{13})", 0.05),
}
"""What a whole key looks like, and the share of such keys that may be chance.

Of random 64-bit numbers one in two thousand million looks like a telephone number, and one in ten
thousand like the number of an identity card.
"""

_SPACED = ("e-mail addresses", "names")
"""Blanks and hyphens belong to these; from all others they are removed."""

_LONGEST_LEVEL = 60
_MARKS = re.compile(r"@|\d[\d \-]{5,}\d")
"""An address, or seven digits and more, in what should be the name of a code."""


def refuse_identities(frame: pd.DataFrame, key: str, where: str) -> None:
    """Raise if a column of keys is absent or its values look like marks of a person.

    Parameters
    ----------
    frame : DataFrame
    key : str
    where : str
        How the message calls the table.

    Raises
    ------
    DissatisfiedError
        If the column is absent, or holds numbers with decimals, which lose digits of a key.
    IdentityError
        If keys look like names, telephone or identity numbers. No value is shown.
    """
    if key not in frame.columns:
        raise DissatisfiedError(
            f"{where} has no column `{key}` of keys. {suggest(key, frame.columns)}".rstrip()
        )
    column = frame[key].dropna()
    if pd.api.types.is_float_dtype(column):
        raise DissatisfiedError(
            f"{where}: `{key}` holds numbers with decimals, which lose digits of a long key. Give "
            "whole numbers or text."
        )
    kind = _looks_like(column)
    if kind:
        raise IdentityError(
            f"{where}: `{key}` holds what look like {kind}. Only pseudonymous keys are taken: "
            "make them with `csi.warehouse.keys.pseudonymise` and a secret that stays with you."
        )


def refuse_unlike_keys(one: pd.Series, other: pd.Series, where: str) -> None:
    """Raise if keys are whole numbers in one table and text in the other: none would be found.

    Parameters
    ----------
    one, other : Series
    where : str
        How the message calls the two tables.
    """
    is_number = pd.api.types.is_integer_dtype
    if len(one) and len(other) and is_number(one) != is_number(other):
        raise DissatisfiedError(
            f"Keys are whole numbers on one side and text on the other: give {where} the same keys."
        )


def refuse_free_text(values: Iterable[object], where: str) -> None:
    """Raise if levels that would be shown look like what somebody wrote, or like a person's marks.

    Parameters
    ----------
    values : iterable
        The levels of a column: codes, or short names of codes.
    where : str
        How the message calls the column.

    Raises
    ------
    IdentityError
        If any is longer than 60 characters, or holds an e-mail address or a long number. No value
        is shown.
    """
    texts = [value for value in values if isinstance(value, str)]
    if any(len(text) > _LONGEST_LEVEL or _MARKS.search(text) for text in texts):
        raise IdentityError(
            f"{where} holds free text, or numbers and addresses of persons. Only codes and short "
            "names of codes are shown: code the answers first."
        )


def _looks_like(keys: pd.Series) -> str:
    """Return the kind of personal mark that the keys look like, or an empty text."""
    if len(keys) == 0:
        return ""
    distinct = keys.drop_duplicates()
    size = len(distinct)
    if pd.api.types.is_integer_dtype(distinct):
        distinct = distinct[(distinct >= 10**10) & (distinct < 10**18)]
    text = distinct.astype(str).str.strip()
    bare = text.str.replace(r"(?<=.)[\s\-()]", "", regex=True)
    for kind, (pattern, tolerated) in _KINDS.items():
        hits = (text if kind in _SPACED else bare).str.fullmatch(pattern)
        if int(hits.sum()) > tolerated * size:
            return kind
    return ""
