"""The questionnaire on paper, for interviews face to face.

Reading order: ``form`` (what is on the pages), ``composing`` (from the questionnaire),
``routing`` (who is asked, in the words of an interviewer), ``wording`` (both languages),
``printing`` (to PDF).
"""
