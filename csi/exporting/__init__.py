"""Questionnaires for those who do not have csi: codebook, XLSForm, SPSS file, printed form.

Reading order: ``export`` (the door), then ``printed`` (the form on paper and its show cards).
"""
