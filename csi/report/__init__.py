"""The report: results as a PDF in two languages, and as a workbook."""
