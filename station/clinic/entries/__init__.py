"""Entries: what a therapist types of a patient, by asking, looking, moving a joint. Pure rules over plain values.

Questions are the station's own plain words: no licensed questionnaire is shipped (docs/batteries.md).
"""
