"""Which of a plate's suspicions are looked for when, what its empty plate and its late cells show: answered by hand."""

from __future__ import annotations

import numpy as np
import pytest

from hw.values import CELL_NAMES
from station.measures.constants import MIN_FORCE_N
from station.measures.suspicions.plate import (
    LEAST_FOUND_PERCENT,
    _always_alike,
    _apart,
    _behind,
    empty_plate,
    same_cells,
    suspicions_of_cells,
)

HZ = 10.0
T = np.arange(200) / HZ
ML, AP = 60.0 * np.sin(1.1 * T), 80.0 * np.sin(0.7 * T + 0.4)
WAVE = 90.0 * np.sin(2.3 * T + 1.0)
"""A twist that no load makes."""


def cells(force, ml, ap, twist):
    """Tenths of four cells with this force, these moments and this twist beside that of a load at one place, in N."""
    twist = twist - ml * ap / force
    of_cell = force - ml + ap + twist, force + ml + ap - twist, force + ml - ap + twist, force - ml - ap - twist
    return np.column_stack(of_cell) / 4.0


def plate(force=700.0, twist=0.0, count=200):
    return cells(force + 2.0 * np.sin(3.1 * T), ML, AP, twist)[:count]


def reasons(cells_n, rate_hz=HZ, empty_n=None, **known):
    return [one.reason for one in suspicions_of_cells(cells_n, rate_hz, empty_n, **known)]


ORDER, TARE = "cells-in-other-order", "corners-cannot-be"


def test_five_seconds_of_a_stance_and_one_of_who_moves_are_enough():
    assert reasons(plate()) == []
    for least, known in ((50, {}), (10, {"moves": True})):
        assert reasons(plate(twist=5.0 * WAVE, count=least), **known) == [ORDER]
        assert reasons(plate(twist=5.0 * WAVE, count=least - 1), **known) == []
    assert reasons(plate(twist=WAVE * 5.0), np.inf) == []
    assert reasons(plate(twist=140.0, count=50)) == reasons(plate(twist=140.0), moves=True) == [TARE]
    assert reasons(plate(twist=140.0, count=49)) == []


def test_an_empty_plate_contradicts_nothing():
    own = plate(twist=WAVE * 5.0)
    for load_n, said in ((0.98 * MIN_FORCE_N, []), (1.02 * MIN_FORCE_N, [ORDER])):
        assert reasons(own * load_n / 700.0) == said


@pytest.mark.parametrize(("by", "said"), [(1.14, [ORDER]), (0.86, [ORDER]), (1.16, []), (0.84, [])])
def test_only_who_stands_there_is_looked_at(by, said):
    own, other = plate(), plate(700.0 * by, 9.0 * WAVE)
    own[:90] = other[:90]
    assert reasons(own) == said


def test_too_little_standing_shows_a_wrong_zero_alone():
    for few, said in ((0, [ORDER]), (1, [])):
        force = np.concatenate((np.full(25 + few, 500.0), np.full(50 - few, 700.0), np.full(25, 900.0)))
        assert reasons(cells(force, ML[:100], AP[:100], 5.0 * WAVE[:100])) == said
    assert reasons(cells(force, ML[:100], AP[:100], 0.2 * force)) == [TARE]


def test_of_who_moves_the_loaded_part_counts_by_what_they_weigh():
    """That is the 90th percentile of the load: the median is that of who is half away."""
    for share, said in ((0.29, []), (0.31, [ORDER])):
        force = np.concatenate((np.full(110, 700.0 * share), np.full(90, 700.0)))
        twist = np.where(force < 600.0, 0.9 * force * np.sin(2.3 * T + 1.0), 0.0)
        assert reasons(cells(force, 0.1 * ML, 0.1 * AP, twist), moves=True) == said


def test_of_who_moves_two_cells_that_are_one_are_said_before_their_order():
    own = plate()
    own[:, 2] = own[:, 0]
    assert reasons(own, moves=True) == ["cells-alike"]
    apart = [int(np.argmin(own[:, 0])), int(np.argmax(own[:, 0]))]
    assert _always_alike(own[apart]) is not None
    for share, said in ((0.009, False), (0.012, True)):
        wave = 175.0 + share * 700.0 * WAVE / float(np.std(WAVE))
        level = np.full(200, 175.0)
        two = np.column_stack((wave, wave, level + 0.05 * ML, level + 0.05 * AP))
        assert (_always_alike(two) is not None) is said
    gaps = np.where(T < 1.0, np.nan, own[:, 0])
    assert same_cells(np.column_stack((gaps, AP, gaps, ML))).values["other"] == "back_right"


def test_the_page_says_which_wrong_zero_is_found(request):
    little, much = LEAST_FOUND_PERCENT
    page = (request.config.rootpath / "docs/measures-tables.md").read_text("utf-8")
    assert f"{little:.0f} % too little, {much:.0f} % too much at worst" in page


def test_what_was_seen_of_the_empty_plate_and_of_one_cell_is_said_besides():
    own = plate(1000.0)
    for off_n, said in ((14.9, []), (15.1, ["zero-is-none"])):
        for sign in (1.0, -1.0):
            found = suspicions_of_cells(own, HZ, np.array([1.0, 0.0, sign * off_n, -2.0]))
            assert [one.reason for one in found] == said
            assert [(one.values["cell"], one.values["force_n"]) for one in found] == [("back_right", sign * off_n)][
                : len(said)
            ]
    light = plate(400.0)
    for off_n, said in ((9.9, []), (10.1, ["zero-is-none"])):
        assert reasons(light, empty_n=np.array([0.0, 0.0, 0.0, off_n])) == said
    own[:, 1] = np.minimum(own[:, 1], np.sort(own[:, 1])[-60])
    *_, cut = suspicions_of_cells(own, HZ)
    assert (cut.reason, cut.values["cell"]) == ("cell-clipped", CELL_NAMES[1])
    assert cut.values["length_s"] == pytest.approx(60.0 / HZ, abs=0.5)


def test_while_it_vibrates_only_what_is_slower_is_looked_at_and_no_cell_is_late():
    late = plate(700.0)
    late[3:, 0] = late[:-3, 0]
    late += 0.02 * np.random.default_rng(2).normal(size=late.shape)
    assert reasons(late) == ["cells-apart"]
    slow = np.repeat(late, 10, axis=0)
    assert reasons(slow, 100.0) == ["cells-apart"]
    assert reasons(slow, 100.0, drive_hz=20.0) == []
    assert reasons(np.repeat(plate(twist=5.0 * WAVE), 10, axis=0), 100.0, drive_hz=20.0) == [ORDER]
    shaken = np.repeat(plate(), 10, axis=0)
    shaken += np.outer(200.0 * np.sin(2.0 * np.pi * 12.0 * np.arange(2000) / 100.0), [1.0, -1.0, 1.0, -1.0])
    assert reasons(shaken, 100.0, drive_hz=12.0) == []
    assert reasons(shaken, 100.0) == [ORDER]


# --- the empty plate -------------------------------------------------------------------------------------------------


def halves(*loads, uneven=(0.0, 0.0, 0.0, 0.0)):
    """Half seconds in which the cells show these, N each, the last one not steadily."""
    rows = np.repeat(np.array(loads, dtype=float), 5, axis=0)
    rows[-1] += uneven
    return rows


STOOD = (150.0, 200.0, 170.0, 180.0)


def test_the_empty_plate_is_the_half_second_of_the_lowest_load():
    seen = empty_plate(halves(STOOD, (1.0, 2.0, 3.0, -1.0), STOOD, (9.0, 9.0, 9.0, 9.0)), HZ, 700.0)
    assert seen.tolist() == [1.0, 2.0, 3.0, -1.0]
    below = empty_plate(halves((-15.0, -15.0, -10.0, -10.0), STOOD, (10.0, 10.0, 5.0, 5.0)), HZ, 700.0)
    assert below.tolist() == [10.0, 10.0, 5.0, 5.0], "nearer to nothing"
    assert empty_plate(halves((1.0, 2.0, 3.0, 4.0))[:4], HZ, 700.0) is None
    assert empty_plate(halves(STOOD, (1.0, 2.0, 3.0, 4.0))[:9], HZ, 700.0) is None, "a half second that is not whole"
    assert empty_plate(halves(STOOD, (1.0, 2.0, 3.0, 4.0), STOOD)[:14], HZ, 700.0) is not None


@pytest.mark.parametrize(("load_n", "found"), [(34.9, True), (35.1, False)])
def test_a_fifth_of_the_weight_is_no_empty_plate(load_n, found):
    for sign in (1.0, -1.0):
        assert (empty_plate(halves(STOOD, [sign * load_n] * 4), HZ, 700.0) is not None) is found


@pytest.mark.parametrize(("off_n", "found"), [(6.9, True), (7.1, False)])
def test_an_empty_plate_is_steady(off_n, found):
    seen = empty_plate(halves(STOOD, (1.0, 2.0, 3.0, 4.0), uneven=(0.0, 0.0, -off_n, 0.0)), HZ, 700.0)
    assert (seen is not None) is found


# --- cells that are late ---------------------------------------------------------------------------------------------

LONG = 4000
NOISE = np.random.default_rng(8).normal(size=(6, LONG))


def apart(part, with_weight=0.0, of=NOISE[3]):
    """A twist of this part of the lesser moment, from sample to sample by itself, and of a weight that goes with it."""
    own = of / float(np.std(np.diff(of))) * float(np.std(np.diff(NOISE[0])))
    force = 700.0 + with_weight * own + (1.0 - with_weight**2) ** 0.5 * NOISE[4]
    found = _apart(cells(force, 60.0 * NOISE[0], 80.0 * NOISE[1], 60.0 * part * own))
    return None if found is None else (found.reason, found.values["times"], found.values["correlation"])


def test_a_twist_beside_the_lesser_moment_or_with_the_weight_is_of_a_late_cell():
    assert apart(0.57) is None
    assert apart(0.63) == ("cells-apart", pytest.approx(0.63, rel=0.03), pytest.approx(0.0, abs=0.05))
    assert apart(0.2, 0.52) is None
    assert apart(0.2, 0.63) == ("cells-apart", pytest.approx(0.2, rel=0.04), pytest.approx(0.63, abs=0.05))
    assert apart(0.2, -0.63) is not None
    assert apart(0.14, 0.9) is None
    assert apart(0.16, 0.9) == ("cells-apart", pytest.approx(0.16, rel=0.04), pytest.approx(0.9, abs=0.02))
    still = np.round(cells(np.full(LONG, 700.0), 60.0 * NOISE[0], 80.0 * NOISE[1], 60.0 * NOISE[3]))
    still[:, 3] = 700.0 - still[:, :3].sum(axis=1)
    assert _apart(still) is None, "a weight that does not change says nothing"


@pytest.mark.parametrize("lag", [2, 3, 5])
def test_a_cell_may_be_late_by_so_many_tenths_of_a_second(lag):
    """What comes again after twice as long differs most after half of that: there alone it is large enough."""
    wave = np.sin(np.pi * np.arange(LONG) / lag + 0.3)
    largest = float(np.std(wave[lag:] - wave[:-lag])) / float(np.std(np.diff(wave)))
    assert apart(0.57 / largest, of=wave) is None
    assert apart(0.62 / largest, of=wave) is not None


def test_a_cell_may_be_late_by_less_than_a_tenth():
    """Each sample takes back half of the one before: from one to the next it changes by 1.22 times as much."""
    quick = NOISE[3] - np.concatenate(([0.0], NOISE[3][:-1]))
    assert apart(0.57, of=quick) is None
    assert apart(0.64, of=quick) is not None


def behind(times, share, *, noise=NOISE[3], first=True):
    """What goes with how fast ML changes, by so much, and noise that leaves so large a share of it."""
    own = times * np.gradient(NOISE[0])
    spread = float(np.std(own[2:] - own[:-2])) / float(np.std(NOISE[3][2:] - NOISE[3][:-2]))
    other = own + (1.0 / share - 1.0) ** 0.5 * spread * noise
    found = _behind(NOISE[0], NOISE[1], (other, NOISE[5]) if first else (NOISE[5], other))
    return None if found is None else (found.reason, found.values["times"], found.values["correlation"] ** 2)


@pytest.mark.parametrize("first", [True, False])
def test_the_sways_speed_in_the_weight_or_the_twist_is_of_two_late_cells(first):
    assert behind(0.39, 0.999, first=first) is None
    assert behind(0.41, 0.999, first=first) == (
        "cells-apart",
        pytest.approx(0.41, rel=0.01),
        pytest.approx(1.0, abs=0.01),
    )
    assert behind(2.0, 0.45, first=first) is None
    assert behind(2.0, 0.55, first=first) == ("cells-apart", pytest.approx(2.0, rel=0.1), pytest.approx(0.55, abs=0.03))
    assert _behind(NOISE[0], NOISE[1], (np.zeros(LONG), np.zeros(LONG))) is None


def test_two_tenths_of_a_second_are_what_it_changes_within():
    two, four = (np.tile(one, LONG // len(one)) for one in ([1.0, -1.0], [1.0, 1.0, -1.0, -1.0]))
    assert behind(2.0, 0.2, noise=two) is not None, "gone after two"
    assert behind(2.0, 0.2, noise=four) is None, "gone after four only"
