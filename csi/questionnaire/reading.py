"""Read a questionnaire file: every fault at once, each with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from csi.errors import QuestionnaireError
from csi.questionnaire.advice import advise
from csi.questionnaire.checking import find_faults
from csi.questionnaire.items import read_item, read_scale
from csi.questionnaire.located import Document, read_yaml
from csi.questionnaire.plans import read_model, read_report, read_sampling
from csi.questionnaire.schema import (
    BLOCK_KINDS,
    Block,
    BlockKind,
    Item,
    Questionnaire,
    Scale,
    Text,
)
from csi.questionnaire.sections import Faults, Section
from csi.questionnaire.texts import read_text

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_BLOCK_TITLES: Mapping[str, Text] = {
    "screening": Text("Screening", "甄别"),
    "usage": Text("Usage", "使用情况"),
    "overall": Text("Overall satisfaction", "总体满意度"),
    "elements": Text("Quality elements", "质量要素"),
    "competitors": Text("Competitors", "竞争对手"),
    "background": Text("Background", "背景资料"),
}


def read_questionnaire(path: str | Path, *, strict: bool = False) -> Questionnaire:
    """Read a questionnaire file and check it.

    Parameters
    ----------
    path : str or Path
        A YAML file in UTF-8.
    strict : bool
        Also refuse what `review_questionnaire` only warns of.

    Returns
    -------
    Questionnaire

    Raises
    ------
    QuestionnaireError
        With every fault of the file in ``.faults``: where it is, what is wrong, what to do.

    Examples
    --------
    >>> questionnaire = read_questionnaire("questionnaires/ecsi_mobile.yaml")
    >>> questionnaire
    Questionnaire('ecsi-mobile', version='2026.1', items=24)
    >>> questionnaire.items["CUSA1"].text.zh
    '总体来说，您对您的移动运营商满意吗？'
    """
    questionnaire, faults = read_leniently(path)
    if strict and not faults.count:
        advise(questionnaire, faults)
    faults.check()
    return questionnaire


def read_leniently(path: str | Path) -> tuple[Questionnaire, Faults]:
    """Read what can be read of a questionnaire file, and every fault in it.

    Raises
    ------
    QuestionnaireError
        If the file is not even YAML.
    """
    return examine(read_yaml(path, QuestionnaireError))


def examine(document: Document) -> tuple[Questionnaire, Faults]:
    """Read what can be read of a document, and every fault in it."""
    questionnaire, broken = _Reader(document).read()
    find_faults(questionnaire, document.faults, skip=broken)
    return questionnaire, document.faults


class _Reader:
    """Turns one document into a questionnaire; remembers which items are at fault."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.root = document.root
        self.faults = document.faults
        self.items: dict[str, Item] = {}
        self.broken: set[str] = set()
        self.broken_scales: set[str] = set()

    def read(self) -> tuple[Questionnaire, frozenset[str]]:
        root = self.root
        identifier = root.text("id")
        if identifier and not _ID.fullmatch(identifier):
            message = f"The id `{identifier}` may hold letters, digits, `_`, `.` and `-`."
            root.fault("id", message)
        version, title = root.text("version"), read_text(root, "title")
        scales = self.scales()
        blocks = self.blocks(scales)
        model = read_model(root)
        names = {**(model.constructs if model else {}), **self.items}
        questionnaire = Questionnaire(
            id=identifier,
            version=version,
            title=title,
            blocks=blocks,
            items=self.items,
            model=model,
            sampling=read_sampling(root, self.items),
            report=read_report(root, names),
            minutes=root.number("minutes", required=False, within=(0.5, 240)),
            source=self.document.name,
            sha256=self.document.sha256,
        )
        root.close()
        return questionnaire, frozenset(self.broken)

    def scales(self) -> dict[str, Scale]:
        section = self.root.section("scales", required=False)
        scales: dict[str, Scale] = {}
        for name in section or ():
            before = self.faults.count
            part = section.section(name) if section else None
            if part is not None:
                scales[name] = read_scale(part, name)
                if self.faults.count > before:
                    self.broken_scales.add(name)
        return scales

    def blocks(self, scales: Mapping[str, Scale]) -> tuple[Block, ...]:
        blocks: dict[str, Block] = {}
        if self.root.plain("blocks") == ():
            self.root.fault("blocks", "The file: `blocks` holds no block.")
        for section in self.root.sections("blocks"):
            block = self.block(section, scales)
            if block.id in blocks:
                first = blocks[block.id].line
                message = f"The block `{block.id}` stands twice, first on line {first}."
                section.fault("id", message, "Rename one.")
            blocks.setdefault(block.id, block)
        return tuple(blocks.values())

    def block(self, section: Section, scales: Mapping[str, Scale]) -> Block:
        name = section.text("id")
        section.label = f"Block `{name}`" if name else section.label
        kind = section.choice("kind", BLOCK_KINDS, name if name in BLOCK_KINDS else "")
        title = read_text(section, "title", _BLOCK_TITLES.get(kind))
        if section.plain("items") == ():
            section.fault("items", f"{section.label} has no items.", "Add items, or drop it.")
        items = [self.item(part, name, scales) for part in section.sections("items")]
        section.close()
        return Block(
            id=name,
            title=title,
            items=tuple(dict.fromkeys(item for item in items if item)),
            kind=cast("BlockKind", kind) if kind else None,
            line=section.line_of("id"),
        )

    def item(self, section: Section, block: str, scales: Mapping[str, Scale]) -> str:
        before = self.faults.count
        item = read_item(section, block, scales)
        if item.id in self.items:
            first = self.items[item.id].line
            message = f"The item `{item.id}` stands twice, first on line {first}."
            section.fault("id", message, "Rename one.")
        if self.faults.count > before or (item.scale and item.scale.id in self.broken_scales):
            self.broken.add(item.id)
        self.items.setdefault(item.id, item)
        return item.id
