"""The analysis of the four industries, step by step: read it, run it, change it."""

from pathlib import Path

import csi

here = Path(__file__).parent
study = csi.read_study(here / "study.yaml")
questionnaire = csi.read_questionnaire(study.questionnaire)

# The answers, checked against the questionnaire; `responses.changes` lists what was recoded.
responses = csi.read_responses(study.wave().responses, questionnaire)

# How they were sampled: equal weights, no strata, no clusters. With a weight: weights="weight".
design = csi.make_design(responses)

# One model for everybody, so that the scores of the industries are comparable.
fit = csi.fit_model(design, questionnaire)
print(fit.summary())

# Scores from 0 to 100: everybody, and each industry.
indices = {by: csi.estimate_index(fit, by=by) for by in [(), ("INDUSTRY",)]}
scores = indices[("INDUSTRY",)].tidy()
print(scores[scores["term"] == "Satisfaction"].round(1).to_string(index=False))

# What goes with satisfaction, and which industries differ.
drivers = csi.rank_drivers(fit, "Satisfaction")
gaps = csi.compare_groups(indices[("INDUSTRY",)], across="INDUSTRY")
print(gaps.summary())

# The same report that `csi run` writes, from what was computed here.
results = csi.StudyResults(
    study=study,
    questionnaire=questionnaire,
    responses=responses,
    design=design,
    fit=fit,
    indices=indices,
    drivers=drivers,
    comparisons=(gaps,),
    provenance=csi.record_provenance(study.files()),
)
csi.write_report(results, here / "out" / "quarterly_en.pdf", language="en")
