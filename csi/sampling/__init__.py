"""Sampling: how many to interview, whom to ask, and what became of them.

================================  ===============================================================
`csi.sampling.size`               interviews needed for a half-width of a mean, an index, a share
`csi.sampling.change`             for a difference or a change between waves, and what is detectable
`csi.sampling.allocation`         interviews over strata: by size, or at least cost for given margins
`csi.sampling.plan`               `plan_sample`: questionnaire and population -> `SamplingPlan`
`csi.sampling.selection`          `draw_sample`: plan and subscriber file -> `Sample`
`csi.sampling.fieldwork`          `summarise_fieldwork`: sample and dispositions -> AAPOR rates
`csi.sampling.statement`          `describe_method`: all of it -> the eleven items to disclose
================================  ===============================================================
"""
