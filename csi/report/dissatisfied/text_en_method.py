"""Columns, notes and method texts of the English report on dissatisfied customers."""

from __future__ import annotations

METHOD: dict[str, str] = {
    "column.action": "Action",
    "column.adjusted": "Adjusted gap",
    "column.adjusted_percent": "Adjusted, %",
    "column.base_rate": "Dissatisfied",
    "column.bin": "Bin",
    "column.captured": "Of the dissatisfied, had said so",
    "column.care": "In care",
    "column.ceiling": "Most",
    "column.channel": "Channel",
    "column.confirmed": "Of those who said so, dissatisfied",
    "column.copies": "Not chosen beside it",
    "column.cost": "Cost",
    "column.customers": "Customers",
    "column.difference": "Difference",
    "column.domain": "Segment",
    "column.effect": "Effect",
    "column.expected": "Expected dissatisfied",
    "column.expired": "Expired",
    "column.fatigued": "Left alone",
    "column.finder": "Found by",
    "column.first_tier": "In first tier",
    "column.flagged": "Flags",
    "column.for_against": "Less – more likely",
    "column.found": "Found",
    "column.gap": "Raw gap",
    "column.gap_percent": "Raw, %",
    "column.held_out": "Held out",
    "column.hold_out": "Held out",
    "column.hypothesis": "Hypothesis",
    "column.in_care": "In care",
    "column.indicator": "Indicator",
    "column.interval": "95 % interval",
    "column.kept": "≥ {threshold}",
    "column.learner": "Model",
    "column.level": "Level",
    "column.lift": "Lift",
    "column.lift10": "Lift, 10 % list",
    "column.list": "List",
    "column.matched": "Fit",
    "column.mean_named": "Mean, named",
    "column.mean_others": "Mean, others",
    "column.mean_probability": "Mean probability",
    "column.measure": "Measure",
    "column.n": "n",
    "column.n_named": "n, named",
    "column.nearest": "Nearest chosen",
    "column.of_customers": "Of customers",
    "column.of_dissatisfied": "Of dissatisfied",
    "column.of_expected": "Of the dissatisfied",
    "column.on_list": "On the 10 % list",
    "column.only_here": "Only here",
    "column.order": "Order",
    "column.over_capacity": "Over capacity",
    "column.p_adjusted": "p, adjusted",
    "column.planted": "Planted",
    "column.points": "Points",
    "column.points_interval": "Points [95 %]",
    "column.precision": "Dissatisfied on it",
    "column.predicted": "Predicted",
    "column.rate_named": "Diss., named",
    "column.rate_others": "Diss., others",
    "column.recall": "Of all dissatisfied",
    "column.records": "Records",
    "column.repeated": "Repeated, unusable",
    "column.satisfied": "Rated high",
    "column.share": "Share, %",
    "column.share_plain": "Share",
    "column.slope": "Calibration slope",
    "column.strategy": "Strategy",
    "column.subscribers": "Subscribers",
    "column.survey_rate": "Dissatisfied, survey",
    "column.tier": "Tier",
    "column.valid_days": "Valid, days",
    "column.verdict": "Verdict",
    "column.wrong": "Wrong calls",
    "column.wrong10": "Wrong calls",
    # notes
    "note.interval": "Intervals: 95 %, design-based.",
    "note.interval_logit": "Intervals: 95 %, design-based, on the logit scale.",
    "note.interval_tables": "Intervals: in the workbook.",
    "note.no_interval": "No intervals: counts of the whole base, or settings.",
    "note.bars": "Bars: 95 % intervals, design-based.",
    "note.bars_logit": "Bars: 95 % intervals, design-based, on the logit scale.",
    "note.captured_base": "Base: {n} dissatisfied respondents.",
    "note.band": "Band: 95 % interval, design-based, at each length.",
    "note.small": "† effective base under 100: read with care; – under 30: not shown.",
    "note.pool_unit": "Unit: records and customers.",
    "note.pool_rule": "Records count until their days have passed; customers are counted once per "
    "channel, “only here” has no other.",
    "note.capture_base": "Base: n dissatisfied respondents; n respondents who had said so.",
    "note.gap_unit": "Unit: points of 100, and per cent of the others' mean; first minus second.",
    "note.gap_base": "Base: respondents, as in the tables.",
    "note.holm": "p of the adjusted gap, by Holm's method.",
    "note.no_cause": "Differences between groups, not effects.",
    "note.named_unit": "Unit: per cent and points of 100. Base: n respondents named by the "
    "hypothesis.",
    "note.effect_unit": "Base: {n} respondents. Unit: points of 100.",
    "note.hollow_kept": "Filled: reaches the threshold with an interval above zero.",
    "note.choice_rule": "Order: by conditional mutual information. Not chosen beside it: "
    "indicators with an effect of their own that this one makes redundant.",
    "note.held_out": "Base: {n} respondents, each judged by models that did not see them.",
    "note.chosen_row": "Shaded: the model that scores.",
    "note.auc": "AUC: chance that a dissatisfied customer ranks above another. Lift and wrong "
    "calls: list of the 10 % highest. Slope: 1 is calibrated.",
    "note.tenths": "Base: {n} respondents in ten groups of equal weight.",
    "note.lift_unit": "Base: {n} respondents. Unit: times the share among all.",
    "note.list_terms": "Wrong calls: to customers who are not dissatisfied. Most: the largest lift "
    "that any ranking could reach.",
    "note.finders": "Only the model: on its list and named by no rule; only a rule: named and not "
    "on the list.",
    "note.domain_base": "Base: n respondents.",
    "note.domain_terms": "Predicted: mean probability. On the 10 % list: share of the group on the "
    "list of the whole base.",
    "note.card_unit": "Unit: 100 points are one unit of log-odds, against the population's mean.",
    "note.card_share": "Share: of the weighted respondents in the bin.",
    "note.card_bar": "Bar: from 0; to the right, dissatisfaction is more likely.",
    "note.tier_unit": "Base: all subscribers scored.",
    "note.expected": "Expected: the sum of the probabilities.",
    "note.reason_unit": "Base: all subscribers in the tier. Unit: per cent.",
    "note.stated_unit": "Base: {n} dissatisfied respondents who gave a reason. Unit: per cent, "
    "weighted.",
    "note.vital": "Darker: the first that together reach 80 %.",
    "note.segment_unit": "Base: all subscribers; in the last column, respondents.",
    "note.action_unit": "Unit: customers; cost in {currency}.",
    "note.hold_out": "Held out: drawn at random within the rule and its strata.",
    "note.effect_units": "Unit: points of 100, and per cent; n: answers.",
    "note.itt": "Intention to treat: all who were offered care, whether they took part or not.",
    "note.change_unit": "Base: {n} customers with both interviews. Unit: points of 100.",
    "note.regression": "Expected: (1 − reliability {reliability}) × (mean of all − mean before).",
    "note.hollow_naive": "Hollow: not an effect.",
    "note.change_bases": "Base: as in the tables of this section. Unit: points of 100.",
    "note.truth_unit": "Base: {n} respondents, or the whole base. Unit: as named.",
    # method
    "method.title": "Method appendix",
    "method.population": "Population, sample and weights",
    "method.sample": "Sample",
    "method.sample_value": "{issued} issued, {responded} interviewed ({rate}); strata: {strata}",
    "method.weights": "Weights",
    "method.weights_value": "design weight × non-response weight; design effect {deff}; share of "
    "dissatisfied unweighted {plain}, with design weights {design}, with both {weighted}",
    "method.outcome": "Dissatisfied",
    "method.outcome_value": "a rating of {low} or less on {first}–{last}",
    "method.leakage": "Nothing from after the interview",
    "method.leakage_text": "Every indicator comes from the snapshot of {day}. A value, or an event "
    "inside a value, that is dated on or after an interview is refused before anything is fitted. "
    "Records of complaints count only if they precede the interview.",
    "method.nonresponse": "Non-response",
    "method.nonresponse_text": "The propensity to respond is a sum of curves of all indicators, "
    "estimated without the respondent's own fold; within ten classes of equal propensity, "
    "respondents are weighted up to all issued. What decides response beyond the indicators, "
    "dissatisfaction itself included, is not repaired by any weighting.",
    "method.learners": "Models",
    "method.learners_text": "Every model is a sum of table look-ups in log-odds. The scorecard "
    "boosts main effects, keeps at most {most} indicators and replaces each curve by at most "
    "{bins} steps. Naive Bayes and the tree-augmented network are weighted and use bins chosen by "
    "information. A calibration slope is fitted to predictions for respondents in the other of "
    "{folds} folds.",
    "method.screening": "Screening and choice",
    "method.screening_text": "The effect of an indicator is the difference between the mean scores "
    "of its best and worst bin (at least 100 respondents each), chosen outside a fold and measured "
    "in it. Kept: at least {threshold} points with an interval above zero. Chance: the same with "
    "shuffled scores. The choice without copies maximises the least conditional mutual information "
    "given any indicator already chosen (Fleuret 2004).",
    "method.performance": "Performance and its intervals",
    "method.performance_text": "AUC is the weighted Mann–Whitney statistic (DeLong et al. 1988); "
    "precision, recall and lift allow for the estimated end of the list. All standard errors are "
    "linearised and use weights and strata.",
    "method.scoring": "Scoring everyone",
    "method.scoring_text": "The model becomes one SQL text with whole-number points: {columns} "
    "columns are read, none with a name or number of a person. Before the run, {canary} rows are "
    "scored by the engine and by NumPy and compared; on any difference nothing is written.",
    "method.effect": "Effect",
    "method.effect_text": "Means of either arm are standardised to the strata of the list; the "
    "variance is that of stratified samples from either arm (Neyman 1923). The change without a "
    "hold-out is corrected by (1 − ρ)(μ − x̄), with ρ the reliability of one rating "
    "({reliability}, from the two measures) and its standard error propagated.",
    "method.privacy": "Privacy",
    "method.privacy_text": "Customers appear only under pseudonymous keys. No list, log or table "
    "of this report holds a name, a number or a free text; numbers on an effective base below 30 "
    "are not shown; every list that was written has a line in the audit file.",
    "method.reproduce": "To make these numbers again",
    "method.model_hash": "Model, SHA-256",
    "method.sql_hash": "Scoring SQL, SHA-256",
    "method.engine": "Engine",
    "method.versions": "Software",
    "method.options": "Options",
}
