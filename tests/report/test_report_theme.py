from __future__ import annotations

from pathlib import Path

import pytest

from csi.errors import ReportError
from csi.report.theme import Theme, read_theme


def test_nothing_given_is_our_theme() -> None:
    assert read_theme({}) == Theme()


def test_a_brand(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg/>")
    theme = read_theme(
        {
            "name": "Agency",
            "logo": str(logo),
            "fonts": ["Acme Sans"],
            "colours": {"primary": "#004488", "series": ["#111111", "#222222"]},
        }
    )
    assert theme.primary == "#004488"
    assert theme.colours(3) == ("#111111", "#222222", "#111111")
    assert theme.families == ("Acme Sans",)
    assert theme.logo == logo


def test_every_fault_at_once(tmp_path: Path) -> None:
    with pytest.raises(ReportError) as caught:
        read_theme(
            {
                "logo": str(tmp_path / "none.svg"),
                "colurs": {},
                "colours": {"primry": "#000000", "accent": "blue"},
                "font_folder": str(tmp_path / "fonts"),
            }
        )
    message = str(caught.value)
    assert "branding.colurs: unknown key. Did you mean `colours`?" in message
    assert "branding.colours.primry: unknown key. Did you mean `primary`?" in message
    assert "branding.colours.accent: `blue` is not a colour; write #RRGGBB" in message
    assert "branding.logo: no file" in message
    assert "branding.font_folder: no folder" in message


def test_a_logo_must_be_a_picture(tmp_path: Path) -> None:
    logo = tmp_path / "logo.pdf"
    logo.write_bytes(b"")
    with pytest.raises(ReportError, match=r"branding.logo: `logo.pdf` must be .svg, .png or .jpg"):
        read_theme({"logo": logo})


def test_colours_must_be_a_mapping() -> None:
    with pytest.raises(ReportError, match=r"branding.colours: write one"):
        read_theme({"colours": ["#000000"]})


@pytest.mark.parametrize("groups", [1, 2, 3, 4, 5, 6])
def test_groups_have_their_own_colours(groups: int) -> None:
    assert len(set(Theme().colours(groups))) == groups
