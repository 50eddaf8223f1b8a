"""Charts as data that draw themselves on a canvas."""
