"""Responses: read SPSS, CSV and Excel files, recode them, check their quality."""
