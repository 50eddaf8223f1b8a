"""The sheets of the workbook that `csi.report.tables` writes."""
