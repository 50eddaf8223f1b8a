"""Static TrueType faces for the report, cut once from the variable fonts of PyPI packages.

Typst and matplotlib need static TrueType outlines: a variable face loses its bold, or the whole
chart, in one of them. The faces carry their own family names, ``CSI Sans`` and ``CSI Sans SC``
(the licence, OFL 1.1, reserves only the name "Source"), and live in the user's cache folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from csi.errors import MissingDependencyError, ReportError

LATIN_FAMILY = "CSI Sans"
CHINESE_FAMILY = "CSI Sans SC"

_RECIPE = "1"
_FIRST_EAST_ASIAN = 0x2E80
_WEIGHTS = {"Regular": 400, "Bold": 700}
_LATIN_SOURCE = ("fontpkg_source_sans_3", "files/SourceSans3[wght].ttf", "LICENSE")
_CHINESE_SOURCE = (
    "justmytype_intl_cjk",
    "fonts/ofl/notosanssc/NotoSansSC[wght].ttf",
    "fonts/ofl/notosanssc/OFL.txt",
)
_SYMBOL_RANGES = (
    (0x0020, 0x0250),
    (0x0370, 0x0400),
    (0x2000, 0x2070),
    (0x2190, 0x2300),
    (0x25A0, 0x2610),
    (0x3000, 0x3020),
    (0xFF00, 0xFFF0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One family: its regular and bold files and the characters that it can show."""

    family: str
    regular: Path
    bold: Path
    covers: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FontSet:
    """The faces that one report uses.

    Attributes
    ----------
    latin : Face
    chinese : Face or None
        None where no character of the report needs it.
    """

    latin: Face
    chinese: Face | None

    @property
    def covers(self) -> frozenset[int]:
        """Code points that one of the faces can show."""
        return self.latin.covers | (self.chinese.covers if self.chinese else frozenset())

    @property
    def marks(self) -> frozenset[int]:
        """Code points that every one of the faces can show."""
        return self.latin.covers & (self.chinese or self.latin).covers

    def face_for(self, text: str, language: str) -> Face:
        """Return the one face that a text of a chart is set in.

        Viewers of SVG change faces only between texts. It is the face of the language if that
        shows the whole text, and the Chinese one if none does.
        """
        if self.chinese is None:
            return self.latin
        points = set(map(ord, text))
        faces = (self.latin, self.chinese) if language == "en" else (self.chinese, self.latin)
        return next((face for face in faces if points <= face.covers), self.chinese)

    @property
    def folders(self) -> tuple[Path, ...]:
        """Folders that hold the faces."""
        faces = (self.latin, self.chinese) if self.chinese else (self.latin,)
        return tuple(face.regular.parent for face in faces)


def fonts_for(characters: Iterable[str], *, language: str) -> FontSet:
    """Return faces that show ``characters``, cutting them on first use.

    Parameters
    ----------
    characters : iterable of str
        Every character of the report.
    language : {"en", "zh"}
        A Chinese report always carries the Chinese face; an English one only where a character
        asks for it.

    Raises
    ------
    MissingDependencyError
        A Chinese character, and no ``zh`` extra.
    ReportError
        The cache folder cannot be written.
    """
    points = frozenset(map(ord, characters))
    latin = _face(_LATIN_SOURCE, LATIN_FAMILY, points)
    beyond = points - latin.covers
    needed = language == "zh" or any(point >= _FIRST_EAST_ASIAN for point in beyond)
    installed = find_spec(_CHINESE_SOURCE[0]) is not None
    if needed and not installed:
        raise MissingDependencyError.for_extra(
            "justmytype-intl-cjk", "zh", "A report with Chinese characters"
        )
    if not needed and not (installed and beyond & _source_cmap(_source(_CHINESE_SOURCE))):
        return FontSet(latin=latin, chinese=None)
    return FontSet(latin=latin, chinese=_face(_CHINESE_SOURCE, CHINESE_FAMILY, points))


def cache_folder() -> Path:
    """Return the folder that holds the cut faces: ``$XDG_CACHE_HOME/csi/fonts``."""
    root = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(root) / "csi" / "fonts"


@lru_cache(maxsize=1)
def _common_points() -> frozenset[int]:
    """Latin, Greek, symbols and the 6,763 hanzi of GB 2312."""
    points = {point for low, high in _SYMBOL_RANGES for point in range(low, high)}
    for point in range(0x4E00, 0xA000):
        try:
            chr(point).encode("gb2312")
        except UnicodeEncodeError:
            continue
        points.add(point)
    return frozenset(points)


def _source(parts: tuple[str, str, str]) -> Path:
    package, inside, _ = parts
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ReportError(
            f"The font package `{package}` is not installed, so no report can be set. "
            "Install csi again with its dependencies."
        )
    return Path(spec.submodule_search_locations[0]) / inside


@lru_cache(maxsize=4)
def _source_cmap(source: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(source, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _face(parts: tuple[str, str, str], family: str, wanted: frozenset[int]) -> Face:
    """Return a face of the common characters and of the rarer ones that this report needs."""
    known = _source_cmap(_source(parts))
    return _cut(cache_folder(), parts, family, known & (_common_points() | wanted))


@lru_cache(maxsize=16)
def _cut(cache: Path, parts: tuple[str, str, str], family: str, points: frozenset[int]) -> Face:
    """Return the cut face from the cache, cutting it first where it is not there."""
    source = _source(parts)
    stem = family.replace(" ", "")
    folder = cache / f"{stem}-{_key(source, points)}"
    if not folder.is_dir():
        licence = source.parents[len(Path(parts[1]).parts) - 1] / parts[2]
        _cut_into(folder, source, licence, family, points)
    return Face(
        family=family,
        regular=folder / f"{stem}-Regular.ttf",
        bold=folder / f"{stem}-Bold.ttf",
        covers=points,
    )


def _key(source: Path, points: frozenset[int]) -> str:
    digest = hashlib.sha256(source.read_bytes())
    digest.update(_RECIPE.encode())
    digest.update(",".join(map(str, sorted(points))).encode())
    return digest.hexdigest()[:16]


def _cut_into(
    folder: Path, source: Path, licence: Path, family: str, points: frozenset[int]
) -> None:
    """Cut both weights beside ``folder`` and rename: another process never sees half a set."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".cut-", dir=folder.parent))
    except OSError as error:
        raise ReportError(
            f"The font cache `{folder.parent}` cannot be written ({error.strerror}). "
            "Set XDG_CACHE_HOME to a folder that can."
        ) from error
    try:
        for style, weight in _WEIGHTS.items():
            target = work / f"{family.replace(' ', '')}-{style}.ttf"
            _cut_face(source, target, family, style, weight, points)
        shutil.copyfile(licence, work / "OFL.txt")
        try:
            work.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _cut_face(
    source: Path, target: Path, family: str, style: str, weight: int, points: frozenset[int]
) -> None:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    options = Options()
    options.layout_features = ["kern", "ccmp", "mark", "mkmk", "locl"]
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 13, 14]
    with TTFont(source, lazy=True, recalcBBoxes=False, recalcTimestamp=False) as font:
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=points)
        subsetter.subset(font)
        static = instancer.instantiateVariableFont(
            font,
            {"wght": weight},
            inplace=True,
            optimize=False,
            overlap=instancer.OverlapMode.KEEP_AND_DONT_SET_FLAGS,
        )
        if "STAT" in static:
            del static["STAT"]
        _rename(static, family, style, weight)
        static.save(target)


def _rename(font: object, family: str, style: str, weight: int) -> None:
    table = font["name"]  # type: ignore[index]
    postscript = f"{family.replace(' ', '')}-{style}"
    names = {1: family, 2: style, 3: f"{postscript};{_RECIPE}", 4: f"{family} {style}",
             5: "Version 1.000", 6: postscript}  # fmt: skip
    for identifier, text in names.items():
        table.setName(text, identifier, 3, 1, 0x409)
    bold = style == "Bold"
    os2 = font["OS/2"]  # type: ignore[index]
    os2.usWeightClass = weight
    os2.fsSelection = 0x20 if bold else 0x40
    font["head"].macStyle = 1 if bold else 0  # type: ignore[index]
