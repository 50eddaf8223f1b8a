"""Names of a form's questions, made fit to name columns."""

from __future__ import annotations

import re

from csi.questionnaire.items import LONGEST_NAME, RESERVED_NAMES


class Names:
    """Gives every question an id of its own; ids that differ only in case count as the same."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, name: str) -> str:
        """Return an id as close to ``name`` as can be."""
        plain = re.sub(r"[^\w.]", "_", name) or "q"
        if not re.match(r"[^\W\d]", plain):
            plain = f"q_{plain}"
        while len(plain.encode()) > LONGEST_NAME - 4:
            plain = plain[:-1]
        number, chosen = 1, plain
        while chosen.lower() in self._taken or chosen.lower() in RESERVED_NAMES:
            number += 1
            chosen = f"{plain}_{number}"
        self._taken.add(chosen.lower())
        return chosen
