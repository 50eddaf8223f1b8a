"""The sections of the report on dissatisfied customers, one module each."""
