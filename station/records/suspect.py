"""Under which name a trial's reasons say that its figures are in doubt: by itself, as `station.records.seal` is."""

SUSPECT = "suspect"
"""Among the reasons of a trial: why its figures, that are there, may be wrong. No figure has this name."""
