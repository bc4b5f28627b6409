"""Makes a computer a station, checks one and takes it back: every change is a step with a check, a do and an undo.

It runs before anything of the station is there: with the system's own Python, from the standard library alone.
"""
