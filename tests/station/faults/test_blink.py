"""Blink codes: a person who counts the flashes reads the number."""

import pytest

from station.faults import BY_NUMBER
from station.faults.blink import DIGIT_GAP_NS, REPEAT_GAP_NS, ZERO_NS, beacon_lit, pattern

STEP_NS = 50_000_000


def read(number: int, start_ns: int) -> int:
    """What a person makes of two rounds: they wait for the long pause, then count flashes and pauses."""
    levels = [beacon_lit(number, start_ns + step * STEP_NS) for step in range(3 * pattern(number)[-1] // STEP_NS)]
    runs: list[list[int]] = []
    for lit in levels:
        if runs and runs[-1][0] == lit:
            runs[-1][1] += 1
        else:
            runs.append([lit, 1])
    pauses = [index for index, (lit, steps) in enumerate(runs) if not lit and steps * STEP_NS > 2 * DIGIT_GAP_NS]
    digits, count = "", 0
    for lit, steps in runs[pauses[0] + 1 : pauses[1] + 1]:
        if lit:
            count = 0 if steps * STEP_NS >= ZERO_NS else count + 1
        elif steps * STEP_NS >= DIGIT_GAP_NS:
            digits, count = digits + str(count), 0
    return int(digits)


@pytest.mark.parametrize("number", sorted(BY_NUMBER))
def test_each_faults_number_can_be_read_from_the_beacon(number: int) -> None:
    assert read(number, 123 * STEP_NS) == number


def test_no_fault_is_dark() -> None:
    assert not any(beacon_lit(0, step * STEP_NS) for step in range(1000))


def test_a_round_is_short_enough_to_be_watched() -> None:
    assert max(pattern(number)[-1] for number in BY_NUMBER) <= 20_000_000_000
    assert all(pattern(number)[-1] - pattern(number)[-2] == REPEAT_GAP_NS for number in BY_NUMBER)
