"""A permanent random number for every customer: a hash of the key and the seed.

The same key and seed give the same number in any file, any order, any chunk, on any machine, so a
draw "the n smallest numbers of a stratum" depends on nothing else (permanent random numbers:
Ohlsson 1995). Whole numbers are mixed by splitmix64 (Steele, Lea and Flood 2014), other text by
SHA-256. Text that spells a whole number is that number: a key of digits is drawn alike from a CSV
file and from a parquet file.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from csi.errors import SamplingError

UInt64Array = npt.NDArray[np.uint64]

_MASK = (1 << 64) - 1
_WHOLE = r"^(0|-?[1-9][0-9]{0,17})$"
_PANEL_SALT = 0x70616E656C


def random_numbers(keys: pa.Array, seed: int) -> UInt64Array:
    """Return the permanent random number of each key, uniform on 0 … 2⁶⁴ − 1.

    Parameters
    ----------
    keys : pyarrow.Array, length n
        Whole numbers or text, without nulls.
    seed : int

    Returns
    -------
    ndarray of uint64, shape (n,)

    Raises
    ------
    SamplingError
        If the keys are neither whole numbers nor text.

    Examples
    --------
    >>> numbers = random_numbers(pa.array([7, 8]), seed=1)
    >>> bool((numbers == random_numbers(pa.array(["7", "8"]), seed=1)).all())
    True
    """
    start = splitmix64(np.array([seed & _MASK], dtype=np.uint64))
    if pa.types.is_integer(keys.type):
        return splitmix64(_bits(keys) ^ start)
    if pa.types.is_floating(keys.type) or pa.types.is_boolean(keys.type):
        raise SamplingError(
            f"The keys are of type {keys.type}. Give whole numbers or text: a number with decimals "
            f"loses digits of a long key, and spreadsheets turn 13800000000 into 1.38E+10."
        )
    text = key_text(keys)
    whole = pc.match_substring_regex(text, _WHOLE)
    numbers = np.empty(len(text), dtype=np.uint64)
    is_whole = whole.to_numpy(zero_copy_only=False).astype(bool)
    if is_whole.any():
        integers = pc.cast(text.filter(whole), pa.int64())
        numbers[is_whole] = splitmix64(_bits(integers) ^ start)
    if not is_whole.all():
        prefix = int(start[0]).to_bytes(8, "little")
        numbers[~is_whole] = [
            int.from_bytes(hashlib.sha256(prefix + key.encode()).digest()[:8], "little")
            for key in text.filter(pc.invert(whole)).to_pylist()
        ]
    return numbers


def key_text(keys: pa.Array) -> pa.Array:
    """Return keys as text without blanks around them."""
    if pa.types.is_dictionary(keys.type):
        keys = keys.dictionary_decode()
    return pc.utf8_trim_whitespace(pc.cast(keys, pa.string()))


def is_text(kind: pa.DataType) -> bool:
    """Tell whether a column holds text, of either width."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def panels_of(numbers: UInt64Array, panels: int) -> npt.NDArray[np.int64]:
    """Return the rotation panel of each permanent random number, independent of its size."""
    mixed = splitmix64(numbers ^ np.uint64(_PANEL_SALT))
    return (mixed % np.uint64(panels)).astype(np.int64)


def splitmix64(values: UInt64Array) -> UInt64Array:
    """Mix 64-bit numbers: a bijection that turns neighbours into unrelated numbers."""
    z = values + np.uint64(0x9E3779B97F4A7C15)
    z ^= z >> np.uint64(30)
    z *= np.uint64(0xBF58476D1CE4E5B9)
    z ^= z >> np.uint64(27)
    z *= np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return z


def _bits(keys: pa.Array) -> UInt64Array:
    values: npt.NDArray[Any] = keys.to_numpy(zero_copy_only=False)
    if values.dtype == np.uint64:
        return values
    return values.astype(np.int64).view(np.uint64)
