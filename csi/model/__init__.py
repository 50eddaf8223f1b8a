"""The structural model: syntax, semopy's fit of record, inference, diagnosis."""
