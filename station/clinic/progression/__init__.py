"""Progression in two layers: a number inside the rung moves with every trial, rungs move between sets.

`station.clinic.progression.history.level_now` is the whole of it as one pure function; `rules.toml` has the numbers.
"""
