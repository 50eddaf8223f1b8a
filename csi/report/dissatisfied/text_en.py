"""Every text of the English report on dissatisfied customers."""

from __future__ import annotations

from csi.report.dissatisfied.text_en_method import METHOD

TEXT: dict[str, str] = {
    "word.table": "Table",
    "word.lost_title": "Characters that this report cannot show",
    "word.lost": (
        "No font of it has them; they stand as □, combining marks are left out: {characters}."
    ),
    "word.figure": "Figure",
    # synthetic
    "synthetic.short": "SYNTHETIC DATA",
    "synthetic.footer": "SYNTHETIC DATA: simulated subscribers, no real customers",
    "synthetic.remark": "Synthetic data: every subscriber, answer and effect in this report was "
    "simulated. It shows the method and says nothing about any operator.",
    "synthetic.caution": "All data are simulated: the report shows the method, not a market.",
    # cover
    "cover.client": "Client",
    "cover.population": "Population",
    "cover.snapshot": "Snapshot of the base",
    "cover.fieldwork": "Fieldwork",
    "cover.mode": "Mode",
    "cover.interviews": "Respondents",
    "cover.subscribers": "Subscribers scored",
    "cover.model": "Model, SHA-256",
    "cover.contents": "Contents",
    # summary
    "summary.title": "Executive summary",
    "summary.findings": "What the data show",
    "summary.cautions": "Read with care",
    "tile.detail": "95 % {interval}, n = {n}",
    "tile.base": "Dissatisfied, of all subscribers",
    "tile.capture": "Of them, said so on a channel",
    "tile.lift": "Lift of the 10 % list",
    "tile.wrong": "Calls of it to satisfied customers",
    "tile.silent": "Silent: adjusted gap, points",
    "tile.auc": "AUC of the model",
    "tile.effect": "Effect of the offer, points",
    "tile.take_up": "Take-up (not an effect)",
    "finding.base": "{share} of all subscribers are dissatisfied ({n} interviews, weighted for "
    "non-response).",
    "finding.capture": "{share} of the dissatisfied had said so on a channel before the interview "
    "(n = {n}); the others are silent to the operator.",
    "finding.gap": "{name}: satisfaction differs by {gap} points from that of the others "
    "({relative} %), and by {same} points from others of the same case mix.",
    "finding.gap_raw": "{name}: satisfaction differs by {gap} points from that of the others "
    "({relative} %).",
    "finding.lift": "A list of the 10 % with the highest probabilities holds {lift} times "
    "{interval} as many dissatisfied as a random list; {ceiling} times is the most possible. "
    "{wrong} of its calls still reach satisfied customers.",
    "finding.three.shown": "Three times random is shown: the whole interval lies above 3.",
    "finding.three.not_reached": "Three times random is not reached: the whole interval lies "
    "below 3.",
    "finding.three.open": "Three times random is neither shown nor excluded: the interval holds 3.",
    "finding.model_only": "Of the dissatisfied, {share} are found by the model and by no rule, "
    "when both may call equally many.",
    "finding.effect.shown": "Being offered care changed satisfaction by {effect} points against "
    "the random hold-out: an effect is shown.",
    "finding.effect.open": "Being offered care changed satisfaction by {effect} points against "
    "the random hold-out: no effect is shown, and none of a size inside the interval is excluded.",
    "finding.naive": "Those cared for rose by {naive} points between the two interviews; without "
    "what happens by itself, {corrected} points remain.",
    "caution.level": "Weights repair what the operator's data know about who responds. If "
    "dissatisfaction itself keeps people from responding, the level is off; the ranking is not.",
    "caution.gap": "Gaps between groups are differences, not consequences of silence or outages.",
    "caution.calls": "A good list is still mostly wrong calls: plan calls that do no harm to a "
    "satisfied customer.",
    "caution.effect": "The effect is that of being offered care, on all to whom it was offered.",
    "caution.no_hold_out": "Nobody was held out: no effect can be claimed.",
    "claim.title": "Document claim",
    # pool
    "pool.title": "Who has said so",
    "pool.intro": "{customers} customers are in the pool on {day}: they complained, or rated low "
    "after a contact or in the survey, and their latest record has not expired. A customer counts "
    "once, however often and wherever they spoke.",
    "pool.table": "The pool by channel",
    "channel.survey": "Survey",
    "channel.any": "Any channel",
    "capture.title": "How many of the dissatisfied say so",
    "capture.intro": "The survey draws from all subscribers, so it can tell what the channels "
    "miss: of those who are dissatisfied in it, the share whom a channel had heard of before the "
    "interview. The survey itself is no channel here.",
    "capture.table": "Capture share of the channels, and how many who spoke are dissatisfied",
    "capture.chart": "Share of the dissatisfied who had said so, by channel",
    "capture.alt": "Intervals of the captured shares in per cent. {rows}.",
    "claim.capture": "Only {claimed} of the dissatisfied say so. Here: {found} {interval}, "
    "estimated from the survey.",
    "causes.title": "What complaints and low ratings are about",
    "causes.chart": "Causes of the records on the channels",
    # hypotheses
    "hypotheses.title": "Hypotheses: silent and event",
    "hypotheses.intro": "Each hypothesis names customers by what the operator knows before the "
    "interview. The raw gap compares them with all others; the adjusted gap with others of the "
    "same case mix ({columns}). Neither says why.",
    "hypotheses.intro_raw": "Each hypothesis names customers by what the operator knows before the "
    "interview, and compares them with all others. The gap does not say why.",
    "hypotheses.table": "Satisfaction gaps of the named customers, raw and case-mix adjusted",
    "hypotheses.named": "How many customers each hypothesis names, and how many of them are "
    "dissatisfied",
    "hypotheses.chart": "Gaps to the other customers, with 95 % intervals",
    "hypotheses.alt": "Intervals of the gaps in points. {rows}.",
    "measure.first": "first measure",
    "measure.second": "second measure",
    "gap.gap": "raw",
    "gap.adjusted_gap": "adjusted",
    "claim.silent": "The satisfaction of silent customers is {claimed} lower (first and second "
    "measure). The table has what this survey finds, in points and in per cent.",
    "verdict.lower": "lower",
    "verdict.higher": "higher",
    "verdict.no_evidence": "no evidence",
    "verdict.base_too_small": "base too small",
    # indicators
    "indicators.title": "Which indicators go with satisfaction",
    "indicators.intro": "For every indicator the best and the worst bin are chosen in four fifths "
    "of the respondents and compared in the fifth that did not take part in the choice. A large "
    "effect in this sense is a difference of at least {threshold} points.",
    "indicators.kept": "{kept} of {count} indicators reach {threshold} points: {names}. With "
    "shuffled scores, {chance} would on average, and more than {high} in one of twenty cases.",
    "indicators.none": "None of {count} indicators reaches {threshold} points. With shuffled "
    "scores, {chance} would on average, and more than {high} in one of twenty cases.",
    "indicators.chart": "Effect of every indicator: mean of the best minus the worst bin, out of "
    "sample",
    "indicators.alt": "Intervals of the effects in points. {rows}.",
    "indicators.too_few": "too few to compare",
    "indicators.choice": "Several network figures are near-copies of one another: seven of them "
    "are not seven indicators. The second choice therefore takes one after the other by what each "
    "still tells beside those already chosen, and stops where chance would tell as much; it "
    "chooses {chosen}.",
    "indicators.table": "Indicators chosen one after the other, and what repeats them",
    "claim.threshold": "Keep the indicators that move the score by 10 points or more. That rule is "
    "reported above; the model does not use it, because it drops weak indicators that add up and "
    "keeps copies that do not.",
    "kept.yes": "kept",
    # model
    "model.title": "The model",
    "model.intro": "All models were judged on {n} respondents by models that had not seen them: "
    "choice of indicators, bins and calibration are repeated in every fold. Naive Bayes and the "
    "tree-augmented network are the Bayesian networks of the source documents; the scorecard is "
    "boosted and distilled to a few bins; full boosting is the yardstick and is never used to "
    "score.",
    "model.table": "Models on answers that they did not see",
    "learner.naive": "Naive Bayes",
    "learner.tan": "Tree-augmented network",
    "learner.scorecard": "Scorecard",
    "learner.boosting": "Full boosting (yardstick)",
    "learner.network": "Bayesian network",
    "gap.price": "Full boosting ranks better by {gap} of AUC: that is the price of a model that "
    "can be read line by line ({learner}).",
    "gap.nothing": "Full boosting ranks no better ({gap} of AUC lower or equal): reading the model "
    "line by line ({learner}) costs nothing here.",
    "gap.none": "Full boosting was not fitted: what an additive model gives away is not known.",
    "reliability.title": "Do the probabilities mean what they say",
    "reliability.intro": "Respondents in tenths by their probability. On the line, as many are "
    "dissatisfied as predicted; the mean gap is {error} points of per cent.",
    "reliability.chart": "Observed against predicted share of dissatisfied",
    "reliability.alt": "Predicted and observed per cent by tenth, with intervals. {rows}.",
    "lift.title": "What a contact list would hold",
    "lift.intro": "Lift is the share of dissatisfied on the list over that among all "
    "({base}). It cannot exceed one over the base rate, here {ceiling}, nor one over the share "
    "that is called, whatever the model.",
    "lift.chart": "Lift by length of the list",
    "lift.alt": "Lift with interval by share of customers called. {rows}.",
    "lift.table": "Lists of different length",
    "calls.title": "What a good list still means",
    "calls.text": "At a base rate of {base}, {lift} times random means: of 100 calls from the "
    "10 % list, {found} reach dissatisfied customers and {others} reach satisfied ones.",
    "claim.three.shown": "The model finds three times as many as random calling. Here: {lift} "
    "{interval} on the 10 % list, base rate {base}, at most {ceiling}: shown.",
    "claim.three.not_reached": "The model finds three times as many as random calling. Here: "
    "{lift} {interval} on the 10 % list, base rate {base}, at most {ceiling}: not reached.",
    "claim.three.open": "The model finds three times as many as random calling. Here: {lift} "
    "{interval} on the 10 % list, base rate {base}, at most {ceiling}: the interval holds 3, so "
    "three times is neither shown nor excluded.",
    # rules, domains
    "rules.title": "Rules, their union, and the model",
    "rules.intro": "The model may flag as many customers as any rule does. {share} of the "
    "dissatisfied are found by the model and by no rule.",
    "rules.table": "Who is found by whom",
    "finder.any_rule": "Any rule",
    "finder.model": "Model, as many",
    "finder.model_only": "Only the model",
    "finder.rules_only": "Only a rule",
    "domains.title": "In regions and segments",
    "domains.intro": "One list for the whole base, seen from each region and segment: where the "
    "model ranks worse, or sends more calls than the dissatisfied there would explain, it shows.",
    "domains.table": "The model in regions and segments",
    # card
    "card.title": "The scorecard",
    "card.intro": "{count} indicators, each cut into a few bins. Everybody starts at {start} "
    "points; every bin adds or takes some. 100 points are one unit of log-odds: about 70 points "
    "double the odds of being dissatisfied.",
    "card.joint": "The chosen model ({learner}) looks up pairs of indicators; its tables are in "
    "model.json.",
    "card.table": "Every bin with its points",
    "card.reading": "How to read it",
    "card.reading_text": "Start at {start}; {parts}; all else at the population's mean: {total} "
    "points, a probability of {probability}. Points describe what goes together, not what would "
    "change anybody's mind.",
    "bin.missing": "not known",
    "bin.any": "any",
    # people
    "people.title": "Who they are",
    "people.intro": "All {subscribers} subscribers have a probability. The tier “{tier}” holds "
    "{share} of them and {of} of the dissatisfied that the probabilities add up to.",
    "people.tiers": "Subscribers by tier",
    "tier.high": "high",
    "tier.middle": "middle",
    "tier.low": "low",
    "reasons.title": "Why the model names them",
    "reasons.intro": "The indicator that adds most points for a customer is the first reason. It "
    "is where a conversation can start; whether it is the cause, only the customer can say.",
    "reasons.chart": "First reasons in the tier “{tier}”",
    "stated.title": "What they say themselves",
    "stated.intro": "Reasons stated by {n} dissatisfied respondents, weighted.",
    "stated.chart": "Stated reasons of the dissatisfied",
    "look_alikes.title": "What those like them say",
    "look_alikes.intro": "{customers} customers of the first tier have not said so. Each is set "
    "beside the {neighbours} most alike of those who have, in the model's own terms; {near} have "
    "look-alikes as near as those who spoke have among themselves.",
    "look_alikes.table": "Reasons of those who said so, and of the look-alikes of the others",
    "look_alikes.better": "Left out in turn, those who said so are given their own reason in "
    "{agreement}; guessing the most frequent is right in {by_chance}. The match says something.",
    "look_alikes.no_better": "Left out in turn, those who said so are given their own reason in "
    "{agreement}; guessing the most frequent is right in {by_chance}. The match says no more than "
    "a guess.",
    "who.title": "The dissatisfied beside the others",
    "who.intro": "An index of 100 means as many as among the others; 150, half as many again.",
    "who.table": "Profile of the dissatisfied respondents",
    "grid.title": "A grid of segments",
    "grid.intro": "The finer a grid, the smaller its cells. The table below the grid says which "
    "grids have a base in every cell.",
    "grid.table": "Satisfaction and share of dissatisfied by segment",
    "grid.bases": "Which grids and margins have a base",
    "pareto.alt": "Bars by frequency. {rows}.",
    "segments.title": "Segments",
    "segments.intro": "Where the likely dissatisfied are, beside what the survey measured there.",
    "segments.table": "Segments of the base",
    # actions
    "actions.title": "What is done",
    "actions.intro": "The first rule that fits a customer counts; within a rule the highest "
    "probabilities come first. Of every rule's list a random part is held out and left alone for "
    "now: without it nobody can tell what care has done.",
    "actions.table": "The action list by rule",
    "actions.total": "All",
    "strategy.remedy": "remedy of a known cause",
    "strategy.reach_out": "reach out first",
    "strategy.next_contact": "act at the next contact",
    "power.title": "Stated before launch",
    "power.text": "With {care} customers in care and {hold_out} held out, of whom {response} "
    "answer (standard deviation {sd} points), an effect of {least} points is found with a chance "
    "of {power} at the {alpha} level; smaller ones may be missed.",
    "power.takers": " If {take_up} take part, that is {least} points for each who does.",
    "power.none": "Nobody is held out: no evaluation will be able to tell an effect from what "
    "would have happened anyway.",
    # effect
    "effect.title": "What came of it",
    "effect.intro": "Those offered care against those held out at random, whoever took part: the "
    "two groups differ by chance and by the offer, and by nothing else.",
    "effect.table": "In care against the random hold-out",
    "effect.response_title": "The arms answer differently",
    "effect.response_gap": "The response rate in care differs by {gap} percentage points from that "
    "of the hold-out. Who answers may then differ between the arms, and the effect with it.",
    "term.effect": "Satisfaction, points",
    "term.effect_on_dissatisfied": "Dissatisfied, %",
    "term.response_gap": "Answered the follow-up, %",
    "term.effect_on_takers": "Effect on those who took part",
    "term.mean_before": "Mean before",
    "term.mean_after": "Mean after",
    "term.naive_change": "Naive change",
    "term.expected_change": "Expected with no care at all",
    "term.corrected_change": "Corrected change",
    "naive.title": "What a comparison before and after would claim",
    "naive.intro": "{n} customers in care were interviewed in both surveys. Whoever is chosen for "
    "a low score rises by itself when asked again; the corrected change takes that out.",
    "naive.table": "Change of those cared for, naive and corrected",
    "naive.chart": "Changes and effects side by side",
    "naive.alt": "Intervals in points. {rows}.",
    "naive.warning": "The naive change is not an effect",
    "naive.beside": "Of the change of {naive} points, {expected} would have come with no care at "
    "all. Report the effect against the hold-out; the change stands here only so that nobody "
    "computes it elsewhere.",
    "naive.alone": "Of the change of {naive} points, {expected} would have come with no care at "
    "all. Nobody was held out, so what remains may be care or whatever else happened in the time "
    "between. Hold some out next time.",
    "take_up.title": "Take-up and cost",
    "take_up.text": "{share} of those in care took part (n = {n}). Take-up says how many accepted, "
    "not what it did. On those who took part because it was offered, the effect is {takers} "
    "points.",
    "claim.take_up": "{claimed} took part in the care programme. Here: {found}. Participation is "
    "not an effect.",
    "cost.text": "One point of satisfaction for one customer cost {cost} {currency} {interval}.",
    "cost.none": "No effect is shown, so a cost per point cannot be stated.",
    **METHOD,
}
