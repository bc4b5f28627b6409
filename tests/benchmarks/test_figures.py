"""The arithmetic of the benchmarks: a wrong percentile or a misread histogram would be believed."""

import math

import pytest

from benchmarks.common import percentile, table
from benchmarks.loop_jitter import CannotMeasureError, parse_histogram

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
