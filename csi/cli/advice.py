"""The library's advice in the words of the command line: options instead of arguments."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

RENAMED = {"weights": "index_weights", "by": "across"}
"""Arguments that a command calls otherwise, where it has that option."""


def in_options(message: str, options: Collection[str], commands: Mapping[str, str]) -> str:
    """Return a message with arguments written as options and functions as commands.

    Parameters
    ----------
    message : str
        As the library writes it: ``lonely="certainty"``, ```half_width```, ```read_responses```.
    options : collection of str
        The arguments that the command takes, in Python's spelling.
    commands : mapping of str to str
        Function of the library to command: ``{"read_responses": "import"}``.

    Returns
    -------
    str

    Examples
    --------
    >>> in_options('Choose lonely="certainty" or `read_responses`.', ["lonely"],
    ...            {"read_responses": "import"})
    'Choose --lonely certainty or `csi import`.'
    """

    def argument(found: re.Match[str]) -> str:
        name, value = found["name"], found["value"]
        name = RENAMED[name] if RENAMED.get(name) in options else name
        if name not in options:
            return found[0]
        return f"--{name.replace('_', '-')} {_plain(value)}"

    def word(found: re.Match[str]) -> str:
        name = found["name"]
        if name in commands:
            return f"`csi {commands[name]}`"
        name = name if name in options else RENAMED.get(name, name)
        return f"`--{name.replace('_', '-')}`" if name in options else found[0]

    text, pair, number = r"""["'][^"']*["']""", r"\([^)]*\)", r"[0-9.]+"
    pattern = rf"\b(?P<name>[a-z_]+)=(?P<value>{text}|{pair}|{number})"
    return re.sub(r"`(?P<name>[a-z_]+)`", word, re.sub(pattern, argument, message))


def _plain(value: str) -> str:
    """Return ``0.3,3.0`` for ``(0.3, 3.0)``, and a text without its quotes."""
    return re.sub(r"[()\s\"]", "", value) if value.startswith("(") else value.strip("\"'")
