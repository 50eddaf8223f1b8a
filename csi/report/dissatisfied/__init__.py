"""The report on dissatisfied customers: its own sections, charts and texts, the common layout."""
