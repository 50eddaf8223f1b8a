"""`import csi` is light, and its public names are what three lists say they are."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import csi

HEAVY = {"numpy", "pandas", "scipy", "semopy", "statsmodels", "matplotlib", "typst", "pyreadstat"}


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


def test_import_csi_loads_nothing_heavy() -> None:
    assert loaded_by("import csi") & HEAVY == set()


def test_the_command_line_loads_nothing_heavy_for_its_help() -> None:
    assert loaded_by("import csi.cli.main") & HEAVY == set()


@pytest.mark.parametrize("name", csi.__all__)
def test_every_public_name_is_found(name: str) -> None:
    assert getattr(csi, name) is getattr(import_module(csi._HOME[name]), name)


def test_no_public_name_loads_an_engine() -> None:
    loaded = loaded_by("from csi import *")
    assert loaded & {"semopy", "matplotlib", "typst", "pyreadstat"} == set()


def test_three_lists_of_public_names_agree() -> None:
    assert list(csi._HOME) == csi.__all__
    assert set(names_for_type_checkers()) == set(csi.__all__)
    assert names_for_type_checkers() == {name: csi._HOME[name] for name in csi.__all__}


def test_dir_lists_public_names() -> None:
    assert set(csi.__all__) <= set(dir(csi))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module `csi` has no name `read_questionaire`"):
        csi.read_questionaire  # type: ignore[attr-defined]  # noqa: B018


def test_the_version_is_that_of_the_project(project: Path) -> None:
    text = (project / "pyproject.toml").read_text(encoding="utf-8")
    declared = tomllib.loads(text)["project"]["version"]
    assert csi.__version__ in {declared, "not installed"}


def names_for_type_checkers() -> dict[str, str]:
    tree = ast.parse(Path(csi.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    return {
        alias.name: str(node.module)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
