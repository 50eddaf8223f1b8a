"""The analysis of the operators, step by step: read it, run it, change it."""

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

# One model for everybody, so that the scores of groups are comparable, and whether to trust it.
fit = csi.fit_model(design, questionnaire)
print(fit.summary())

# Scores from 0 to 100: everybody, each line, each operator, each operator within its line.
line, operator = study.by
groupings = [(), (line,), (operator,), (line, operator)]
indices = {by: csi.estimate_index(fit, by=by) for by in groupings}
print(indices[line, operator].summary())

# May lines, and operators, be compared at all: do the questions measure alike in their groups?
invariances = {item: csi.check_invariance(fit, by=item) for item in study.by}
print(*invariances.values(), sep="\n")

# What goes with satisfaction, and which operators differ within each line.
drivers = csi.rank_drivers(fit, "CUSA")
gaps = csi.compare_groups(
    indices[line, operator], across=operator, invariance=invariances[operator]
)
print(drivers.summary(), gaps.summary(), sep="\n")

# Why our index lies below others': other customers, or other answers of like customers?
gap_parts = csi.decompose_gaps(indices[operator,], own=study.own, cells=line)
print(*(gap.summary() for gap in gap_parts), sep="\n")

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
    invariances=invariances,
    gap_parts=gap_parts,
    provenance=csi.record_provenance(study.files()),
)
print(csi.write_report(results, here / "out" / "quarterly_en.pdf", language="en"))
