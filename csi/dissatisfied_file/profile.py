"""The part of ``dissatisfied.yaml`` that says how the dissatisfied are described."""

from __future__ import annotations

from csi.dissatisfied.segments import Axis
from csi.dissatisfied_file.parts import read_words
from csi.dissatisfied_schema import Profile
from csi.questionnaire.sections import Section

MOST_AXES = 4


def read_profile(root: Section) -> Profile:
    """Read ``profile``: columns, counts of contacts, and the axes of a segment grid."""
    section = root.section("profile", required=False)
    if section is None:
        return Profile()
    parts = section.sections("grid", required=False)
    axes = tuple(_axis(part) for part in parts)
    if len(axes) > MOST_AXES:
        section.fault("grid", f"`profile`: a grid has at most {MOST_AXES} axes, found {len(axes)}.")
    profile = Profile(
        columns=tuple(entry.text for entry in section.entries("columns", required=False)),
        contacts=tuple(entry.text for entry in section.entries("contacts", required=False)),
        grid=axes,
        axes={
            axis.title: read_words(part, "label", required=True)
            for part, axis in zip(parts, axes, strict=True)
        },
    )
    for part in parts:
        part.close()
    section.close()
    return profile


def _axis(part: Section) -> Axis:
    column = part.text("column")
    part.label = f"Axis `{column}`" if column else part.label
    edges = []
    for entry in part.entries("edges", required=False):
        try:
            edges.append(float(entry.text))
        except ValueError:
            part.faults.add(entry.line, f"{part.label}: `edges` must be numbers: `{entry.text}`.")
    if edges != sorted(set(edges)):
        part.fault("edges", f"{part.label}: `edges` do not rise.")
    return Axis(column=column, edges=tuple(edges), name=part.text("name", column))
