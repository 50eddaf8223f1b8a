from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from csi.errors import MissingDependencyError, ReportError
from csi.report import fonts
from csi.report.fonts import CHINESE_FAMILY, LATIN_FAMILY, fonts_for
from csi.report.texts import CATALOGUES


@pytest.fixture
def small_cuts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A cache of its own, and faces of a few characters, so that a cut takes a moment."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(fonts, "_common_points", lambda: frozenset(map(ord, "AZaz09 满意")))
    return tmp_path


def test_english_needs_no_chinese_face() -> None:
    assert fonts_for("Satisfaction 71.2 ± 1.3", language="en").chinese is None


def test_english_takes_the_chinese_face_for_a_chinese_name() -> None:
    found = fonts_for("Provider 甲", language="en")
    assert found.chinese is not None
    assert ord("甲") in found.chinese.covers


def test_faces_are_static_truetype_with_our_names(small_cuts: Path) -> None:
    found = fonts_for("", language="zh")
    assert found.chinese is not None
    for face, family in ((found.latin, LATIN_FAMILY), (found.chinese, CHINESE_FAMILY)):
        for path, weight in ((face.regular, 400), (face.bold, 700)):
            with TTFont(path) as font:
                assert "glyf" in font
                assert "fvar" not in font
                assert font["name"].getDebugName(1) == family
                assert font["OS/2"].usWeightClass == weight


def test_bold_is_bolder_than_regular(small_cuts: Path) -> None:
    latin = fonts_for("", language="en").latin
    advance = [TTFont(path)["hmtx"]["A"][0] for path in (latin.regular, latin.bold)]
    assert advance[1] > advance[0]


def test_rare_names_are_cut_on_demand(small_cuts: Path) -> None:
    common = fonts_for("", language="zh").chinese
    rare = fonts_for("朱镕基", language="zh").chinese
    assert common is not None
    assert rare is not None
    assert ord("镕") not in common.covers
    assert ord("镕") in rare.covers
    assert rare.regular.parent != common.regular.parent


def test_second_use_cuts_nothing(small_cuts: Path) -> None:
    path = fonts_for("", language="en").latin.regular
    before = path.stat().st_mtime_ns
    fonts._cut.cache_clear()
    assert fonts_for("", language="en").latin.regular.stat().st_mtime_ns == before


def test_cuts_are_the_same_bytes(
    small_cuts: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = fonts_for("", language="en").latin.regular.read_bytes()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
    assert fonts_for("", language="en").latin.regular.read_bytes() == first


def test_loser_of_a_race_keeps_the_winners_faces(small_cuts: Path) -> None:
    latin = fonts_for("", language="en").latin
    folder = latin.regular.parent
    source = fonts._source(fonts._LATIN_SOURCE)
    licence = folder / "OFL.txt"
    before = latin.regular.read_bytes()
    fonts._cut_into(folder, source, licence, LATIN_FAMILY, frozenset({65}))
    assert latin.regular.read_bytes() == before
    assert not list(folder.parent.glob(".cut-*"))


def test_licence_stands_beside_the_faces(small_cuts: Path) -> None:
    found = fonts_for("", language="zh")
    for folder in found.folders:
        assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text("utf-8").upper()


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "find_spec", lambda name: None if "cjk" in name else find_spec(name))
    with pytest.raises(MissingDependencyError, match=re.escape("pip install 'csi[zh]'")):
        fonts_for("", language="zh")
    with pytest.raises(MissingDependencyError, match="A report with Chinese characters needs"):
        fonts_for("甲", language="en")
    assert fonts_for("plain", language="en").chinese is None


def test_unwritable_cache_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocker))
    with pytest.raises(ReportError, match="Set XDG_CACHE_HOME to a folder that can"):
        fonts_for("unwritable", language="en")


def test_every_text_of_ours_has_its_glyphs() -> None:
    for language, catalogue in CATALOGUES.items():
        covers = fonts_for("", language=language).covers
        missing = {c for text in catalogue.values() for c in text if ord(c) not in covers}
        assert not missing
