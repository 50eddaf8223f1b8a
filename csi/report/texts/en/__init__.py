"""The English texts of a report, a module per part of it."""

from __future__ import annotations

from csi.report.texts.en import (
    comparability,
    drivers,
    elements,
    findings,
    front,
    lines,
    method,
    method_parts,
    model,
    scores,
    tables,
    waves,
    workbook,
)

PARTS = (
    front.TEXT,
    findings.TEXT,
    scores.TEXT,
    lines.TEXT,
    waves.TEXT,
    elements.TEXT,
    drivers.TEXT,
    model.TEXT,
    comparability.TEXT,
    method.TEXT,
    method_parts.TEXT,
    tables.TEXT,
    workbook.TEXT,
)
