"""A staircase of levels between two intervals of which one vibrates: three right go down, one wrong goes up.

Steps of 4 dB until the second reversal, then of 2 dB; after eight reversals the threshold is the mean of the last six
(docs/sources/protocols.md#drills). Levels are dB below the strongest.
"""

from __future__ import annotations

from typing import NamedTuple

LARGE_DB, SMALL_DB, SMALL_FROM = 4.0, 2.0, 2
RIGHT_TO_GO_DOWN = 3
REVERSALS, OF_THE_LAST = 8, 6
ENDS_BEYOND = 2
"""So often a way beyond the least or the strongest level ends it: then the threshold is not between them."""


class Staircase(NamedTuple):
    """Where it is."""

    level_db: float
    least_db: float
    rights: int = 0
    """In a row, at this level."""
    way: int = 0
    """The last one: -1 down, 1 up, 0 none yet."""
    turned_db: tuple[float, ...] = ()
    """The levels of the reversals."""
    beyond: int = 0
    """How often it would have gone below the least level (less than 0), or above the strongest (more)."""

    @property
    def over(self) -> bool:
        """Whether the threshold is known, or known not to be between the two ends."""
        return len(self.turned_db) >= REVERSALS or abs(self.beyond) >= ENDS_BEYOND

    @property
    def found(self) -> str:
        """How it ended: "found", "below" the least, "above" the strongest level, or "" where it goes on."""
        if not self.over:
            return ""
        if len(self.turned_db) >= REVERSALS:
            return "found"
        return "below" if self.beyond < 0 else "above"

    @property
    def threshold_db(self) -> float | None:
        """Where it was found."""
        last = self.turned_db[-OF_THE_LAST:]
        return sum(last) / len(last) if self.found == "found" else None


def answered(stairs: Staircase, right: bool) -> Staircase:
    """After one answer. One that is over stays as it is."""
    if stairs.over:
        return stairs
    if right and stairs.rights + 1 < RIGHT_TO_GO_DOWN:
        return stairs._replace(rights=stairs.rights + 1)
    way = -1 if right else 1
    turned_db = stairs.turned_db
    if stairs.way and way != stairs.way:
        turned_db = (*turned_db, stairs.level_db)
    step_db = SMALL_DB if len(turned_db) >= SMALL_FROM else LARGE_DB
    wanted_db = stairs.level_db + way * step_db
    level_db = min(0.0, max(stairs.least_db, wanted_db))
    beyond = stairs.beyond + way if level_db == stairs.level_db and wanted_db != level_db else 0
    return Staircase(level_db, stairs.least_db, 0, way, turned_db, beyond)
