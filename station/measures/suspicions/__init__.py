"""What makes a recording suspect although every number of it is a number: no person stands like this.

Each suspicion is a `Problem` (key and figures) that the texts word. The figures of a suspect recording are given, but
marked: no norm and no verdict rests on them. What overlaps with people is no suspicion but a figure (`course`).

Thresholds are from the 1,930 trials of Santos and Duarte 2016 and a plate of four cells under one leg;
`python -m benchmarks suspicions` makes the tables again.
"""

from station.measures.suspicions.cop import suspicion_unfiltered, suspicions_of
from station.measures.suspicions.plate import suspicions_of_cells

__all__ = ["suspicion_unfiltered", "suspicions_of", "suspicions_of_cells"]
