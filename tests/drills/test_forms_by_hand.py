"""What each form of vibration asks of the plate at a few moments, computed by hand, and what its keys may be."""

from typing import Any

import pytest

from drills.library import load_shipped
from drills.platform import Platform
from drills.values import NO_DEMAND
from drills.vibration import FORMS, bursts, continuous, intermittent, ramp, variable
from drills.vibration.values import Displacement, Form, Frequency, Shake, Vibration

S = 10**9
MS = 10**6
CRANK = Platform(12.0, 38.0, 40.0, ((25.0, 0.2),))
SHAKEN = load_shipped("single-leg-vibration").exercise_step.vibration
HALF, EDGE = pytest.approx((18.5, 0.115)), pytest.approx((25.0, 0.115))
"""Half-way up a ramp, and half-way up the edge of a burst, to 25 Hz and 0.23 mm."""


def made(name: str, shake: Shake, **own: float) -> tuple[Form, Vibration]:
    """A form with the keys that the shipped drill has in common with it, and these of its own."""
    form, shared = FORMS[name], SHAKEN.model_dump()
    fields = form.keys.model_fields
    keys = form.keys.model_validate({key: shared[key] for key in shared if key in fields} | {"form": name} | own)
    return form, form.prepare(keys, shake)


def seen(form: Form, vibration: Vibration, expected: dict[int, Any]) -> None:
    """What it asks for at these times, in ms since its step began."""
    for at_ms, demand in expected.items():
        assert form.demand(vibration, at_ms * MS) == demand, at_ms
    assert form.demand(vibration, -1) is form.demand(vibration, sum(vibration.timing)) is NO_DEMAND


BOUNDS = {
    Frequency: dict.fromkeys(("default", "min", "max"), (5.0, 35.0)),
    Displacement: dict.fromkeys(("default", "min", "max"), (0, 2.0)),
    continuous.ContinuousKeys: {
        "ramp_up_s": (0.5, 10),
        "ramp_down_s": (0.5, 1.5),
        "ramp_from_hz": (5.0, 35.0),
        "peak_acceleration_max_g": (0, 1.0),
    },
    intermittent.IntermittentKeys: {"on_s": (2, 10), "off_s": (2, 10)},
    variable.VariableKeys: {"span_hz": (0.5, 10), "slew_hz_per_s": (0.1, 2.0)},
    ramp.RampKeys: {"rise_s": (2, 60), "ramp_down_s": (0.5, 1.5), "ramp_from_hz": (5.0, 35.0)},
    bursts.BurstKeys: {
        "burst_s": (0.3, 1),
        "edge_s": (0.1, 0.5),
        "every_min_s": (2, 10),
        "every_max_s": (2, 10),
        "most": (1, 20),
        "pair_gap_s": (0, 2),
    },
}


@pytest.mark.parametrize("keys", BOUNDS, ids=lambda keys: keys.__name__)
def test_no_document_asks_the_plate_for_more(keys):
    found = keys.model_json_schema()["properties"]
    assert {
        name: (found[name].get("minimum", found[name].get("exclusiveMinimum")), found[name]["maximum"])
        for name in BOUNDS[keys]
    } == BOUNDS[keys]


def test_a_continuous_vibration_goes_up_and_comes_down_by_a_raised_cosine():
    """From 12 Hz to 25 Hz in 2 s, and back in 1.5 s: half of the way is 18.5 Hz and half of 0.23 mm."""
    form, vibration = made("continuous", Shake(25.0, 0.23, 30.0, None))
    full = (25.0, 0.23)
    seen(form, vibration, {0: NO_DEMAND, 1000: HALF, 2000: full, 32_000: full, 32_750: HALF})
    leaves = {-1000: 33_500, 0: 33_500, 1000: 32_750, 2000: 32_000, 10_000: 32_000, 31_999: 32_000}
    assert {at: form.leave(vibration, at * MS) // MS for at in leaves} == leaves
    assert form.ramps_s(SHAKEN) == (2.0, 1.5)


def test_on_a_crank_the_way_down_is_left_where_the_way_up_has_come():
    """To 35 Hz it goes from 12 Hz in 2.3 s; down it goes to 20 Hz in 1.5 s: 23.5 Hz is 3.5 of 15 Hz before its end."""
    form, vibration = made("continuous", Shake(35.0, 0.5, 30.0, CRANK))
    full = (35.0, 0.2)
    way = {0: (12.0, 0.2), 1150: (23.5, 0.2), 2300: full, 32_300: full, 33_050: pytest.approx((27.5, 0.2))}
    seen(form, vibration, way)
    assert form.leave(vibration, 1150 * MS) == pytest.approx(33_450 * MS, abs=2)
    assert form.leave(vibration, 200 * MS) == 33_800 * MS
    assert form.leave(vibration, 2300 * MS) == 32_300 * MS
    slow, low = made("continuous", Shake(12.0, 0.5, 30.0, CRANK))
    assert (low.start_hz, low.end_hz) == (12.0, 12.0)
    assert slow.leave(low, 1000 * MS) == 33_500 * MS - 750 * MS


def test_blocks_share_what_is_left_of_the_hold():
    """30 s: of 5 s on and 5 s off with 2 s of ramps come three blocks, so 26 s for 25: each is 5.2 s long."""
    form, vibration = made(
        "intermittent", Shake(25.0, 0.23, 30.0, None), on_s=5.0, off_s=5.0, ramp_up_s=1.0, ramp_down_s=1.0
    )
    assert vibration.own == (5_200 * MS, 5_200 * MS)
    full, half = (25.0, 0.23), pytest.approx((20.0, 0.115))
    way = {500: half, 1000: full, 6199: full, 6700: half, 7200: NO_DEMAND, 12_399: NO_DEMAND, 12_900: half}
    seen(
        form, vibration, way | {13_400: full, 19_100: half, 19_600: NO_DEMAND, 25_800: full, 31_000: full, 31_500: half}
    )
    leaves = {500: 31_500, 3000: 31_000, 6700: 31_500, 9000: 32_000, 12_900: 31_500, 31_500: 31_500}
    assert {at: form.leave(vibration, at * MS) // MS for at in leaves} == leaves
    _, one = made("intermittent", Shake(25.0, 0.23, 9.0, None), on_s=5.0, off_s=5.0, ramp_up_s=1.0, ramp_down_s=1.0)
    assert one.own == (9 * S, 0)


@pytest.mark.parametrize(
    ("hz", "mm", "span_hz", "low_hz", "high_hz"),
    [
        (25.0, 0.23, 5.0, 20.0, 30.0),
        (8.0, 0.1, 10.0, 5.0, 18.0),
        (33.0, 0.1, 5.0, 28.0, 35.0),
        (25.0, 1.28, 10.0, 20.0, 35.0),
    ],
)
def test_a_frequency_wanders_as_far_as_its_displacement_may_grow(hz, mm, span_hz, low_hz, high_hz):
    """Of 1.28 mm at 25 Hz the 2 mm that the document allows are reached at 20 Hz."""
    form, vibration = made("variable", Shake(hz, mm, 20.0, None), span_hz=span_hz, slew_hz_per_s=2.0)
    assert vibration.own[:2] == pytest.approx((low_hz, high_hz))
    assert vibration.own.step_hz == pytest.approx(1.2732395)
    grown = [(end_hz, mm * (hz / end_hz) ** 2) for end_hz in (low_hz, high_hz)]
    assert [tuple(one) for one in form.reaches(vibration)] == [pytest.approx(one) for one in grown]


def test_between_two_knots_a_frequency_goes_on_a_raised_cosine():
    """From 25 to 26 Hz and back in 2 s; as hard as before, so that 26 Hz have (25 / 26)^2 of the displacement."""
    form, vibration = made("variable", Shake(25.0, 0.23, 2.0, None), span_hz=5.0, slew_hz_per_s=2.0)
    assert len(vibration.own.knots_hz) == 3
    knots = vibration._replace(own=vibration.own._replace(knots_hz=(25.0, 26.0, 25.0)))
    wanted = {2500: 25.5, 3000: 26.0, 3250: 25.853553}
    seen(form, knots, {at: pytest.approx((hz, 0.23 * (25.0 / hz) ** 2)) for at, hz in wanted.items()})
    seen(form, knots, {1000: HALF, 4000: (25.0, 0.23), 4750: HALF})
    assert form.leave(knots, 1000 * MS) == 4750 * MS
    assert form.leave(knots, 2000 * MS) == 4000 * MS


@pytest.mark.parametrize(
    ("own", "starts_ms"),
    [
        ({}, [4000, 8500, 13_000]),
        ({"most": 2}, [4000, 8500]),
        ({"pair_gap_s": 1.0}, [4000, 5500, 10_000, 11_500]),
    ],
)
def test_bursts_come_after_a_pause_and_end_before_the_hold_does(own, starts_ms):
    """4 s of pause and half a second of burst; the fourth one, or the third pair, would end with the hold of 18 s."""
    keys = {"burst_s": 0.5, "edge_s": 0.1, "every_min_s": 4.0, "every_max_s": 4.0, "most": 10, "pair_gap_s": 0.0}
    form, vibration = made("bursts", Shake(25.0, 0.23, 18.0, None), **(keys | own))
    assert form.pulses(vibration) == tuple((at * MS, (at + 500) * MS) for at in starts_ms)
    full = (25.0, 0.23)
    seen(form, vibration, {3999: NO_DEMAND, 4000: NO_DEMAND, 4050: EDGE, 4100: full, 4400: full, 4450: EDGE})
    seen(form, vibration, {4500: NO_DEMAND, 4501: NO_DEMAND, 8000: NO_DEMAND})
    assert (vibration.timing, vibration.start_hz, vibration.end_hz) == ((0, 18 * S, 0), 25.0, 25.0)
    assert (form.leave(vibration, 5), form.ramps_s(SHAKEN)) == (18 * S, (0.0, 0.0))
    assert form.pulses(made("bursts", Shake(25.0, 0.0, 18.0, None), **(keys | own))[1]) == ()


def test_which_forms_a_platform_of_its_own_displacement_does():
    assert {name for name, form in FORMS.items() if form.on_fixed} == {"none", "continuous", "intermittent"}
    assert {name for name, form in FORMS.items() if form.pulsed} == {"bursts"}


@pytest.mark.parametrize(
    ("hz", "mm", "platform", "demand"),
    [
        (25.0, 0.23, None, (25.0, 0.23)),
        (25.0, 0.23, CRANK, (25.0, 0.2)),
        (0.0, 0.23, None, NO_DEMAND),
        (25.0, 0.0, None, NO_DEMAND),
        (25.0, 0.0, CRANK, NO_DEMAND),
        (0.5, 0.5, None, (0.5, 0.5)),
    ],
)
def test_no_vibration_is_asked_for_without_a_frequency_or_a_displacement(hz, mm, platform, demand):
    assert Shake(hz, mm, 30.0, platform).demand == demand
