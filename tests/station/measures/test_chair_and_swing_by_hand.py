"""Rises from a chair, finding again, swinging on a beat and errors of a stance: made movements, known by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from station.measures.tasks.chair import CHAIR_NAMES, chair_stands
from station.measures.tasks.finding import FINDING_NAMES, found_again
from station.measures.tasks.standing_errors import stance_errors
from station.measures.tasks.swing import SWING_NAMES, AskedBeat, rhythmic_shift
from station.measures.values import Figures

RATE = 100.0
WEIGHT_N = 1000.0
SEAT_N, FEET_N = 400.0, 950.0
"""As much as counts as sitting, and as little as counts as having risen, of 1000 N."""


def load(*parts: tuple[float, int]) -> np.ndarray:
    return np.concatenate([np.full(count, level_n) for level_n, count in parts])


def rises(*samples: int, seat_n: float = SEAT_N, feet_n: float = FEET_N, sat: int = 18) -> np.ndarray:
    """Sitting, and rises of so many samples, with a seat contact behind each."""
    return load((seat_n, 18), *(part for count in samples for part in ((feet_n, count), (seat_n, sat))))


def counted(found: Figures) -> tuple[float, float | None, str | None]:
    """Rises, the time of five or None, and why there is none."""
    values, reasons = found
    assert tuple(values) == CHAIR_NAMES == ("chair_stands", "five_stands_s")
    time_s = values["five_stands_s"]
    why = reasons.get("five_stands_s")
    return values["chair_stands"], None if math.isnan(time_s) else time_s, why.reason if why else None


# --- rises from a chair ---------------------------------------------------------------------------------------------


def test_five_rises_are_timed_to_the_sample_at_which_the_last_seat_contact_begins() -> None:
    """18 samples on the seat, five times 40 on the feet, four times 18 on the seat: 2.9 s."""
    assert counted(chair_stands(rises(40, 40, 40, 40, 40), RATE, WEIGHT_N)) == (5.0, 2.9, None)
    in_other_unit = rises(40, 40, 40, 40, 40) / WEIGHT_N
    assert counted(chair_stands(in_other_unit, RATE, 1.0)) == (5.0, 2.9, None)


@pytest.mark.parametrize(
    ("force_n", "found"),
    [
        (rises(40, 40, 39, 40, 40), 4.0),  # 0.39 s: nobody rises and sits in that
        (rises(40, 40, 40, 40, 40, sat=17), 1.0),  # 0.17 s on the seat is none: all of it is one rise
        (rises(40, 40, 40, 40, 40, feet_n=949.0), 0.0),
        (np.r_[rises(40, 40, 40, 40), load((FEET_N, 40))], 5.0),  # the fifth time standing is another figure
        (np.r_[rises(40, 40, 40, 40, 40), load((FEET_N, 1))], 6.0),
        (np.r_[rises(40), load((500.0, 10), (SEAT_N, 18), (FEET_N, 40), (SEAT_N, 18))], 2.0),  # once without a rise
        (np.r_[rises(), load((500.0, 10), (SEAT_N, 18))], 0.0),
        (load((FEET_N, 8), (SEAT_N, 17), (500.0, 22), (SEAT_N, 18)), 0.0),  # on the feet as the signal comes: no rise
        (load((FEET_N, 8), (SEAT_N, 17), (FEET_N, 40), (SEAT_N, 18)), 1.0),  # and the rise after it is one
    ],
)
def test_what_is_a_rise_and_when_there_is_no_time_of_five(force_n, found) -> None:
    assert counted(chair_stands(force_n, RATE, WEIGHT_N)) == (found, None, "not-five-rises")
    assert chair_stands(force_n, RATE, WEIGHT_N)[1]["five_stands_s"].values == {"n": found}


def test_too_short_and_who_stands_at_the_signal_already() -> None:
    both = load((SEAT_N, 18), (FEET_N, 18))
    assert chair_stands(both, RATE, WEIGHT_N)[0]["chair_stands"] == 1.0
    for force_n, weight_n in ((both[:-1], WEIGHT_N), (both, 0.0), (both, -1.0), (both, math.nan)):
        values, reasons = chair_stands(force_n, RATE, weight_n)
        assert all(math.isnan(one) for one in values.values())
        assert [why.reason for why in reasons.values()] == ["rise-too-short"] * 2
    for begin in (load((SEAT_N + 1.0, 18)), load((SEAT_N, 9), (FEET_N, 9))):
        _, reasons = chair_stands(np.r_[begin, rises(40)], RATE, WEIGHT_N)
        assert [why.reason for why in reasons.values()] == ["stands-already"] * 2
    most = load((SEAT_N, 10), (FEET_N, 48), (SEAT_N, 18))  # the median of the first 18 samples is on the seat
    assert chair_stands(most, RATE, WEIGHT_N)[0]["chair_stands"] == 1.0


def test_on_a_slow_plate_one_sample_on_the_seat_is_enough() -> None:
    assert chair_stands(np.array([SEAT_N, FEET_N, SEAT_N]), 2.0, WEIGHT_N)[0]["chair_stands"] == 1.0


# --- finding again --------------------------------------------------------------------------------------------------


def test_errors_of_finding_again_by_hand() -> None:
    assert FINDING_NAMES == ("constant_error", "variable_error", "absolute_error")
    values, reasons = found_again([2.0, -4.0, 5.0])
    assert values == pytest.approx(dict(zip(FINDING_NAMES, (1.0, 21.0**0.5, 11.0 / 3.0), strict=True)))
    assert reasons == {}
    values, reasons = found_again([1.0, 3.0])
    assert values == pytest.approx(dict(zip(FINDING_NAMES, (2.0, 2.0**0.5, 2.0), strict=True)))
    assert reasons == {}


def test_one_answer_varies_by_nothing_that_is_known_and_none_says_nothing() -> None:
    values, reasons = found_again([-3.0])
    assert (values["constant_error"], values["absolute_error"]) == (-3.0, 3.0)
    assert math.isnan(values["variable_error"])
    assert {name: why.reason for name, why in reasons.items()} == {"variable_error": "one-answer"}
    values, reasons = found_again([])
    assert tuple(values) == FINDING_NAMES
    assert all(math.isnan(one) for one in values.values())
    assert {name: why.reason for name, why in reasons.items()} == dict.fromkeys(FINDING_NAMES, "nothing-answered")


# --- swinging on a beat ---------------------------------------------------------------------------------------------


def beats(*at_s: float) -> tuple[AskedBeat, ...]:
    """To one side and the other, the left or back first."""
    return tuple(AskedBeat(one, -1 if number % 2 == 0 else 1) for number, one in enumerate(at_s))


def line(until_s: float, *knots: tuple[float, float]) -> np.ndarray:
    """Straight between these (s, mm), at 100 Hz up to before the end."""
    times_s, places_mm = zip(*knots, strict=True)
    return np.interp(np.arange(round(until_s * RATE)) / RATE, times_s, places_mm)


def swung(*args: object) -> tuple[float, ...]:
    values, reasons = rhythmic_shift(*args)  # type: ignore[arg-type]
    assert tuple(values) == SWING_NAMES
    assert reasons == {}
    return tuple(values.values())


def test_a_swing_by_hand() -> None:
    """Turns 0.1 s late on the line, 0.4 s early and a fifth beyond, on the beat and a tenth, 0.2 s late and a fifth
    short; what is further away than half a beat is none of its turns.
    """
    along = line(
        6.0,
        *((0.0, 0.0), (0.2, -80.0), (0.5, 0.0), (1.0, -45.0), (1.1, -50.0), (1.6, 60.0), (3.0, -55.0)),
        *((4.0, 30.0), (4.2, 40.0), (4.4, 0.0), (4.7, 90.0)),
    )
    across = line(6.0, (0.0, 50.0), (1.0, 7.0), (4.0, 70.0), (4.5, 0.0))
    speed, control, timing, amplitude = swung(along, across, RATE, beats(1.0, 2.0, 3.0, 4.0), 50.0)
    way_mm = 5.0 + 110.0 + 115.0 + 85.0
    assert speed == pytest.approx(way_mm / 3.0)
    assert control == pytest.approx(100.0 * (way_mm - 63.0) / way_mm)
    assert timing == pytest.approx((0.1 + 0.4 + 0.0 + 0.2) / 4.0)
    assert amplitude == pytest.approx((0.0 + 20.0 + 10.0 - 20.0) / 4.0)


def test_a_beat_before_the_first_sample_and_one_behind_the_last() -> None:
    """From the first sample to the end; of the beat at 9 s there is nothing."""
    along = line(4.0, (0.0, -70.0), (0.7, 0.0), (1.0, 50.0), (1.7, -50.0), (4.0, -50.0))
    speed, _, timing, amplitude = swung(along, np.zeros(400), RATE, beats(-0.3, 0.7, 1.7, 9.0), 50.0)
    assert speed == pytest.approx((70.0 + 50.0 + 100.0) / 4.0)
    assert timing == pytest.approx((0.3 + 0.3 + 0.0) / 3.0)
    assert amplitude == pytest.approx((40.0 + 0.0 + 0.0) / 3.0)


def test_a_swing_of_two_samples_and_one_that_is_none() -> None:
    """On its way of half a millimetre by one, to lines 1 mm away: the first on the beat, the second half a second early
    and both 75 % short.
    """
    two = np.array([-0.25, 0.25])
    assert swung(two, np.zeros(2), 2.0, beats(0.0, 1.0, 2.0), 1.0) == pytest.approx((0.5, 100.0, 0.25, -75.0))
    assert swung(two, np.array([0.0, 3.0]), 2.0, beats(0.0, 1.0, 2.0), 1.0)[1] == 0.0, "more across than along"
    assert swung(np.zeros(2), np.zeros(2), 2.0, beats(0.0, 1.0, 2.0), 1.0)[:2] == (0.0, 0.0)
    along = line(4.0, (0.0, -1.0), (4.0, 1.0))
    for few in (
        (two[:1], two[:1], 2.0, beats(0.0, 1.0, 2.0), 1.0),
        (two[:0], two[:0], 2.0, beats(0.0, 1.0, 2.0), 1.0),
        (along, along, RATE, beats(1.0, 2.0), 1.0),
        (along, along, RATE, beats(1.0, 2.0, 3.0), 0.0),
        (along, along, RATE, beats(9.0, 10.0, 11.0), 1.0),
    ):
        values, reasons = rhythmic_shift(*few)
        assert tuple(values) == SWING_NAMES
        assert all(math.isnan(one) for one in values.values())
        assert [(why.reason, why.values) for why in reasons.values()] == [("few-beats", {"n": len(few[3])})] * 4


def test_the_names_of_a_swing() -> None:
    assert SWING_NAMES == (
        "swing_velocity_mm_s",
        "swing_directional_control_percent",
        "swing_timing_error_s",
        "swing_amplitude_error_percent",
    )


# --- errors of a stance ---------------------------------------------------------------------------------------------

QUICK = 250.0


def stance(length_s: float, *out: tuple[float, float], carried_n: float = 849.0) -> np.ndarray:
    """All of the weight but for these stretches (s, s), at 250 Hz."""
    t_s = np.arange(round(length_s * QUICK)) / QUICK
    away = np.any([(begin <= t_s) & (t_s < end) for begin, end in out], axis=0) if out else np.zeros(len(t_s), bool)
    return np.where(away, carried_n, 1000.0)


@pytest.mark.parametrize(
    ("force_n", "taps_s", "errors"),
    [
        (stance(20.0), (), 0),
        (stance(20.0, (4.0, 5.0)), (), 1),
        (stance(20.0, (4.0, 5.0), (8.0, 9.0)), (), 2),
        (stance(20.0, (4.0, 5.0), carried_n=850.0), (), 0),
        (stance(20.0, (4.0, 4.14)), (), 1),
        (stance(20.0, (4.0, 4.136)), (), 0),
        (stance(20.0, (4.0, 9.0)), (), 1),  # 5 s are not more than 5 s
        (stance(20.0, (4.0, 9.004), (12.0, 12.5)), (), 10),
        (stance(5.0), (), 0),
        (stance(4.996), (), 10),
        (stance(7.0, (2.0, 4.1)), (), 10),  # 4.9 s in place
        (stance(7.5, (2.0, 4.5)), (), 1),
        # A tap that comes a second before or behind is of what the plate saw.
        (stance(20.0, (4.0, 5.0), (12.0, 13.0)), (3.0, 4.5, 6.0), 2),
        (stance(20.0, (4.0, 5.0), (12.0, 13.0)), (2.996, 6.004), 4),
        # Taps within a second are one error, counted from the one that counted.
        (stance(20.0), (11.0, 10.0, 10.5), 2),
        (stance(20.0), (10.0, 10.99), 1),
        (stance(20.0), (10.0, 11.0, 11.5, 12.25), 3),
        (stance(20.0, (1.0, 2.0)), tuple(range(5, 13)), 9),
        (stance(20.0, (1.0, 2.0)), tuple(range(5, 15)), 10),
    ],
)
def test_errors_of_a_stance_by_hand(force_n, taps_s, errors) -> None:
    assert stance_errors(force_n, QUICK, 1000.0, taps_s) == errors
    assert stance_errors(force_n / 1000.0, QUICK, 1.0, taps_s) == errors


def test_without_a_weight_the_taps_alone_count() -> None:
    assert stance_errors(np.full(5000, -5.0), QUICK, 0.0, (3.0, 9.0)) == 2
