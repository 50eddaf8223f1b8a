"""The analysis of the operator's ECSI, step by step: read it, run it, change it."""

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

# The model, and whether its paths may be trusted: here they may not.
fit = csi.fit_model(design, questionnaire)

# Scores from 0 to 100: everybody. By groups: by=("line",).
indices = {(): csi.estimate_index(fit)}
print(indices[()].tidy().round(1).to_string(index=False))

# What goes with satisfaction: relative weights, as the paths are withheld.
drivers = csi.rank_drivers(fit, "Satisfaction")

# A report like that of `csi run`, from what was computed here.
results = csi.StudyResults(
    study=study,
    questionnaire=questionnaire,
    responses=responses,
    design=design,
    fit=fit,
    indices=indices,
    drivers=drivers,
    provenance=csi.record_provenance(study.files()),
)
print(results.summary())
print(csi.write_report(results, here / "out" / "quarterly_en.pdf", language="en"))
