"""English texts of the method appendix and the data tables."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "method.title": "Method appendix",
    "method.design": "Population, sample and weights",
    "method.population": "Population",
    "method.mode": "Mode",
    "method.fieldwork": "Fieldwork",
    "method.sample": "Sample",
    "method.sample_value": "{n} respondents analysed",
    "method.weights": "Weights",
    "method.weights_value": (
        "weighted{how}: every score, share, test and model uses the weights, every n is a count "
        "without them; design effect of the weights {deff}, effective n {n_eff}"
    ),
    "method.weights_column": " by the column “{column}” of the answers",
    "method.weights_margins": ", calibrated to known totals of {margins}",
    "method.weights_none": "unweighted: every respondent counts alike",
    "method.strata": "Design",
    "method.strata_value": "strata: {strata}; sampling units: {psu}; degrees of freedom: {df}",
    "method.population_size": "Size of the population",
    "method.infinite": (
        "not used: intervals hold for the service in general, and are wide enough for its customers"
    ),
    "method.finite": (
        "narrows the intervals in {known} of {strata} strata: there they hold for the customers of "
        "that time, not for the service in general"
    ),
    "method.deff_index": "Index",
    "method.deff_index_value": "design effect {deff}, effective n {n_eff}",
    "method.deff_alt": (
        "Effective n is the squared sum of the weights over the sum of the squared weights; the "
        "design effect of the weights is n over effective n."
    ),
    "method.questionnaire": "Questionnaire",
    "method.index": "Index and its uncertainty",
    "method.index_text": (
        "Every construct score, {index} included, is a weighted mean of its items, each rescaled "
        "from its own scale to 0–100. The weights of the items come from the fitted model and add "
        "up to one:"
    ),
    "method.index_alt": (
        "The index of group g is the sum over items k of omega k times the mean of item k minus "
        "its minimum, divided by its range, times 100. Omega k is loading k over the sum of the "
        "loadings."
    ),
    "method.uncertainty": (
        "Standard errors are linearised (Binder 1983): they carry the weights, the strata, the "
        "clusters and the estimation of the item weights. Intervals are 95 % intervals from the t "
        "distribution with the design degrees of freedom."
    ),
    "method.missing": "Missing answers",
    "method.missing_text": (
        "Answers that are missing for different reasons are kept apart. Not asked and not "
        "applicable are never filled in. Item non-response is handled by maximum likelihood over "
        "all answers that are there, under the assumption that it depends only on those."
    ),
    "method.missing_table": "Answers and reasons for none, by construct",
    "missing.not_applicable": "Not applicable",
    "missing.dont_know": "Don't know",
    "missing.refused": "Refused",
    "missing.skipped": "Skipped",
    "missing.not_asked": "Not asked",
    "missing.no_answer": "No answer",
    "method.model": "Model, fit and diagnosis",
    "method.model_text": (
        "Covariance structure model, maximum likelihood on the weighted moments; standard errors "
        "and the scaled chi-square allow for the design and for non-normal answers. Every fit "
        "passes a diagnosis before its paths may be read: certified, provisional or withheld."
    ),
    "method.no_findings": "The diagnosis found nothing.",
    "method.tests": "Tests and small bases",
    "method.tests_text": (
        "{total} differences were tested, two-sided, with the covariance between the groups. "
        "P-values are adjusted within each set of comparisons (groups within the lines, groups "
        "overall, lines): by Holm's method for the index, by Benjamini and Hochberg's for the "
        "other constructs where they are tested. A difference is "
        "called higher or lower when its adjusted p-value is under 0.05; intervals of differences "
        "are not adjusted. Numbers on an effective base under {suppress} are not shown and not "
        "tested; under {mark} they carry a †."
    ),
    "method.no_tests": (
        "The study has no groups, so no differences were tested. Numbers on an effective base "
        "under {suppress} would not be shown; under {mark} they carry a †."
    ),
    "method.drivers": "Drivers",
    "method.drivers_importance": (
        "Importance is the unstandardised total effect TE on the index, put on the 0–100 scale of "
        "the scores; performance is the score itself. The shares beside it (LMG) average the gain "
        "in R² over all orders of entry and add up to 100 %. Rank intervals come from the joint "
        "distribution of the estimates."
    ),
    "method.drivers_lmg_share": (
        "The relative weights (LMG) average the gain in R² of the index over all orders in which "
        "the constructs can enter a regression on the construct scores; they add up to 100 %. "
        "Rank intervals come from the joint distribution of the estimates. Total effects are "
        "withheld together with the paths that they would be made of."
    ),
    "method.importance_alt": (
        "Importance of driver j is its total effect on s times kappa s over kappa j, where kappa "
        "is the sum of squared loadings over the sum of loadings."
    ),
    "method.reproduce": "To make these numbers again",
    "method.versions": "Software",
    "method.options": "Options",
    "method.changes": "What was done to the values of the file",
    "change.missing_code": "Missing codes recognised",
    "change.column_renamed": "Columns found under another name",
    "change.columns_left_out": "Columns not in the questionnaire, left out",
    "change.choice": "Choices read from a list of codes",
    "change.all_missing": "Items without any answer",
    "change.constant": "Items with one answer only",
    "change.no_answer": "No answer where the item was asked",
    "change.not_asked": "Cells of items that were not asked",
    "change.answered_though_not_asked": "Answers taken out: the item was not to be asked",
    "change.note": "Notes on the file",
    "data.title": "Data tables",
    "data.index": "Index of every group",
    "data.waves": "Index of every group in every wave",
    "data.parts": "Parts of every explained change of the index",
    "data.constructs": "Other constructs of every group",
    "data.indicators": "Item scores, all respondents",
    "data.tests": "All {count} differences",
    "data.parameters": "Parameters of the model",
    "data.parameters_withheld": "Parameters of the measurement model (the paths are withheld)",
}
