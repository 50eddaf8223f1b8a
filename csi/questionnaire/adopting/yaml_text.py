"""Write a questionnaire as the text of a file, in the style of those that come with csi."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from csi.questionnaire.schema import Block, Item, Questionnaire, Scale, Text

# A text that starts with a letter and holds nothing that YAML could take for a sign of its own.
_PLAIN = re.compile(r"[^\W\d_][\w .'’“”?!/%&+()（），。？！；、：《》·–—…-]*")
_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def write_yaml(
    questionnaire: Questionnaire,
    *,
    opening: Iterable[str] = (),
    comments: Mapping[str, Sequence[str]] | None = None,
    closing: Iterable[str] = (),
) -> str:
    """Return the text of a questionnaire file: scales, blocks and items.

    Parameters
    ----------
    questionnaire : Questionnaire
    opening, closing : iterable of str
        Comment lines at the top and at the end.
    comments : mapping of str to sequence of str
        Comment lines above an item.

    Returns
    -------
    str
    """
    lines = [
        *_comment(opening),
        "",
        f"id: {scalar(questionnaire.id)}",
        f"version: {json.dumps(questionnaire.version, ensure_ascii=False)}",
        f"title: {_text(questionnaire.title)}",
    ]
    if questionnaire.minutes is not None:
        lines.append(f"minutes: {questionnaire.minutes:g}")
    scales = {item.scale.id: item.scale for item in questionnaire.items.values() if item.scale}
    if scales:
        lines += ["", "scales:", *(line for scale in scales.values() for line in _scale(scale))]
    lines += ["", "blocks:"]
    for block in questionnaire.blocks:
        lines += _block(block)
        for name in block.items:
            lines += _comment((comments or {}).get(name, ()), "      ")
            lines += _item(questionnaire.items[name])
        lines.append("")
    return "\n".join([*lines, *_comment(closing)]).rstrip("\n") + "\n"


def scalar(text: str) -> str:
    """Return a text as YAML has it: in quotes only where it needs them."""
    plain = _PLAIN.fullmatch(text) and not text.endswith(" ") and ": " not in text
    if plain and text.lower() not in _WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


def _comment(lines: Iterable[str], indent: str = "") -> Iterator[str]:
    for line in lines:
        shown = _UNPRINTABLE.sub(" ", " ".join(line.split()) if not line.startswith(" ") else line)
        yield f"{indent}# {shown}".rstrip()


def _scale(scale: Scale) -> Iterator[str]:
    yield f"  {scalar(scale.id)}:"
    yield f"    min: {scale.minimum}"
    yield f"    max: {scale.maximum}"
    english, chinese = (
        f"[{scalar(low)}, {scalar(high)}]"
        for low, high in ((scale.low.en, scale.high.en), (scale.low.zh, scale.high.zh))
    )
    yield f"    ends: {{en: {english}, zh: {chinese}}}"
    if scale.missing:
        yield f"    missing: {_missing(scale.missing)}"


def _block(block: Block) -> Iterator[str]:
    yield f"  - id: {scalar(block.id)}"
    if block.kind and block.kind != block.id:
        yield f"    kind: {block.kind}"
    yield f"    title: {_text(block.title)}"
    yield "    items:"


def _item(item: Item) -> Iterator[str]:
    yield f"      - id: {item.id}"
    indent = "        "
    if item.scale is not None:
        yield f"{indent}scale: {scalar(item.scale.id)}"
    else:
        yield f"{indent}type: {item.type}"
    if item.role:
        yield f"{indent}role: {item.role}"
    if item.use:
        yield f"{indent}use: {scalar(item.use)}"
    if item.ask_if:
        yield f"{indent}ask_if: {_condition(str(item.ask_if))}"
    for key in ("reverse", "sensitive"):
        if getattr(item, key):
            yield f"{indent}{key}: true"
    for key, bound in (("min", item.minimum), ("max", item.maximum)):
        if bound is not None:
            yield f"{indent}{key}: {bound:.15g}"
    yield f"{indent}text:"
    yield f"{indent}  en: {scalar(item.text.en)}"
    yield f"{indent}  zh: {scalar(item.text.zh)}"
    if item.choices:
        yield f"{indent}choices:"
        for code, label in item.choices.items():
            yield f"{indent}  {code}: {_text(label)}"
    common = item.scale.missing if item.scale else {}
    own = {code: kind for code, kind in item.missing.items() if common.get(code) != kind}
    if own:
        yield f"{indent}missing: {_missing(own)}"


def _condition(text: str) -> str:
    """Return a condition; one that holds a quote or a sign of YAML is put in quotes."""
    return text if re.fullmatch(r"[^\W\d_][\w .,=<>()]*", text) else scalar(text)


def _text(text: Text) -> str:
    return f"{{en: {scalar(text.en)}, zh: {scalar(text.zh)}}}"


def _missing(missing: Mapping[int, str]) -> str:
    return "{" + ", ".join(f"{code}: {kind}" for code, kind in missing.items()) + "}"
