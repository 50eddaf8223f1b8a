"""The charts of the report on dissatisfied customers."""
