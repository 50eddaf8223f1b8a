"""From the forms of other programs to a questionnaire file.

Reading order: ``door`` (which program), ``xlsform`` and ``limesurvey`` (from the file to a
``Form``, see ``parts``), ``assembling`` (names, codes, scales, conditions), ``draft`` (the text of
the questionnaire file, and what is yet to be done). Below them: conditions
(``expressions`` reads them, ``nodes``, ``carrying``, ``stating`` say them our way), ``coding``
(options), ``yaml_text``.
"""
