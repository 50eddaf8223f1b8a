"""Write data/<wave>.sav: simulated answers, marked synthetic, with the plants of truth.py.

python reports/province_quarterly/build_data.py
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import truth

from csi.questionnaire.reading import read_questionnaire
from csi.questionnaire.schema import Questionnaire
from csi.responses.data import Responses
from csi.responses.spss import write_spss
from csi.responses.template import spss_template
from csi.simulate.responses import simulate_responses

STUDY = Path(__file__).resolve().parent
QUESTIONNAIRE = STUDY.parents[1] / "questionnaires" / "telecom_province.yaml"
SEED = 20260331
PER_CELL = 400


def main() -> None:
    """Simulate every wave, cell by cell, and write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-cell", type=int, default=PER_CELL, help="respondents per cell")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, default=STUDY / "data")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    questionnaire = read_questionnaire(QUESTIONNAIRE)
    reworded = options.out / f"questionnaire_{truth.REWORDED_WAVE}.yaml"
    reworded.write_text(reword(QUESTIONNAIRE.read_text("utf-8")), "utf-8")
    for number, wave in enumerate(truth.WAVES):
        frame = simulate_wave(
            questionnaire, wave, n=options.per_cell, seed=options.seed + 1000 * number
        )
        path = write_wave(questionnaire, frame, options.out / f"{wave}.sav")
        print(f"{path}: {len(frame)} simulated respondents")


def reword(text: str) -> str:
    """Return the questionnaire as it was asked in the one wave with another wording."""
    for before, after in truth.REWORDING.items():
        if text.count(before) != 1:
            raise SystemExit(f"The questionnaire no longer has the wording `{before}` once.")
        text = text.replace(before, after)
    return text


def simulate_wave(questionnaire: Questionnaire, wave: str, *, n: int, seed: int) -> pd.DataFrame:
    """Draw n customers of each line of each operator, weighted up to the cell's customers."""
    cells = []
    for line in truth.LINES:
        for operator in truth.OPERATORS:
            responses = simulate_responses(
                questionnaire,
                truth.cell_truth(line, operator, wave),
                n,
                seed=seed + 10 * line + operator,
                wave=wave,
            )
            frame = _coded(responses)
            _disappoint(frame)
            frame["stratum"] = 10 * line + operator
            size = truth.customers(line, operator, wave)
            frame["weight"] *= size / frame["weight"].sum()
            cells.append(frame)
    wave_frame = pd.concat(cells, ignore_index=True)
    wave_frame["weight"] *= len(wave_frame) / wave_frame["weight"].sum()
    wave_frame["case_id"] = np.arange(1.0, len(wave_frame) + 1.0)
    return wave_frame


def write_wave(questionnaire: Questionnaire, frame: pd.DataFrame, path: Path) -> Path:
    """Write answers under the questionnaire's labels, with the stratum beside them."""
    template = spss_template(questionnaire)
    columns = [*template.dictionary.variables, "stratum"]
    return write_spss(replace(template, frame=frame[columns].astype(float)), path)


def _coded(responses: Responses) -> pd.DataFrame:
    """Put the questionnaire's codes where there is a reason instead of an answer."""
    frame = responses.frame.copy()
    for name, item in responses.questionnaire.items.items():
        codes = {kind: code for code, kind in item.missing.items()}
        for kind in ("dont_know", "refused"):
            if kind in codes:
                frame.loc[responses.reasons[name] == kind, name] = codes[kind]
    return frame


def _disappoint(frame: pd.DataFrame) -> None:
    """Make those less loyal whose complaint was not settled."""
    rows = (frame["complained"] == 1) & (frame["complaint_solved"] == 0)
    for item in ("LOY1", "LOY2", "LOY3"):
        lower = (frame.loc[rows, item] - truth.UNSETTLED_COSTS).round().clip(lower=1)
        frame.loc[rows, item] = lower


if __name__ == "__main__":
    main()
