"""How a report looks: colours, marks, fonts, logo and template, ours or an agency's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from csi.errors import ReportError, suggest

MARKERS = ("circle", "square", "diamond", "triangle", "wedge", "pentagon", "cross", "star")
"""Marker shapes in the order of the groups: the shape tells groups apart where colour cannot."""

_PALETTES = {
    3: ("#0077BB", "#D55E00", "#222222"),
    4: ("#0072B2", "#EE6677", "#222222", "#B8860B"),
    5: ("#4477AA", "#EE6677", "#332288", "#997700", "#882255"),
    6: ("#0077BB", "#CC3311", "#332288", "#EE6677", "#882255", "#CC79A7"),
}
"""Colours of up to n groups, chosen for the largest distance under colour-vision deficiency."""

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_BRANDING_KEYS = ("name", "logo", "colours", "fonts", "font_folder", "template", "slides")


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours, fonts and files of one brand.

    Attributes
    ----------
    name : str
        The agency, for the cover and the footer.
    primary, accent, tint : str
        Dark brand colour, its highlight, and a pale ground; ``#RRGGBB``.
    ink, quiet, rule : str
        Text, secondary text, lines.
    good, bad : str
        Marks whose direction already says up or down; the polarity of the number decides.
    series : tuple of str
        Colours of the groups; empty takes the palette for their number.
    families : tuple of str
        Font families before ours.
    template, slides : Path or None
        A Typst template for the PDF; a .pptx whose master, layouts and size the slides take.
    """

    name: str = ""
    primary: str = "#12355B"
    accent: str = "#0077BB"
    tint: str = "#E8F0F8"
    ink: str = "#1B1F24"
    quiet: str = "#5A6572"
    rule: str = "#C9D2DC"
    good: str = "#00695C"
    bad: str = "#B8430A"
    series: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    font_folder: Path | None = None
    logo: Path | None = None
    template: Path | None = None
    slides: Path | None = None

    def colours(self, groups: int) -> tuple[str, ...]:
        """Return one colour per group, the first for our own."""
        if self.series:
            palette = self.series
        else:
            palette = next((p for size, p in _PALETTES.items() if groups <= size), _PALETTES[6])
        return tuple(palette[i % len(palette)] for i in range(groups))


_COLOUR_NAMES = tuple(
    f.name for f in fields(Theme) if isinstance(f.default, str) and f.default.startswith("#")
)


@dataclass(slots=True)
class _Reader:
    """Collects every fault of a branding, to raise them once."""

    faults: list[str] = field(default_factory=list)

    def file(
        self, branding: Mapping[str, object], key: str, *, folder: bool = False
    ) -> Path | None:
        value = branding.get(key)
        if not value:
            return None
        path = Path(str(value))
        if not (path.is_dir() if folder else path.is_file()):
            kind = "folder" if folder else "file"
            self.faults.append(f"branding.{key}: no {kind} `{path}`.")
            return None
        return path

    def colour(self, name: str, value: object) -> str:
        text = str(value)
        if not _COLOUR.fullmatch(text):
            self.faults.append(
                f"branding.colours.{name}: `{text}` is not a colour; write #RRGGBB, as in #12355B."
            )
        return text


def read_theme(branding: Mapping[str, object]) -> Theme:
    """Make a theme from the ``branding`` of a study.

    Raises
    ------
    ReportError
        Unknown keys, colours that are not ``#RRGGBB``, files that are not there: all at once.

    Examples
    --------
    >>> read_theme({"colours": {"primary": "#004488"}}).primary
    '#004488'
    """
    reader = _Reader()
    _check_keys(reader, "branding", branding, _BRANDING_KEYS)
    colours = branding.get("colours") or {}
    if not isinstance(colours, Mapping):
        reader.faults.append("branding.colours: write one `name: '#RRGGBB'` a line.")
        colours = {}
    _check_keys(reader, "branding.colours", colours, (*_COLOUR_NAMES, "series"))
    series = colours.get("series") or ()
    named = {str(k): reader.colour(str(k), v) for k, v in colours.items() if k in _COLOUR_NAMES}
    fonts = branding.get("fonts") or ()
    theme = Theme(
        name=str(branding.get("name") or ""),
        series=tuple(reader.colour(f"series {i}", c) for i, c in enumerate(_listed(series), 1)),
        families=tuple(str(family) for family in _listed(fonts)),
        font_folder=reader.file(branding, "font_folder", folder=True),
        logo=reader.file(branding, "logo"),
        template=reader.file(branding, "template"),
        slides=reader.file(branding, "slides"),
        **named,
    )
    if theme.logo and theme.logo.suffix.lower() not in {".svg", ".png", ".jpg", ".jpeg"}:
        reader.faults.append(f"branding.logo: `{theme.logo.name}` must be .svg, .png or .jpg.")
    if theme.slides and theme.slides.suffix.lower() != ".pptx":
        reader.faults.append(f"branding.slides: `{theme.slides.name}` must be a .pptx file.")
    if reader.faults:
        raise ReportError("\n".join(reader.faults))
    return theme


def _check_keys(
    reader: _Reader, where: str, found: Mapping[str, object], known: tuple[str, ...]
) -> None:
    for key in found:
        if key not in known:
            remedy = suggest(str(key), known) or f"Known: {', '.join(known)}."
            reader.faults.append(f"{where}.{key}: unknown key. {remedy}")


def _listed(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)
