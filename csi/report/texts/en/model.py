"""English texts of the path model, its measurement, fit and diagnosis."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "paths.title": "Path model",
    "paths.intro": (
        "Arrows show the standardised coefficients of the structural model; boxes carry the share "
        "of variance explained. They hold under the model and describe association."
    ),
    "paths.withheld_title": "Coefficients withheld",
    "paths.withheld_text": (
        "The diagram shows the hypotheses of the model only. Its coefficients failed the "
        "diagnosis and must not be read, quoted or compared; the driver section gives the reasons "
        "and the ranking that can be used."
    ),
    "paths.provisional_title": "Read these paths with care",
    "paths.provisional_text": "The model passed as provisional. The diagnosis found:",
    "paths.figure": "Standardised path coefficients, {scope}",
    "paths.hypotheses": "The hypotheses of the model, {scope}",
    "paths.alt": "Path diagram, arrows with their coefficients: {paths}.",
    "paths.alt_row": "{start} to {end} {label}",
    "paths.table": "Path coefficients, {scope}",
    "paths.note": "About this model",
    "measurement.title": "Measurement",
    "measurement.intro": (
        "How well the questions measure the constructs. Usual guides: reliability (alpha, omega) "
        "at least 0.70, average variance extracted (AVE) at least 0.50, standardised loadings at "
        "least 0.70."
    ),
    "measurement.reliability": "Reliability and convergent validity of the constructs",
    "measurement.loadings": "Items: standardised loading, weight in the construct score, mean",
    "fit.caption": "Fit of the model",
    "fit.n": "Respondents",
    "fit.npar": "Free parameters",
    "fit.chi2": "χ²",
    "fit.chi2_scaled": "χ², scaled for the design",
    "fit.cfi": "CFI",
    "fit.tli": "TLI",
    "fit.rmsea": "RMSEA [90 % interval]",
    "fit.srmr": "SRMR",
    "fit.loglik": "Log-likelihood",
    "fit.aic": "AIC",
    "fit.bic": "BIC",
    "fit.verdict": "Verdict of the diagnosis",
    "model.certified": "certified",
    "model.provisional": "provisional",
    "model.withheld": "withheld",
    "diagnosis.caption": "Findings of the diagnosis",
    "severity.note": "note",
    "severity.provisional": "provisional",
    "severity.withheld": "withheld",
    "diagnosis.not_converged": (
        "The search for the best fit did not end: the gradient is {value}, limit {limit}."
    ),
    "diagnosis.variance": "The variance of {subject} is {value}; a variance must exceed {limit}.",
    "diagnosis.not_positive_definite": (
        "The correlations between the constructs cannot all hold at once: the smallest eigenvalue "
        "is {value}, and must exceed {limit}."
    ),
    "diagnosis.condition": (
        "The data hardly tell the parameters apart: the condition number of the information is "
        "{value}, limit {limit}; healthy models have 20 to 100."
    ),
    "diagnosis.correlation": "{subject} correlate at {value}, limit {limit}.",
    "diagnosis.htmt": (
        "{subject} are hardly distinct: heterotrait-monotrait ratio {value}, limit {limit}."
    ),
    "diagnosis.path_beyond_one": (
        "The standardised path {subject} is {value}, beyond ±{limit}: a sign of collinearity."
    ),
    "diagnosis.path_error": (
        "The standardised path {subject} has a standard error of {value}, limit {limit}."
    ),
    "diagnosis.sign": (
        "The standardised path {subject} is {value} although the two constructs correlate at "
        "{limit}."
    ),
    "diagnosis.effect_sign": (
        "The standardised total effect {subject} is {value} although the two constructs correlate "
        "at {limit}."
    ),
    "diagnosis.weak_loading": "Item {subject} loads at only {value}, limit {limit}.",
    "diagnosis.other": "{subject}: {code} is {value}, limit {limit}.",
}
