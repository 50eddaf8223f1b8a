"""Pseudonymous keys: numbers that only the holder of a secret can make from a person's own.

A plain hash of a telephone number is no protection: all numbers of a country are hashed and
compared within an hour. HMAC-SHA-256 (RFC 2104) with a secret that stays with the operator cannot
be searched that way; a key of its own per project keeps the tables of two projects apart.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from csi.errors import CsiWarning
from csi.inference import IntArray
from csi.storage import whole_file
from csi.warehouse.faults import WarehouseError

SECRET_BYTES = 32
_HASH = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
_HASH_SHARE = 0.5


class KeyFileWarning(CsiWarning):
    """A file of a secret that others than its owner can read."""


class OperatorKey:
    """A secret that makes pseudonyms, kept in memory only.

    It is never shown, compared, hashed, copied into a pickle or put into a message.

    Parameters
    ----------
    secret : bytes
        At least 32 bytes, drawn at random.

    Raises
    ------
    WarehouseError
        If the secret is short, or has so few different bytes that it was not drawn at random.
    """

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) < SECRET_BYTES:
            raise WarehouseError(
                f"A secret needs at least {SECRET_BYTES} random bytes; got {len(secret)}. Make one "
                "with `make_key_file`."
            )
        if len(set(secret)) < SECRET_BYTES // 2:
            raise WarehouseError(
                f"The secret has only {len(set(secret))} different bytes: it was not drawn at "
                "random. Make one with `make_key_file`."
            )
        self._secret = bytes(secret)

    def __repr__(self) -> str:
        return "OperatorKey(secret)"

    def __reduce__(self) -> NoReturn:
        raise WarehouseError("A secret is not stored with data: read it from its file again.")

    def fingerprint(self) -> str:
        """Return eight digits that tell two secrets apart, and nothing about them."""
        return hmac.digest(self._secret, b"csi fingerprint", hashlib.sha256).hex()[:8]

    def of_project(self, project: str) -> bytes:
        """Return the secret of one project; it does not lead back to the operator's."""
        return hmac.digest(self._secret, f"csi project {project}".encode(), hashlib.sha256)


def make_key_file(path: str | Path) -> OperatorKey:
    """Draw a secret and write it to a new file that only its owner can read.

    Raises
    ------
    WarehouseError
        If the file exists: pseudonyms made with a lost secret cannot be made again.

    Examples
    --------
    >>> key = make_key_file("operator.key")  # doctest: +SKIP
    """
    path = Path(path)
    if path.exists():
        raise WarehouseError(
            "The file of the secret exists already and is not replaced: without the old secret no "
            "earlier table can be linked. Choose another name."
        )
    secret = secrets.token_bytes(SECRET_BYTES)
    with whole_file(path) as temporary:
        temporary.touch(mode=0o600)
        temporary.write_text(f"{secret.hex()}\n", encoding="ascii")
    return OperatorKey(secret)


def read_key_file(path: str | Path) -> OperatorKey:
    """Read a secret that `make_key_file` wrote.

    Raises
    ------
    WarehouseError
        If the file cannot be read or holds no secret; nothing of it is shown.

    Warns
    -----
    KeyFileWarning
        If others than the owner can read the file.
    """
    try:
        with Path(path).open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(4096)
        secret = bytes.fromhex(text.decode("ascii").strip())
    except OSError as error:
        raise WarehouseError(
            f"The file of the secret cannot be read ({type(error).__name__})."
        ) from None
    except ValueError:
        raise WarehouseError(
            "The file of the secret holds something else than hexadecimal digits. Make one with "
            "`make_key_file`."
        ) from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        warnings.warn(
            "Others than its owner can use the file of the secret: take their permissions away "
            "(chmod 600).",
            KeyFileWarning,
            stacklevel=2,
        )
    return OperatorKey(secret)


def pseudonymise(
    values: Iterable[object] | pd.Series, *, key: OperatorKey, project: str
) -> IntArray:
    """Turn identifiers into pseudonymous whole numbers of 63 bits.

    The number is the first 63 bits of HMAC-SHA-256 of the identifier as text, under a secret of
    the project's own. Whole numbers and their text give the same pseudonym; blanks around text do
    not count. Two of n identifiers share a pseudonym with a chance of n² / 2⁶⁴: 5·10⁻⁸ for a
    million, .005 for 300 million; see `collision_odds`.

    Parameters
    ----------
    values : iterable, or Series, of n identifiers
        Text or whole numbers.
    key : OperatorKey
    project : str
        Other projects get other pseudonyms, so that their tables cannot be joined.

    Returns
    -------
    IntArray, shape (n,)

    Raises
    ------
    WarehouseError
        Without a secret or project; if an identifier is missing, or a number with decimals; if
        they are plain hashes already. No value is shown.

    Examples
    --------
    >>> key = OperatorKey(bytes(range(32)))
    >>> first, again = pseudonymise(["13800000000", 13800000000], key=key, project="wave 1")
    >>> bool(first == again)
    True
    """
    if not isinstance(key, OperatorKey):
        raise WarehouseError(
            "Pseudonyms need the operator's secret: without one, a hash of a telephone number is "
            "undone within an hour. Use `make_key_file` once and `read_key_file` from then on."
        )
    if not project.strip():
        raise WarehouseError("`project` is empty: every project has pseudonyms of its own.")
    codes, levels = pd.factorize(pd.Series(values, dtype=None))
    if (codes < 0).any():
        raise WarehouseError(
            f"{int((codes < 0).sum()):,} of {len(codes):,} identifiers are missing. Leave these "
            "rows out first."
        )
    texts = _texts(levels)
    _refuse_plain_hashes(texts)
    secret = key.of_project(project)
    digests = (hmac.digest(secret, text, hashlib.sha256) for text in texts)
    numbers = np.fromiter(
        (int.from_bytes(digest[:8], "big") >> 1 for digest in digests), np.int64, len(texts)
    )
    return np.asarray(numbers[codes])


def collision_odds(n: int) -> float:
    """Return the chance that any two of n identifiers get the same pseudonym.

    Examples
    --------
    >>> round(collision_odds(300_000_000), 4)
    0.0049
    """
    return float(-np.expm1(-n * (n - 1) / 2.0**64))


def _texts(levels: Any) -> list[bytes]:
    """Return identifiers as the text that is hashed."""
    index = pd.Index(levels)
    if pd.api.types.is_bool_dtype(index) or pd.api.types.is_datetime64_any_dtype(index):
        raise WarehouseError("Identifiers must be text or whole numbers; these are neither.")
    if pd.api.types.is_float_dtype(index):
        exact = (index == np.floor(index)) & (np.abs(index) < 2**53)
        if not exact.all():
            raise WarehouseError(
                "Identifiers with decimals, or too long for them, have lost digits. Read the "
                "column as text or whole numbers."
            )
        index = index.astype(np.int64)
    return [str(value).strip().encode() for value in index.tolist()]


def _refuse_plain_hashes(texts: list[bytes]) -> None:
    sample = [text.decode() for text in texts[:1000]]
    if sum(_HASH.fullmatch(text) is not None for text in sample) > _HASH_SHARE * len(sample):
        raise WarehouseError(
            "The identifiers look like plain hashes (32, 40 or 64 hexadecimal digits). Whoever has "
            "these can find the telephone numbers behind them; give the identifiers themselves, "
            "inside the operator's house, and destroy the hashes."
        )
