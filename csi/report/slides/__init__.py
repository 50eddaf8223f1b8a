"""The report as slides: the only door to python-pptx."""
