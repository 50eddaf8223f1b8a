"""What only people know of a survey, read from a file."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from csi.errors import SamplingError
from csi.questionnaire.located import read_yaml
from csi.questionnaire.schema import Text
from csi.questionnaire.texts import read_text
from csi.sampling.method_details import MethodDetails


def read_method_details(path: str | Path) -> MethodDetails:
    """Read the details of a method statement.

    Parameters
    ----------
    path : str or Path
        A YAML file with some of the fields of `MethodDetails`, each ``{en: ..., zh: ...}``.

    Raises
    ------
    SamplingError
        With every unknown key and every text in one language only.
    """
    document = read_yaml(path, SamplingError)
    document.root.label = "The details"
    texts = {field.name: read_text(document.root, field.name, Text()) for field in _FIELDS}
    document.root.close()
    document.faults.check()
    return MethodDetails(**texts)


_FIELDS = fields(MethodDetails)
