"""Pseudonyms: the same for the same identifier, secret and project, and for nothing else."""

from __future__ import annotations

import csv
import hashlib
import hmac
import json
import os
import pickle
import warnings
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from csi.warehouse.faults import WarehouseError
from csi.warehouse.key_files import AUDIT_FILE, KeyExport, pseudonymise_file
from csi.warehouse.keys import (
    KeyFileWarning,
    OperatorKey,
    collision_odds,
    make_key_file,
    pseudonymise,
    read_key_file,
)

SECRET = bytes(range(1, 41))
KEY = OperatorKey(SECRET)
NUMBERS = [f"138{k:08d}" for k in range(2000)]


def test_the_pseudonym_is_the_first_63_bits_of_hmac_sha256() -> None:
    of_project = hmac.new(SECRET, b"csi project P", hashlib.sha256).digest()
    digest = hmac.new(of_project, NUMBERS[0].encode(), hashlib.sha256).digest()
    expected = int.from_bytes(digest[:8], "big") >> 1
    assert pseudonymise(NUMBERS[:1], key=KEY, project="P").tolist() == [expected]


def test_text_numbers_and_categories_give_the_same_pseudonyms() -> None:
    expected = pseudonymise(NUMBERS, key=KEY, project="P")
    numbers = pd.Series([int(n) for n in NUMBERS])
    for values in (
        numbers,
        numbers.astype("Int64"),
        numbers.astype(float),
        pd.Series(NUMBERS, dtype="category"),
        [f" {n} " for n in NUMBERS],
    ):
        np.testing.assert_array_equal(pseudonymise(values, key=KEY, project="P"), expected)
    assert expected.dtype == np.int64
    assert expected.min() >= 0
    assert len(set(expected.tolist())) == len(NUMBERS)
    repeated = pseudonymise([*NUMBERS, *NUMBERS[::-1]], key=KEY, project="P")
    np.testing.assert_array_equal(repeated, np.concatenate([expected, expected[::-1]]))


def test_other_projects_and_secrets_share_no_pseudonym() -> None:
    first = set(pseudonymise(NUMBERS, key=KEY, project="P").tolist())
    assert not first & set(pseudonymise(NUMBERS, key=KEY, project="Q").tolist())
    other = OperatorKey(SECRET[::-1])
    assert not first & set(pseudonymise(NUMBERS, key=other, project="P").tolist())
    assert KEY.fingerprint() != other.fingerprint()


def test_pseudonyms_are_spread_evenly() -> None:
    found = pseudonymise(NUMBERS, key=KEY, project="P")
    counts = np.bincount(found // 2**59, minlength=16)
    assert len(counts) == 16
    assert ((counts - 125) ** 2 / 125).sum() < 37.7  # χ²(15), .999


def test_collision_odds_are_those_of_birthdays() -> None:
    assert collision_odds(2) == pytest.approx(2.0**-63)
    assert collision_odds(300_000_000) == pytest.approx(0.00487, rel=0.01)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["a", None], "1 of 2 identifiers are missing. Leave these rows out first."),
        ([1.5], "Identifiers with decimals, or too long for them, have lost digits."),
        ([2.0**60], "Identifiers with decimals, or too long for them, have lost digits."),
        ([True, False], "Identifiers must be text or whole numbers; these are neither."),
        (
            [hashlib.sha256(n.encode()).hexdigest() for n in NUMBERS[:50]],
            "The identifiers look like plain hashes (32, 40 or 64 hexadecimal digits).",
        ),
        (
            [hashlib.md5(n.encode()).hexdigest().upper() for n in NUMBERS[:50]],
            "The identifiers look like plain hashes (32, 40 or 64 hexadecimal digits).",
        ),
    ],
)
def test_identifiers_that_cannot_be_used_are_refused(values: list[Any], message: str) -> None:
    with pytest.raises(WarehouseError) as caught:
        pseudonymise(values, key=KEY, project="P")
    assert str(caught.value).startswith(message)


def test_nothing_goes_without_a_secret_or_a_project() -> None:
    with pytest.raises(WarehouseError, match="a hash of a telephone number is undone"):
        pseudonymise(NUMBERS, key=b"x" * 32, project="P")  # type: ignore[arg-type]
    with pytest.raises(WarehouseError, match="`project` is empty"):
        pseudonymise(NUMBERS, key=KEY, project=" ")


def test_weak_secrets_are_refused_without_being_shown() -> None:
    with pytest.raises(WarehouseError, match="at least 32 random bytes; got 9") as caught:
        OperatorKey(b"passwords")
    assert "passwords" not in str(caught.value)
    with pytest.raises(WarehouseError, match="only 2 different bytes"):
        OperatorKey(b"ab" * 40)


def test_a_secret_is_never_shown_or_stored() -> None:
    for text in (repr(KEY), str(KEY), f"{KEY}", repr([KEY]), KEY.fingerprint()):
        assert SECRET.hex()[:8] not in text
        assert repr(SECRET)[2:10] not in text
    with pytest.raises(WarehouseError, match="A secret is not stored with data"):
        pickle.dumps(KEY)
    assert not hasattr(KEY, "__dict__")


def test_a_key_file_is_private_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "operator.key"
    made = make_key_file(path)
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    assert read_key_file(path).fingerprint() == made.fingerprint()
    with pytest.raises(WarehouseError, match="exists already and is not replaced"):
        make_key_file(path)


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_a_key_file_that_others_can_read_is_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "operator.key"
    make_key_file(path)
    path.chmod(0o640)
    with pytest.warns(KeyFileWarning, match="take their permissions away"):
        read_key_file(path)
    path.chmod(0o600)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_key_file(path)


def test_a_bad_key_file_is_refused_without_its_contents(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"cannot be read \(FileNotFoundError\)"):
        read_key_file(tmp_path / "13800000000.key")
    path = tmp_path / "bad.key"
    path.write_text("correct horse battery", encoding="ascii")
    path.chmod(0o600)
    with pytest.raises(WarehouseError, match="something else than hexadecimal") as caught:
        read_key_file(path)
    assert "horse" not in str(caught.value)
    path.write_text("00ff" * 4, encoding="ascii")
    with pytest.raises(WarehouseError, match="at least 32 random bytes; got 8"):
        read_key_file(path)


def table(n: int = 500) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "msisdn": NUMBERS[:n],
            "name": [f"王{k}" for k in range(n)],
            "region": np.arange(n) % 5,
            "arpu": np.arange(n) / 4,
        }
    )


def export(source: Path, target: Path, **options: Any) -> KeyExport:
    asked: dict[str, Any] = {
        "identifier": "msisdn",
        "keep": ["region", "arpu"],
        "key": KEY,
        "project": "P",
        "purpose": "scores",
        "by": "data office",
        "exported": date(2026, 4, 1),
    }
    return pseudonymise_file(source, target, **{**asked, **options})


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_files_lose_their_identifiers(tmp_path: Path, ending: str) -> None:
    frame, source = table(), tmp_path / f"subscribers{ending}"
    frame.to_csv(source, index=False) if ending == ".csv" else frame.to_parquet(source)
    made = export(source, tmp_path / "out" / "research.parquet")
    found = pq.read_table(made.path).to_pandas()
    assert list(found.columns) == ["id", "region", "arpu"]
    np.testing.assert_array_equal(found["id"], pseudonymise(frame["msisdn"], key=KEY, project="P"))
    assert found["region"].tolist() == frame["region"].tolist()
    assert made.rows == 500
    noted = (made.path.parent / AUDIT_FILE).read_text("utf-8").splitlines()
    assert noted == [made.audit]
    line = json.loads(made.audit)
    assert line["columns"] == ["id", "region", "arpu"]
    assert line["rows"] == 500
    assert line["secret"] == KEY.fingerprint()
    for text in (made.path.read_bytes(), made.audit.encode(), repr(made).encode()):
        assert not any(word.encode() in text for word in (*NUMBERS[:500], "王1", "msisdn"))
    again = export(source, tmp_path / "out" / "research.parquet")
    assert again.audit == made.audit
    assert len((made.path.parent / AUDIT_FILE).read_text("utf-8").splitlines()) == 2


def test_large_files_go_through_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("csi.warehouse.key_files.BATCH_ROWS", 64)
    table().to_parquet(tmp_path / "s.parquet")
    made = export(tmp_path / "s.parquet", tmp_path / "t.parquet")
    assert pq.ParquetFile(made.path).num_row_groups == 8
    assert pq.read_table(made.path)["id"].to_pylist() == pseudonymise(
        NUMBERS[:500], key=KEY, project="P"
    ).tolist()  # fmt: skip


def test_what_cannot_be_exported_leaves_nothing_behind(tmp_path: Path) -> None:
    source, target = tmp_path / "s.csv", tmp_path / "t.parquet"
    with pytest.raises(WarehouseError) as caught:
        export(source, tmp_path / "t.csv", keep=["msisdn", "id", "id"], purpose="", by=" ")
    assert str(caught.value).splitlines() == [
        "There is no such source file.",
        "The target must end in .parquet.",
        "`keep` names `msisdn`: the identifier does not travel.",
        "`keep` names `id`, which is the column of the pseudonyms.",
        "`keep` names a column twice.",
        "`purpose` is empty: say what the file is for.",
        "`by` is empty: say who takes responsibility for the file.",
    ]
    with pytest.raises(WarehouseError, match=r"must end in \.parquet or \.csv"):
        export(tmp_path / "s.xlsx", target)
    table().to_csv(source, index=False)
    with pytest.raises(WarehouseError, match=r"no column `arpa`\. Did you mean `arpu`\?"):
        export(source, target, keep=["arpa"])
    gap = table()
    gap.loc[3, "msisdn"] = None
    gap.to_csv(source, index=False)
    with pytest.raises(WarehouseError, match="1 of 500 identifiers are missing"):
        export(source, target)
    with source.open("w", encoding="utf-8") as file:
        csv.writer(file).writerows([["msisdn", "region", "arpu"], [NUMBERS[0], 1]])
    with pytest.raises(WarehouseError, match=r"cannot be read \(ArrowInvalid\)") as broken:
        export(source, target)
    assert NUMBERS[0] not in str(broken.value)
    table(0).to_parquet(tmp_path / "e.parquet")
    with pytest.raises(WarehouseError, match="has no rows"):
        export(tmp_path / "e.parquet", target)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["e.parquet", "s.csv"]
