"""The dissatisfied of a simulated operator, step by step: read it, run it, change it."""

from pathlib import Path

import pandas as pd

import csi
from csi.dissatisfied.nonresponse import weight_for_response
from csi.dissatisfied_study.running import has_data
from csi.dissatisfied_study.simulating import simulate_study

here = Path(__file__).parent
study = csi.read_dissatisfied_study(here)
if not has_data(study):
    simulate_study(study)

# Everybody issued, with what was known on the day of the snapshot; a third answered.
issued = pd.read_parquet(study.survey.file)
sample = csi.make_design(issued, weights="design_weight", strata="region")
issued["weight"] = weight_for_response(
    sample, "responded", study.indicators, observed=study.as_of, seed=1
)
answers = issued[issued["responded"]].reset_index(drop=True)
design = csi.make_design(answers, weights="weight", strata="region")

# Who is dissatisfied: three additive models and full boosting beside them as the yardstick.
fit = csi.fit_dissatisfaction(
    design,
    "satisfaction",
    study.indicators,
    observed=study.as_of,
    interviewed="interview_date",
    seed=11,
)
print(fit.summary())
print(fit.screening)

# Every subscriber: one SQL text, checked on the engine against NumPy before anything is written.
run = csi.score_customers(
    fit.model, study.table, here / "out" / "quarterly_scores", as_of=study.as_of
)
print(run)

# Pool, hypotheses, action list, effect and the reports: the whole study in one call.
# csi dissatisfied run reports/dissatisfied_demo
