"""What stands still, is cut off, held or comes twice, each at its bounds: made signals, answered by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from station.measures.suspicions.even import EvenCop
from station.measures.suspicions.stuck import (
    GRAIN_MM,
    _any_same,
    _moving_on_s,
    _same,
    _sums,
    clipped,
    cut_off,
    held,
    piled_times,
    still_axis,
    twice,
)

RATE = 100.0
RNG = np.random.default_rng(11)


def waves(step_mm=0.0, seconds=20.0):
    """Two axes that move all the time, on a plate of these steps; a fine one for 0."""
    t = np.arange(round(seconds * RATE)) / RATE
    cop = np.column_stack((20.0 * np.sin(5.0 * t), 20.0 * np.cos(5.0 * t) + np.sin(11.0 * t)))
    return np.round(cop / step_mm) * step_mm if step_mm else cop


def frozen(cop, axis, steps):
    found = cop.copy()
    found[500 : 501 + steps, axis] = found[500, axis]
    return found


# --- an axis that stands still ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step_mm", "steps", "said"),
    [(0.0, 30, False), (0.0, 31, True), (0.06, 50, False), (0.06, 51, True), (1.0, 195, False), (1.0, 205, True)],
)
@pytest.mark.parametrize("axis", [0, 1])
def test_an_axis_stands_still_for_longer_than_its_plate_explains(step_mm, steps, said, axis):
    """0.3 s on a fine plate, 0.5 s on a coarser one, 40 times the 0.05 s in which one of 1 mm moves on."""
    found = still_axis(EvenCop(frozen(waves(step_mm), axis, steps), RATE))
    if not said:
        assert found is None
        return
    assert found.reason == "axis-still"
    assert found.values["axis"] == ("ML", "AP")[axis]
    assert found.values["length_s"] == pytest.approx(steps / RATE, abs=0.1 * (step_mm > 0.0))
    assert found.values["from_s"] == pytest.approx(5.0, abs=0.1 * (step_mm > 0.0))


def test_what_a_division_rounds_off_is_no_step():
    cop = frozen(waves(), 0, 40)
    cop[500:541, 0] += 1e-8 * np.arange(41)
    assert still_axis(EvenCop(cop, RATE)) is not None
    cop[500:541, 0] += 1e-7 * np.arange(41)
    assert still_axis(EvenCop(cop, RATE)) is None


@pytest.mark.parametrize(
    ("lag_s", "said_s"),
    [(0.02, 0.0), (0.05, 0.05), (0.1, 0.1), (0.2, 0.2), (0.5, 0.5), (1.0, 1.0), (2.0, 2.0), (5.0, 5.0)],
)
def test_how_long_a_column_takes_for_two_of_its_steps(lag_s, said_s):
    for by, expected in ((1.05, said_s), (0.95, None)):
        moves_on_s = _moving_on_s(by * 2.0 * np.arange(600) / (lag_s * RATE), 1.0, RATE)
        assert moves_on_s == expected or (expected is None and moves_on_s > max(said_s, 0.02))
    assert _moving_on_s(np.arange(500.0), 0.0025 * RATE * 5.0 * 200.0, RATE) == math.inf, "5 s are all of it"
    assert _moving_on_s(np.zeros(600), 0.0, RATE) == math.inf
    assert _moving_on_s(3.0 * np.arange(600.0), 1.0, 50.0) == 0.0, "one sample is 0.02 s"
    assert _moving_on_s(3.0 * np.arange(600.0), 1.0, 20.0) == 0.05, "at which 0.02 s is none"


# --- an axis that is cut off -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_so_many_at_the_end_are_more_than_beside_it(sign):
    """Three times as many as the four, and those up to three steps away."""
    for there, said in ((21, 0.0), (22, 22.0)):
        column = sign * np.concatenate((np.arange(11.0), np.full(there - 1, 10.0)))
        assert cut_off(column, 1.0) == cut_off(column) == said
        assert cut_off(column, 2.0) == 0.0, "and seven"
    column = sign * np.concatenate((np.arange(8.0), np.full(13, 12.0)))
    assert cut_off(column, 1.0) == 13.0, "nothing is near"
    assert cut_off(column[:-1], 1.0) == 0.0


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_so_many_near_the_end_are_more_than_a_little_further(sign):
    """Within 0.12 mm, beside within 0.48 mm and 0.3 s more."""

    def column(there, beside=20, rest=100):
        parts = [10.0], np.full(there - 1, 9.89), np.full(beside, 9.53), np.linspace(-5.0, 5.0, rest), [9.51, -12.0]
        return sign * np.concatenate(parts)

    assert piled_times(column(60), RATE) == (pytest.approx(60.0 / 50.0), 60.0)
    assert piled_times(column(50), RATE) == (1.0, 50.0)
    assert piled_times(column(40, beside=0), RATE) == (pytest.approx(40.0 / 30.0), 40.0)
    assert piled_times(column(40, beside=0), 2.0 * RATE) == (pytest.approx(40.0 / 60.0), 40.0)
    both = np.concatenate((column(60), np.full(120, sign * -12.0)))
    assert piled_times(both, RATE) == (
        (pytest.approx(1.2), 60.0) if sign > 0.0 else (pytest.approx(121.0 / 30.0), 121.0)
    )
    two = np.concatenate((column(60), [sign * -12.0]))
    assert piled_times(two, RATE) == (pytest.approx(1.2), 60.0)
    coarse = np.column_stack((np.linspace(0.0, 1.0, 182), column(60)))
    assert clipped(EvenCop(coarse, RATE)) is None, "a step of 0.1 mm and more is too coarse to tell"
    fine = np.column_stack((np.linspace(0.0, 1.0, 203), np.concatenate((column(60), sign * np.linspace(0.0, 0.4, 21)))))
    found = clipped(EvenCop(fine, RATE))
    assert (found.values["axis"], found.values["length_s"]) == ("AP", 0.6)


def trembling(range_mm, step_mm=0.02):
    """An axis whose peaks are cut off, and then tremble by four steps; the other sways."""
    cop = np.column_stack((waves()[:, 0], 0.5 * range_mm * waves()[:, 0] / 20.0))
    top = 0.45 * range_mm
    cop[:, 1] = np.minimum(cop[:, 1], top) + (cop[:, 1] >= top) * step_mm * RNG.integers(0, 4, len(cop))
    return np.round(cop / step_mm) * step_mm


def test_what_trembles_where_it_was_cut_off_is_said_of_a_wide_and_fine_axis():
    found = clipped(EvenCop(trembling(40.0), RATE))
    assert (found.reason, found.values["axis"]) == ("clipped", "AP")
    assert 1.0 < found.values["length_s"] < 5.0
    assert clipped(EvenCop(trembling(8.0), RATE)) is not None
    assert clipped(EvenCop(trembling(4.7), RATE)) is None, "all of so little is near its end"
    assert clipped(EvenCop(trembling(40.0, 0.035), RATE)) is None, "a coarse plate"
    exact = waves()
    exact[:, 0] = np.maximum(exact[:, 0], -15.0)
    found = clipped(EvenCop(exact, RATE))
    assert (found.values["axis"], found.values["length_s"]) == ("ML", np.count_nonzero(exact[:, 0] == -15.0) / RATE)


# --- samples that are held -------------------------------------------------------------------------------------------


def kept(apart, count=1000):
    """A CoP that moves at every so-many-th sample only, as these say in turn."""
    moves = np.zeros(count, dtype=bool)
    moves[np.cumsum(np.resize(apart, count))[np.cumsum(np.resize(apart, count)) < count]] = True
    return np.cumsum(np.column_stack((moves, np.zeros(count))), axis=0)


@pytest.mark.parametrize("times", [2, 3, 7, 19, 20])
def test_a_slower_plate_is_seen_by_the_moments_at_which_it_moves(times):
    found = held(EvenCop(kept([times]), RATE))
    assert (found.reason, found.values["times"], found.values["slower_hz"]) == ("values-held", times, RATE / times)
    assert isinstance(found.values["times"], int)
    along = EvenCop(kept([times])[:, ::-1], RATE)
    assert held(along).values["times"] == times


@pytest.mark.parametrize(
    ("apart", "times"),
    [([2, 3], 2.5), ([21], 21.0), ([1, 2], None), ([1], None), ([1, 3], 2.0), ([2, 5], None), ([2, 2, 2, 3], 2.3)],
)
def test_a_rate_that_is_no_whole_part_is_seen_by_how_alike_the_pauses_are(apart, times):
    found = held(EvenCop(kept(apart), RATE))
    assert (None if found is None else found.values["times"]) == times
    if times is not None:
        assert found.reason == "values-held"
        assert isinstance(found.values["times"], int) is False
        assert found.values["slower_hz"] == pytest.approx(RATE / times, rel=0.03)


def test_a_move_that_lacks_here_and_there_is_forgiven_and_a_short_trial_says_nothing():
    for lacking, said in ((4, True), (12, False)):
        cop = np.diff(kept([4], 1200), axis=0, prepend=0.0)
        cop[np.flatnonzero(cop[:, 0])[20 : 20 + 3 * lacking : 3]] = 0.0
        assert (held(EvenCop(np.cumsum(cop, axis=0), RATE)) is not None) is said
    assert held(EvenCop(kept([4], 81), RATE)) is not None
    assert held(EvenCop(kept([4], 80), RATE)) is None
    assert held(EvenCop(np.zeros((200, 2)), RATE)) is None


# --- a piece that comes twice ----------------------------------------------------------------------------------------


def wandering(count=4000):
    """Steps (N, 2) in mm, each of so many whole grains that no two rows of ten are alike."""
    return GRAIN_MM * np.random.default_rng(3).integers(-40, 41, (count, 2))


def again(steps, rate_hz=RATE):
    found = twice(EvenCop(np.concatenate((np.zeros((1, 2)), np.cumsum(steps, axis=0))), rate_hz))
    return None if found is None else (found.reason, found.values["from_s"], found.values["again_s"])


@pytest.mark.parametrize("backward", [False, True])
def test_half_a_second_that_comes_twice_is_said_with_both_moments(backward):
    key = "piece-backward" if backward else "piece-twice"
    for length, said in ((50, (key, 10.0, 30.0)), (49, None)):
        steps = wandering()
        piece = steps[1000 : 1000 + length]
        steps[3000 : 3000 + length] = -piece[::-1] if backward else piece
        assert again(steps) == said
    assert again(wandering()) is None


def test_a_piece_that_goes_on_into_itself_is_no_second_one():
    steps = wandering()
    steps[1000:1080] = np.resize(steps[1000:1030], (80, 2))
    assert again(steps) is None


@pytest.mark.parametrize("count", [0, 1, 5, 12, 49, 60, 99])
def test_too_short_a_trial_has_no_two_pieces(count):
    assert again(np.resize(wandering(3), (count, 2))) is None


def test_at_a_slow_rate_a_piece_has_sixteen_steps_and_a_trial_two_pieces():
    for count, said in ((32, ("piece-twice", 0.0, 0.8)), (31, None)):
        steps = wandering(16)
        assert again(np.concatenate((steps, steps))[:count], 20.0) == said
    steps = wandering(50)
    assert again(np.concatenate((steps, steps))) == ("piece-twice", 0.0, 0.5)


@pytest.mark.parametrize(("off_mm", "said"), [(0.0015, True), (0.0025, False)])
def test_alike_is_to_two_thousandths_of_a_millimetre(off_mm, said):
    steps = wandering()
    steps[3000:3050] = steps[1000:1050]
    steps[3020, 1] += off_mm
    assert (again(steps) is not None) is said


@pytest.mark.parametrize(("moves", "said"), [(15, True), (14, False)])
def test_a_piece_in_which_hardly_anything_moves_does_not_count(moves, said):
    steps = wandering()
    piece = steps[1000:1050].copy()
    piece[np.arange(50) % 3 != 0] = 0.0
    piece[3 * moves :] = 0.0
    steps[:50] = steps[3000:3050] = piece
    assert (again(steps) is not None) is said


@pytest.mark.parametrize(("bends", "said"), [(11, True), (9, False)])
def test_a_piece_that_is_nearly_straight_does_not_count(bends, said):
    """It leaves its line by so many grains: 0.109 and 0.089 mm."""
    steps = wandering()
    piece = np.tile([30.0 * GRAIN_MM, 0.0], (50, 1))
    piece[5 : 5 + bends, 1], piece[45 - bends : 45, 1] = GRAIN_MM, -GRAIN_MM
    steps[1000:1050] = steps[3000:3050] = piece
    assert (again(steps) is not None) is said


def test_a_number_stands_for_each_row_of_values():
    values, base = RNG.integers(-9, 10, 30), 0x9E3779B97F4A7C15
    by_hand = [sum(int(one) * base**k for k, one in enumerate(values[at : at + 4])) % 2**64 for at in range(27)]
    assert _sums(values, 4).tolist() == by_hand
    assert _sums(values[:4], 4).tolist() == by_hand[:1]


def test_where_the_same_number_stands():
    sums, others = (np.array(one, dtype=np.uint64) for one in ([5, 7, 5, 9, 7], [7, 2, 9]))
    assert sorted(zip(*_same(sums, None), strict=True)) == [(0, 2), (1, 4)]
    assert sorted(zip(*_same(sums, others), strict=True)) == [(3, 2), (4, 0)]
    assert sorted(zip(*_same(sums[:1], sums[:1]), strict=True)) == [(0, 0)]
    assert sorted(zip(*_same(sums[:1], sums[[1, 1]]), strict=True)) == []
    ordered = np.array([2, 4, 9], dtype=np.uint64)
    for few, any_same in (([4, 10], True), ([2], True), ([9], True), ([1, 3, 10], False)):
        assert _any_same(ordered, np.array(few, dtype=np.uint64)) is any_same
