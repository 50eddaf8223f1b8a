"""The numbers of a report as a workbook; the only door to XlsxWriter."""
