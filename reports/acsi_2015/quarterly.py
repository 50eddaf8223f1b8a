"""The analysis of the four industries, step by step: read it, run it, change it."""

from pathlib import Path

import csi

here = Path(__file__).parent
study = csi.read_study(here / "study.yaml")
questionnaire = csi.read_questionnaire(study.questionnaire)

# The answers, checked against the questionnaire; the summary says what was recoded.
responses = csi.read_responses(study.wave().responses, questionnaire)
print(responses.summary())

# How they were sampled: equal weights, no strata, no clusters. With a weight: weights="weight".
design = csi.make_design(responses)

# One model for everybody, so that the scores of industries are comparable.
fit = csi.fit_model(design, questionnaire)

# Scores from 0 to 100: everybody, and each industry; beside them the mean of the plain items.
indices = {by: csi.estimate_index(fit, by=by) for by in [(), ("INDUSTRY",)]}
equal = indices[("INDUSTRY",)].equal_tidy()
print(equal[equal["term"] == "Satisfaction"].round(2).to_string(index=False))

# May industries be compared at all: do the questions measure alike in all of them?
invariance = csi.check_invariance(fit, by="INDUSTRY")
print(invariance)

# What goes with satisfaction, and which industries differ.
drivers = csi.rank_drivers(fit, "Satisfaction")
gaps = csi.compare_groups(indices[("INDUSTRY",)], across="INDUSTRY", invariance=invariance)
print(drivers.summary(), gaps.summary(), sep="\n")

# A report like that of `csi run`, from what was computed here.
results = csi.StudyResults(
    study=study,
    questionnaire=questionnaire,
    responses=responses,
    design=design,
    fit=fit,
    indices=indices,
    drivers=drivers,
    comparisons=(gaps,),
    invariances={"INDUSTRY": invariance},
    provenance=csi.record_provenance(study.files()),
)
print(results.summary())
print(csi.write_report(results, here / "out" / "quarterly_en.pdf", language="en"))
