"""Work on tables too large for memory, in the engine where they live."""
