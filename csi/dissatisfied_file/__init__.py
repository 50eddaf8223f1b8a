"""Read a study of the dissatisfied, ``dissatisfied.yaml``: every fault at once, with its line."""
