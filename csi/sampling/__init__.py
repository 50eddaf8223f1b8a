"""Sampling: how many to interview, whom to ask, and what became of them.

How many
    `size`, `shares`, `change`: interviews for a half-width, a difference, a change between waves.
    `by_size`: a given total over strata. `allocation`: the least cost for given margins
    (`least_cost` proves it, `whole_numbers` rounds it, `collisions` says why there is none).
    `plan`: `plan_sample`, questionnaire and population -> `SamplingPlan`.
Whom
    `selection`: `draw_sample`, plan and subscriber file -> `Sample` (`hashing` numbers the
    customers, `frame_files` reads them, `screening` applies the exclusions, `sample_files` stores
    the draw).
What became of them
    `fieldwork`: `summarise_fieldwork`, sample and dispositions -> `Fieldwork` (`outcome_rates`,
    `progress`, `release`). `statement`: `describe_method`, the eleven items to disclose.
"""
