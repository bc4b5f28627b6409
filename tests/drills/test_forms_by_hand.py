"""What each form of vibration asks of the plate at a few moments, computed by hand, and what its keys may be."""

import itertools
import math
from typing import Any

import pytest

from drills.library import load_shipped
from drills.platform import Platform
from drills.problems import Problem
from drills.values import NO_DEMAND
from drills.vibration import FORMS, bursts, continuous, intermittent, none, ramp, variable
from drills.vibration.values import (
    LEAST_RAMP_S,
    Displacement,
    Form,
    Frequency,
    Shake,
    ShakenKeys,
    Vibration,
    dice,
    shaken_problems,
)

S = 10**9
MS = 10**6
CRANK = Platform(12.0, 38.0, 40.0, ((25.0, 0.2),))
SHAKEN = load_shipped("single-leg-vibration").exercise_step.vibration
HALF, EDGE = pytest.approx((18.5, 0.115)), pytest.approx((25.0, 0.115))
"""Half-way up a ramp, and half-way up the edge of a burst, to 25 Hz and 0.23 mm."""
QUARTER = 0.14644661
"""Of a raised cosine: half of 1 - cos 45 degrees."""


def keyed(name: str, **own: Any) -> Any:
    """The keys that the shipped drill has in common with a form, and these of its own."""
    form, shared = FORMS[name], SHAKEN.model_dump()
    fields = form.keys.model_fields
    return form.keys.model_validate({key: shared[key] for key in shared if key in fields} | {"form": name} | own)


def made(name: str, shake: Shake, **own: float) -> tuple[Form, Vibration]:
    """A form with such keys, made ready."""
    form = FORMS[name]
    return form, form.prepare(keyed(name, **own), shake)


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


def test_a_plate_that_people_stand_on_takes_half_a_second_to_begin():
    assert LEAST_RAMP_S == 0.5


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
    assert form.demand(vibration, sum(vibration.timing) - 1) == pytest.approx((20.0, 0.2))
    slow, low = made("continuous", Shake(12.0, 0.5, 30.0, CRANK))
    assert (low.start_hz, low.end_hz) == (12.0, 12.0)
    assert slow.leave(low, 1000 * MS) == 33_500 * MS - 750 * MS


def test_the_shorter_ramp_says_how_far_below_its_frequency_a_vibration_begins():
    """10 Hz in a second: 35 Hz begins at 25 Hz, and not at the 12 Hz that the document would let it begin at."""
    for up_s, down_s in ((3.0, 1.0), (1.0, 1.5)):
        _, vibration = made("continuous", Shake(35.0, 0.1, 30.0, None), ramp_up_s=up_s, ramp_down_s=down_s)
        assert (vibration.start_hz, vibration.end_hz) == (25.0, 25.0)


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
    ("hold_s", "on_s", "off_s", "blocks"),
    [(17.000000001, 5.0, 5.0, (5_000_000_001, 5 * S)), (27.2, 4.0, 10.0, (7_600 * MS, 10 * S))],
)
def test_the_last_block_ends_with_the_hold(hold_s, on_s, off_s, blocks):
    """Of a nanosecond that two blocks cannot share each has one; 4 s on and 10 s off would have 14 s off in 27.2 s."""
    keys = {"on_s": on_s, "off_s": off_s, "ramp_up_s": 1.0, "ramp_down_s": 1.0}
    form, vibration = made("intermittent", Shake(25.0, 0.23, hold_s, None), **keys)
    assert vibration.own == blocks
    end_ns = sum(vibration.timing[:2])
    assert form.demand(vibration, end_ns - 1) == form.demand(vibration, end_ns) == (25.0, 0.23)
    assert form.leave(vibration, end_ns - 1) == form.leave(vibration, end_ns) == end_ns
    assert made("intermittent", Shake(25.0, 0.23, 0.0, None), **keys)[1].own == (0, 0)


@pytest.mark.parametrize(("hold_s", "blocks"), [(9.0, (9 * S, 0)), (9.6, (200 * MS, 200 * MS))])
def test_ramps_that_fill_a_hold_leave_no_room_for_blocks(hold_s, blocks):
    """9 s of ramps between 2 s on and 2 s off: 9.6 s would be 6 s of blocks and have 0.6 s for them."""
    _, vibration = made(
        "intermittent", Shake(25.0, 0.23, hold_s, None), on_s=2.0, off_s=2.0, ramp_up_s=8.0, ramp_down_s=1.0
    )
    assert vibration.own == pytest.approx(blocks, abs=2)


@pytest.mark.parametrize(
    ("on_s", "off_s", "duty"),
    [(2.0, 6.0, None), (6.0, 2.0, None), (2.0, 7.0, 0.22), (7.0, 2.0, 0.78)],
)
def test_from_a_quarter_to_three_quarters_of_the_time_are_on(on_s, off_s, duty):
    found = list(intermittent.problems(keyed("intermittent", on_s=on_s, off_s=off_s)))
    wrong = Problem("on_s", on_s, 0.25, 0.75, reason="duty", values={"duty": duty})
    assert found == ([wrong] if duty else [])


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
    assert form.leave(knots, 333_333_333) == 5250 * MS
    _, longer = made("variable", Shake(25.0, 0.23, 2.5, None), span_hz=5.0, slew_hz_per_s=2.0)
    seen(form, longer, {4000: (25.0, 0.23), 4499: (25.0, 0.23), 4500: (25.0, 0.23)})


@pytest.mark.parametrize(
    ("hz", "knot_hz", "to_ms"),
    [
        (25.0, 21.0, 4468.75),  # 25 Hz less 13 Hz a fading: 4 of 13 are 19.7 steps
        (25.0, 26.0, 4281.25),  # (25 / 26)^2 of the displacement is left after 11.3 steps
        (8.0, 5.0, 5500.0),  # who began at 8 Hz fades at 8 Hz
    ],
)
def test_a_frequency_that_wandered_is_left_where_the_fading_is_no_higher(hz, knot_hz, to_ms):
    """In steps of a 64th of 1.5 s after the hold."""
    form, vibration = made("variable", Shake(hz, 0.1, 2.0, None), span_hz=5.0, slew_hz_per_s=2.0)
    knots = vibration._replace(own=vibration.own._replace(knots_hz=(hz, knot_hz, hz), low_hz=5.0, high_hz=30.0))
    assert form.leave(knots, 3000 * MS) == to_ms * MS


@pytest.mark.parametrize("seed", [0, 2, 22, 81])
def test_a_frequency_turns_as_the_dice_say_and_never_so_far_that_it_cannot_come_back(seed):
    """In 3 s it turns twice, by 1.273 Hz at most each time, and must be back a second after the second turn."""
    modulus, step_hz = 2**31 - 1, 4.0 / math.pi
    one, other = ((seed + 1) * pow(48_271, power, modulus) % modulus / modulus for power in (9, 10))
    first_hz = 25.0 + step_hz * (2.0 * one - 1.0)
    second_hz = min(25.0 + step_hz, max(25.0 - step_hz, first_hz + step_hz * (2.0 * other - 1.0)))
    form, vibration = made("variable", Shake(25.0, 0.23, 3.0, None), span_hz=5.0, slew_hz_per_s=2.0)
    assert form.drawn(vibration, seed).own.knots_hz == pytest.approx((25.0, first_hz, second_hz, 25.0))


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
    quarter = pytest.approx((25.0, 0.23 * QUARTER))
    seen(form, vibration, {4025: quarter, 4475: quarter})
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


def test_next_to_nothing_is_no_vibration():
    """A nanosecond into an edge of half a second, and before the end of a fading, a raised cosine is rounded to 0."""
    keys = {"burst_s": 1.0, "edge_s": 0.5, "every_min_s": 4.0, "every_max_s": 4.0, "most": 10, "pair_gap_s": 0.0}
    form, vibration = made("bursts", Shake(25.0, 0.23, 18.0, None), **keys)
    assert form.demand(vibration, 4 * S + 1) is form.demand(vibration, 5 * S - 1) is NO_DEMAND
    form, vibration = made("ramp", Shake(25.0, 0.23, 10.0, None), rise_s=20.0)
    assert form.demand(vibration, sum(vibration.timing) - 1) is NO_DEMAND
    assert form.demand(vibration, -1200 * MS) is NO_DEMAND  # where 12 Hz and 10 Hz a second would have been 0 Hz
    assert form.demand(vibration, 1) == pytest.approx((12.0, 0.23 * (25.0 / 12.0) ** 2 / (20 * S)))


def test_no_form_shakes_without_a_displacement():
    """And a crank's way up is no longer then than the document says: to 35 Hz with vibration it takes 2.3 s."""
    own: dict[str, dict[str, float]] = {
        "continuous": {},
        "intermittent": {"on_s": 5.0, "off_s": 5.0},
        "ramp": {"rise_s": 20.0},
        "variable": {"span_hz": 5.0, "slew_hz_per_s": 2.0},
    }
    for name, keys in own.items():
        form, vibration = made(name, Shake(25.0, 0.0, 20.0, None), **keys)
        seen(form, vibration, dict.fromkeys((0, 1000, 10_000, 21_000), NO_DEMAND))
        assert form.reaches(vibration) == (NO_DEMAND,)
    assert vibration.own is None
    assert form.drawn(vibration, 5) is vibration
    form, still = made("continuous", Shake(35.0, 0.0, 20.0, CRANK))
    assert still.timing == (2 * S, 20 * S, 1500 * MS)
    seen(form, still, dict.fromkeys((0, 1000, 10_000, 23_000), NO_DEMAND))
    assert none.StillKeys().form == "none"


def test_a_level_fades_from_what_it_has_reached_by_a_raised_cosine():
    """Half of 0.23 mm after 10 of 20 s; a quarter of the fading before its end a seventh of that, all of it at most."""
    form, vibration = made("ramp", Shake(25.0, 0.23, 10.0, None), rise_s=20.0)
    seen(form, vibration, {11_125: pytest.approx((25.0, 0.115 * QUARTER))})
    form, vibration = made("ramp", Shake(25.0, 0.23, 30.0, None), rise_s=20.0)
    seen(form, vibration, {20_000: (25.0, 0.23), 29_999: (25.0, 0.23), 31_125: pytest.approx((25.0, 0.23 * QUARTER))})
    assert form.leave(vibration, 30 * S) == 30 * S
    form, vibration = made("ramp", Shake(25.0, 0.23, 0.0, None), rise_s=20.0)
    assert form.leave(vibration, 0) == 1500 * MS


def test_a_level_that_is_left_while_its_frequency_climbs_ends_there():
    """From 12 to 25 Hz takes 1.3 s. In the fading it would be 25 Hz already, a jump; and a step of 1 s never gets
    there: it fades at the 22 Hz that it has reached.
    """
    form, vibration = made("ramp", Shake(25.0, 0.23, 30.0, None), rise_s=20.0)
    assert form.leave(vibration, 1299 * MS) == 31_500 * MS
    assert 30 * S < form.leave(vibration, 1300 * MS) < 31_500 * MS
    form, short = made("ramp", Shake(25.0, 0.23, 1.0, None), rise_s=20.0)
    assert form.leave(short, 999 * MS) == 2500 * MS
    assert S <= form.leave(short, S) < 1001 * MS
    assert form.demand(short, 1750 * MS).frequency_hz == 22.0


def test_keys_may_be_at_their_bounds():
    """As soon as it may begin it begins; a burst may be all edges; a level may rise as fast as it may."""
    times = {"burst_s": 0.5, "every_min_s": 4.0, "most": 10, "pair_gap_s": 0.0}
    for edge_s, every_s, wrong in ((0.25, 4.0, ""), (0.26, 4.0, "edge_s"), (0.25, 3.9, "every_max_s")):
        found = list(bursts.problems(keyed("bursts", edge_s=edge_s, every_max_s=every_s, **times)))
        assert [one.field for one in found] == ([wrong] if wrong else [])
    vibration = {"frequency_hz": dict.fromkeys(("default", "min", "max"), 20.0)}
    vibration["displacement_pp_mm"] = dict.fromkeys(("default", "min", "max"), 0.4)
    least_s = 2.0 * math.pi**2 * 20.0**2 * 0.4 / 1000.0 / 9.80665 / 0.05
    assert list(ramp.problems(keyed("ramp", rise_s=least_s, **vibration))) == []
    assert len(list(ramp.problems(keyed("ramp", rise_s=least_s - 1e-9, **vibration)))) == 1


def test_a_default_is_within_its_own_bounds():
    shared = SHAKEN.model_dump()

    def said(**own: Any) -> list[str]:
        keys = ShakenKeys.model_validate(
            {key: shared[key] for key in ShakenKeys.model_fields} | {"peak_acceleration_max_g": 1.0} | own
        )
        return [str(problem) for problem in shaken_problems(keys, "v")]

    for table, least, most in (("frequency_hz", 20.0, 30.0), ("displacement_pp_mm", 0.1, 0.3)):
        for default in (least, most):
            assert said(**{table: {"default": default, "min": least, "max": most}}) == []
        for default in (least - 0.01, most + 0.01):
            wrong = f"v.{table}.default={default:g} out-of-range least={least:g} most={most:g}"
            where = f"least_key=v.{table}.min most_key=v.{table}.max"
            assert said(**{table: {"default": default, "min": least, "max": most}}) == [f"{wrong} {where}"]


def test_dice_are_the_generator_of_the_cpp_standard():
    """`minstd_rand`: from seed 1 its 10,000th number is 399268537 (C++ [rand.predef]). The first eight are left out.

    Seed 0 is its seed 1, as is the modulus less 1; -1 is its seed -1, whose numbers are those of 1 turned round.
    """
    modulus = 2**31 - 1
    thrown = list(itertools.islice(dice(0), 9992))
    assert thrown[-1] == 399_268_537 / modulus
    assert thrown[0] == pow(48_271, 9, modulus) / modulus
    assert next(dice(modulus - 1)) == thrown[0]
    assert next(dice(-1)) == pytest.approx(1.0 - thrown[0], abs=1e-15)
    assert next(dice(1)) == (2 * pow(48_271, 9, modulus) % modulus) / modulus


@pytest.mark.parametrize("name", ["bursts", "variable"])
def test_a_form_is_made_ready_as_the_lot_0_draws_it(name):
    own: dict[str, float] = {"span_hz": 5.0, "slew_hz_per_s": 2.0}
    if name == "bursts":
        own = {"burst_s": 0.5, "edge_s": 0.1, "every_min_s": 4.0, "every_max_s": 8.0, "most": 10, "pair_gap_s": 0.0}
    form, vibration = made(name, Shake(25.0, 0.23, 18.0, None), **own)
    assert form.drawn(vibration, 0) == vibration
    assert form.drawn(vibration, 1) != vibration
