"""The arithmetic of the benchmarks: a wrong percentile or a misread histogram would be taken for true."""

import math
import os
import re
from pathlib import Path

import pytest

import benchmarks.common
from benchmarks.__main__ import NAMES, exit_code, run
from benchmarks.common import at_least, at_most, not_measured, percentile, table
from benchmarks.dead_man import Off
from benchmarks.dead_man import verdicts as dead_man_verdicts
from benchmarks.loop_jitter import CannotMeasureError, parse_histogram
from benchmarks.motor_on_silicon import Report, Tick, seen

CYCLICTEST = """\
# /dev/cpu_dma_latency set to 0us
# Histogram
000000 000000
000017 000002
000018 000001
# Total: 000000003
# Min Latencies: 00017
# Avg Latencies: 00018
# Max Latencies: 00487
# Histogram Overflows: 00002
# Histogram Overflow at cycle number:
# Thread 0: 00317 00318
"""


def test_histogram_counts_what_lies_beyond_its_end_as_the_maximum() -> None:
    assert parse_histogram(CYCLICTEST) == [17.0, 17.0, 18.0, 487.0, 487.0]


def test_no_histogram_is_said() -> None:
    with pytest.raises(CannotMeasureError, match="Operation not permitted"):
        parse_histogram("FATAL: Operation not permitted")


@pytest.mark.parametrize(("percent", "expected"), [(0, 1.0), (50, 2.0), (75, 3.0), (76, 9.0), (99.9, 9.0), (100, 9.0)])
def test_percentile_is_a_value_that_was_seen(percent: float, expected: float) -> None:
    assert percentile([9.0, 1.0, 3.0, 2.0], percent) == expected


def test_percentile_of_nothing() -> None:
    assert math.isnan(percentile([], 50))


def test_table_is_markdown_in_columns() -> None:
    assert table(["what", "s"], [["one", 1.23456], ["none", math.nan], ["many", 1234.5]]) == (
        "| what | s    |\n| ---- | ---- |\n| one  | 1.23 |\n| none | -    |\n| many | 1234 |"
    )


def run_of(late_at=(), wrong_at=(), fast_at=()):
    """A run of 5 s at 25 Hz, 20 ms a report, with a motor that is late, misread or truly fast at these times."""
    begins_s = [round(0.02 * step, 2) for step in range(250)]
    reports = [Report(at_s, 25.5 if at_s in fast_at else 25.0, 2.0 if at_s in late_at else 0.1) for at_s in begins_s]
    ticks = [
        Tick(at_s, report.hz * (0.9 if at_s in wrong_at else 1.0), 100.0)
        for at_s, report in zip(begins_s, reports, strict=True)
    ]
    return seen(reports, 25.0, ticks)


def test_a_motor_that_was_punctual_shows_what_the_drive_does() -> None:
    whole = run_of(fast_at=(3.0,))
    assert (whole.steady, whole.punctual, whole.punctual_share) == (pytest.approx(0.02), pytest.approx(0.02), 1.0)


def test_a_speed_that_follows_on_a_late_pulse_or_a_wrong_reading_is_not_the_drives() -> None:
    for one in (run_of(late_at=(2.8,), fast_at=(3.0,)), run_of(wrong_at=(2.8,), fast_at=(3.0,))):
        assert one.steady == pytest.approx(0.02)
        assert one.punctual == 0.0
        assert one.punctual_share == pytest.approx(1.0 - 0.7 / 2.6, abs=0.02)
    # It is, when it comes before, or long after.
    assert run_of(late_at=(3.2,), fast_at=(3.0,)).punctual == pytest.approx(0.02)
    assert run_of(late_at=(2.2,), fast_at=(3.0,)).punctual == pytest.approx(0.02)


def test_a_run_that_was_never_punctual_says_nothing_of_the_drive() -> None:
    never = run_of(late_at=tuple(round(0.02 * step, 2) for step in range(250)))
    assert math.isnan(never.punctual)
    assert never.punctual_share == 0.0


AT_LENGTH = (
    "answers",
    "drawing",
    "false_change",
    "left_out",
    "loop_jitter",
    "low_rates",
    "many_phones",
    "measures_accuracy",
    "measures_speed",
    "memory",
    "one_foot",
    "pages",
    "people",
    "records_held",
    "scene",
    "start",
    "stop",
    "suspicions",
    "vibration_removed",
    "virtual_drill",
    "wear",
    "with_without",
)
"""Those of two seconds of processor and more, in short too: they are for `make bench` and `make soak`."""


@pytest.mark.parametrize("name", NAMES if "STATION_SOAK" in os.environ else sorted({*NAMES} - {*AT_LENGTH}))
@pytest.mark.timeout(600)  # stations are started; nothing is judged by how long it takes
def test_each_benchmark_runs_to_its_end(name: str) -> None:
    """In short: whatever its figures are on this computer, it has some, and says what became of each goal."""
    verdicts = run(name, short=True)
    assert verdicts, "it did not come to its end"
    assert all(verdict.goal and verdict.seen for verdict in verdicts)


def test_every_benchmark_is_listed_and_described() -> None:
    folder = Path(benchmarks.common.__file__).parent
    described = re.findall(r"^\| `(\w+)` \|", (folder / "README.md").read_text(), re.MULTILINE)
    runnable = [file.stem for file in folder.glob("*.py") if "\ndef main(*, short: bool" in file.read_text()]
    assert sorted(described) == sorted(NAMES) == sorted(runnable)
    assert {*AT_LENGTH} < {*NAMES}


def test_a_missed_goal_and_a_broken_benchmark_have_exit_codes_of_their_own() -> None:
    met, missed = at_most("it", 1.0, 2.0, "ms"), at_most("it", 3.0, 2.0, "ms")
    cannot = not_measured("no silicon")[0]
    assert [met.met, missed.met, cannot.met] == [True, False, None]
    assert at_most("it", math.nan, 2.0, "ms").met is False, "what is no number is no success"
    assert at_most("it", math.inf, 2.0, "ms").met is False, "nor is what never happened"
    assert at_least("it", math.nan, 2.0, "ms").met is False
    assert [at_least("it", value, 2.0, "ms").met for value in (1.9, 2.0)] == [False, True]
    for outcomes, code in (
        ({"one": [met], "other": [cannot]}, 0),
        ({"one": [met, missed]}, 1),
        ({"one": [missed], "other": None}, 2),
    ):
        assert exit_code(outcomes, judged=True) == code
        assert exit_code(outcomes, judged=False) == (2 if code == 2 else 0)
    assert str(missed) == "MISSED: it at most 2 ms; seen: 3 ms"


def test_a_dead_man_that_never_trips_misses_its_goal_whatever_stalled() -> None:
    """`inf` was printed beside a goal of 60 ms, and nothing was said."""
    never = Off(math.inf, math.inf, math.nan, math.nan, 500.0, again=False)
    missed = [verdict for verdict in dead_man_verdicts("client KILL", "client", [never]) if not verdict.met]
    assert [verdict.goal.partition(":")[0] for verdict in missed] == ["client KILL"]
    again = Off(50.0, 50.0, math.nan, math.nan, 0.0, again=True)
    assert [verdict.met for verdict in dead_man_verdicts("client KILL", "client", [again])] == [True, False]
    late = Off(62.0, 62.0, math.nan, math.nan, 6.0, again=False)
    assert [verdict.met for verdict in dead_man_verdicts("client KILL", "client", [late])] == [False, True]
