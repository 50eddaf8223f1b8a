"""The questionnaire: one file that drives sampling, field work, model and report."""
