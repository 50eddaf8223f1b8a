"""The questionnaire: one file that drives sampling, field work, model and report.

Reading order: ``schema`` (what a questionnaire is), ``reading`` (from the file), ``checking`` and
``model_checking`` (what stops it), ``advice`` (what should be mended), ``review`` (all three for a
person), ``diffing`` (what changed since the last version), ``exporting`` and ``xlsform`` (for
others), ``adopting`` (from the forms of other programs). Below them: ``located`` (the only door
to YAML), ``sections`` (values with their lines), ``conditions`` (who is asked).
"""
