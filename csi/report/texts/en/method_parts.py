"""English texts of the method of waves, elements and regions."""

from __future__ import annotations

TEXT: dict[str, str] = {
    "method.waves": "Waves and changes",
    "method.waves_text": (
        "All waves are scored by one model, fitted to their stacked samples: a change is never one "
        "of weights. Independent samples are separate strata. The {headline} tested changes of the "
        "index, over all groupings and both earlier waves, are one family, corrected by Holm; the "
        "{screening} of other constructs are screened by Benjamini and Hochberg. A series ends, "
        "and nothing is tested, where a question of the construct, the mode or the design changed."
    ),
    "method.panel_text": (
        "People who took part in several waves (column {column}) are one sampling unit: their "
        "covariance is in the error of every change."
    ),
    "method.parts_text": (
        "The parts of a change (other mix of customers, other answers of like customers, other "
        "weights of the questions) are averaged over all orders of replacement and add up exactly; "
        "each has its own linearised error."
    ),
    "method.waves_table": "Waves: respondents, mode, design, questionnaire",
    "method.waves_note": "Base: respondents with an answer to the index. Unit: persons.",
    "method.same_design": "as above",
    "method.elements": "quality elements",
    "method.boards": "short-boards",
    "method.ladder": "complaints",
    "method.regions": "regions",
    "method.elements_text": (
        "An element is scored among those who were asked about it, as the mean of its questions' "
        "means. A user is dissatisfied where the mean of the own answers lies in the lower half "
        "of the scale. Its importance is the coefficient of a weighted regression of the quality "
        "score on the elements that the same people rate, with a design-based error."
    ),
    "method.boards_text": (
        "Short-boards compare us with the best competitor, ourselves left out; the p-value is "
        "multiplied by the number of competitors it was chosen from, then corrected by Holm."
    ),
    "method.ladder_text": (
        "Steps of the complaint ladder are groups of customers, not treatments: their scores are "
        "compared as they are, all pairs corrected by Holm."
    ),
    "method.regions_text": (
        "Adjusted scores compare regions at the customer mix of all, by weighted regression; "
        "shrunk scores pull them towards the mean by the share of their variance that is error "
        "(Fay and Herriot 1979). Ranks are intervals that hold together; regions that no test "
        "tells apart share a tier. Other sources stand beside and are never averaged in."
    ),
    "method.bias": "One respondent, one questionnaire",
    "method.bias_text": (
        "Ratings of one person on like scales share mood and style of answering, which raises all "
        "associations. Remedies lie in the questionnaire (other scales, distance between cause and "
        "outcome, an unrelated marker question). No single-factor test is reported: passing it "
        "proves nothing."
    ),
    "disclosure.title": "What is disclosed",
    "disclosure.table": "The eleven items of disclosure (AAPOR Code 2021, III.A)",
    "disclosure.item": "Item",
    "disclosure.known": "What is known",
    "disclosure.note": (
        "Filled from the study file, the answers and the results; not stated: neither of them says "
        "it. Unit: statements. No intervals: facts."
    ),
    "disclosure.join": ". ",
    "disclosure.pair": "{name}: {value}",
    "disclosure.not_stated": "{name}: not stated",
    "disclosure.sponsor": "Sponsor",
    "disclosure.conductor": "Conducted by",
    "disclosure.funder": "Funded by",
    "disclosure.population": "Population",
    "disclosure.sampling": "Frame and selection",
    "disclosure.recruitment": "Recruitment and response",
    "disclosure.mode": "Mode and language",
    "disclosure.dates": "Dates",
    "disclosure.processing": "Checks of interviews",
    "disclosure.survey": "Survey with the questionnaire “{title}”",
    "disclosure.instrument": (
        "Questionnaire {id}, version {version}, {count} questions, SHA-256 {sha256}…; the wording "
        "of every scored question is in the section on measurement"
    ),
    "disclosure.where": "Analysed are those for whom {condition}",
    "disclosure.precision": (
        "{n} respondents, effective n {n_eff}; the 95 % interval of the index of all reaches "
        "± {half} points; those of groups are beside their scores"
    ),
    "disclosure.processing_facts": (
        "No answer was imputed; what was done to values is in the table of changes and in the log "
        "of the import"
    ),
    "disclosure.limits": (
        "Intervals hold sampling error under the stated design, not the errors of coverage, "
        "non-response and wording; without a random sample they are model statements. Drivers are "
        "associations"
    ),
    "disclosure.limits_untested": "Whether questions measure alike in the groups was not tested",
}
