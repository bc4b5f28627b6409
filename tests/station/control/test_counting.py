"""What the loop counts of its ticks."""

from hw.values import CellStatus
from station.control.counting import TickCounts
from station.control.loop import PERIOD_NS

OK, REPEATED = CellStatus.OK, CellStatus.REPEATED
FRESH = (OK, OK, OK, OK)


def test_a_tick_over_one_period_late_counts_with_what_it_skipped() -> None:
    counts = TickCounts()
    counts.take(PERIOD_NS, 0, FRESH)
    assert (counts.seq, counts.late, counts.missed, counts.late_run) == (1, 0, 0, 0)
    counts.take(PERIOD_NS + 1, 1, FRESH)
    counts.take(3 * PERIOD_NS + 5, 3, FRESH)
    assert (counts.seq, counts.late, counts.missed, counts.late_run) == (7, 2, 4, 2)
    assert counts.lateness_ns == 3 * PERIOD_NS + 5
    counts.take(0, 0, FRESH)
    assert (counts.seq, counts.late, counts.late_run) == (8, 2, 0), "only a run in a row matters to safety"


def test_each_cell_that_repeats_itself_counts() -> None:
    counts = TickCounts()
    counts.take(0, 0, (OK, REPEATED, CellStatus.SATURATED, REPEATED))
    counts.take(0, 0, FRESH)
    counts.take(0, 0, (REPEATED, REPEATED, REPEATED, REPEATED))
    assert counts.repeated == 6
