"""A study folder that works as it stands, made from a questionnaire."""
