"""Every vibration form: a function of time that never raises, off outside its step, never above what was prescribed."""

import itertools
import math
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drills.dose import peak_acceleration_g
from drills.library import load_shipped
from drills.platform import Platform
from drills.values import NO_DEMAND, Demand
from drills.vibration import FORMS
from drills.vibration.values import SLEW_HZ_PER_S, Form, FormKeys, Shake, ShakenKeys, Vibration, dice, strongest

TICK_NS = 4_000_000
CONTINUOUS = load_shipped("single-leg-vibration").exercise_step.vibration


def keys_of(form: str, **own: object) -> FormKeys:
    """Those of the shipped drill, for another form; `own` are its own keys beside them."""
    shared = CONTINUOUS.model_dump()
    fields = FORMS[form].keys.model_fields
    return FORMS[form].keys.model_validate({key: shared[key] for key in shared if key in fields} | {"form": form} | own)


KEYS: dict[str, FormKeys] = {
    "none": FORMS["none"].keys(form="none"),
    "continuous": CONTINUOUS,
    "intermittent": keys_of("intermittent", on_s=5.0, off_s=5.0, ramp_up_s=1.0, ramp_down_s=1.0),
    "ramp": keys_of("ramp", rise_s=20.0),
    "variable": keys_of("variable", span_hz=5.0, slew_hz_per_s=2.0),
    "bursts": keys_of("bursts", burst_s=0.5, edge_s=0.1, every_min_s=4.0, every_max_s=8.0, most=10, pair_gap_s=0.0),
}
"""One set of keys a form."""


def changed(form: str, own: dict[str, object]) -> FormKeys:
    """Those keys, and some of them otherwise."""
    return type(KEYS[form]).model_validate(KEYS[form].model_dump() | own)


CRANK = Platform(12.0, 38.0, 40.0, ((25.0, 0.2),))
ANY_TIME = st.one_of(
    st.integers(-(10**12), 10**12), st.integers(0, 20_000_000_000), st.sampled_from([10**400, -(10**400)])
)


@st.composite
def prepared(draw: st.DrawFn) -> tuple[Form, Shake, Vibration]:
    """A form made ready for a prescription that its drill would let pass."""
    name = draw(st.sampled_from(sorted(FORMS)))
    form, keys = FORMS[name], KEYS[name]
    platform = draw(st.sampled_from([None, CRANK] if form.on_fixed else [None]))
    hz = draw(st.floats(5 if platform is None else 12, 35))
    mm = draw(st.one_of(st.just(0.0), st.floats(0.02, 2)))
    shake = Shake(hz, mm, draw(st.floats(1, 60)), platform)
    return form, shake, form.drawn(form.prepare(keys, shake), draw(st.integers(-(10**20), 10**20)))


def test_every_form_has_keys_here_and_its_name_in_them():
    assert set(KEYS) == set(FORMS)
    for name, keys in KEYS.items():
        assert keys.form == name
        assert isinstance(keys, FORMS[name].keys)
        assert isinstance(keys, ShakenKeys) == (name != "none")


@given(prepared(), ANY_TIME)
def test_it_never_raises_and_never_asks_for_more_than_was_prescribed(made, t_ns):
    form, shake, vibration = made
    demand = form.demand(vibration, t_ns)
    assert type(demand) is Demand
    reached = form.reaches(vibration)
    most_mm = max(one.displacement_pp_mm for one in reached)
    if form.reaches is strongest:
        assert most_mm <= (shake.displacement_pp_mm if shake.platform is None else 0.2)
        assert demand.frequency_hz <= shake.frequency_hz
    assert 0.0 <= demand.frequency_hz <= max(one.frequency_hz for one in reached)
    assert 0.0 <= demand.displacement_pp_mm <= most_mm + 1e-12
    most_g = peak_acceleration_g(*vibration.full)
    assert peak_acceleration_g(*demand) <= most_g * (1 + 1e-9)
    if not shake.displacement_pp_mm:
        assert demand is NO_DEMAND


@given(prepared(), st.integers(0, 10**12))
def test_it_is_off_outside_its_step(made, beyond_ns):
    form, _, vibration = made
    whole_ns = sum(vibration.timing)
    assert form.demand(vibration, -1 - beyond_ns) is NO_DEMAND
    assert form.demand(vibration, whole_ns + beyond_ns) in (
        NO_DEMAND,
        vibration.full if not vibration.timing.down_ns else NO_DEMAND,
    )
    assert form.demand(vibration, whole_ns + 1 + beyond_ns) is NO_DEMAND


@given(prepared(), st.floats(0, 1))
def test_its_frequency_changes_no_faster_than_people_can_stand(made, share):
    form, _, vibration = made
    t_ns = round(share * sum(vibration.timing))
    one, other = form.demand(vibration, t_ns), form.demand(vibration, t_ns + TICK_NS)
    if NO_DEMAND not in (one, other):
        slack_hz = 1e-6 if math.isfinite(one.frequency_hz) else 0.0
        assert abs(other.frequency_hz - one.frequency_hz) <= SLEW_HZ_PER_S * TICK_NS / 1e9 + slack_hz


@given(prepared(), st.one_of(st.floats(0, 1), st.floats(0, 0.1), st.just(1.0)))
def test_it_can_be_left_at_any_time_for_its_fading_and_nothing_jumps_up(made, share):
    form, _, vibration = made
    up_ns, hold_ns, down_ns = vibration.timing
    t_ns = round(share * (up_ns + hold_ns))
    to_ns = form.leave(vibration, t_ns)
    assert up_ns + hold_ns <= to_ns <= up_ns + hold_ns + down_ns
    now, then = form.demand(vibration, t_ns), form.demand(vibration, to_ns)
    assert then.displacement_pp_mm <= now.displacement_pp_mm + 1e-9
    assert then.frequency_hz <= now.frequency_hz + 1e-6


@given(prepared(), ANY_TIME)
def test_the_same_time_gives_the_same_demand(made, t_ns):
    form, shake, vibration = made
    again = form.prepare(KEYS[next(name for name, one in FORMS.items() if one is form)], shake)
    one, other = form.drawn(again, 7), form.drawn(vibration, 7)
    assert form.demand(one, t_ns) == form.demand(other, t_ns)


def ticks(name: str, hold_s: float, platform: Platform | None = None, seed: int = 1, **own: object) -> list[Demand]:
    """The demand of a form at each tick of its hold, at 25 Hz and 0.23 mm."""
    form, keys = FORMS[name], changed(name, own)
    vibration = form.drawn(form.prepare(keys, Shake(25.0, 0.23, hold_s, platform)), seed)
    up_ns, hold_ns, _ = vibration.timing
    return [form.demand(vibration, t_ns) for t_ns in range(up_ns, up_ns + hold_ns, TICK_NS)]


def runs_of(demands: list[Demand]) -> list[tuple[str, float]]:
    """ "on", "off" or "way", and for how many seconds, one after another."""
    named = ["off" if one is NO_DEMAND else "on" if one == Demand(25.0, 0.23) else "way" for one in demands]
    return [(name, sum(1 for _ in same) * TICK_NS / 1e9) for name, same in itertools.groupby(named)]


@pytest.mark.parametrize(("hold_s", "blocks"), [(4.0, 0), (10.0, 0), (17.0, 1), (30.0, 2), (58.0, 4)])
def test_blocks_fill_the_hold_and_it_begins_and_ends_with_one(hold_s, blocks):
    runs = runs_of(ticks("intermittent", hold_s))
    assert [name for name, _ in runs] == ["on", *["way", "off", "way", "on"] * blocks]
    on = [seconds for name, seconds in runs if name == "on"]
    off = [seconds for name, seconds in runs if name == "off"]
    assert max(on[:-1], default=0.0) - min(on[:-1], default=0.0) <= 0.009
    assert all(3.0 <= seconds <= 10.0 for seconds in (on if blocks else []) + off)
    assert sum(seconds for _, seconds in runs) == pytest.approx(hold_s)


def test_blocks_go_by_frequency_alone_where_the_displacement_is_fixed():
    demands = ticks("intermittent", 30.0, CRANK)
    assert {one.displacement_pp_mm for one in demands if one is not NO_DEMAND} == {0.2}
    firsts = [b for a, b in itertools.pairwise(demands) if a is NO_DEMAND and b is not NO_DEMAND]
    assert [one.frequency_hz for one in firsts] == [pytest.approx(12.0, abs=0.05)] * 2
    way = [one for one in demands if one is not NO_DEMAND and one.frequency_hz < 25.0]
    assert len(way) * TICK_NS / 1e9 == pytest.approx(2 * (1.0 + 1.3), abs=0.02)


def test_a_level_rises_no_faster_than_it_may_and_fades_from_where_it_is():
    peaks = [peak_acceleration_g(*one) for one in ticks("ramp", 30.0)]
    assert max(b - a for a, b in itertools.pairwise(peaks)) <= 0.0145 * TICK_NS / 1e9 * 1.01
    assert peaks[round(20.0 / 0.004) :] == [pytest.approx(0.289, abs=0.001)] * len(peaks[round(20.0 / 0.004) :])
    form = FORMS["ramp"]
    vibration = form.prepare(KEYS["ramp"], Shake(25.0, 0.23, 10.0, None))
    half = form.demand(vibration, 10_000_000_000 - TICK_NS).displacement_pp_mm
    assert half == pytest.approx(0.115, abs=0.001)
    assert form.demand(vibration, 10_000_000_000 + TICK_NS).displacement_pp_mm == pytest.approx(half, abs=0.001)


@settings(max_examples=5)
@given(st.integers(0, 10**12))
def test_a_variable_frequency_wanders_slowly_and_is_as_hard_all_the_time(seed):
    demands = ticks("variable", 12.0, seed=seed)
    assert all(20.0 <= one.frequency_hz <= 30.0 for one in demands)
    assert {round(peak_acceleration_g(*one), 9) for one in demands} == {round(peak_acceleration_g(25.0, 0.23), 9)}
    steps = [abs(b.frequency_hz - a.frequency_hz) for a, b in itertools.pairwise(demands)]
    assert max(steps) <= 2.0 * TICK_NS / 1e9 + 1e-9
    assert [*demands[0], *demands[-1]] == pytest.approx([25.0, 0.23] * 2, abs=0.01)


def test_a_variable_frequency_is_another_in_each_trial_and_goes_no_further_than_the_document_says():
    assert len({tuple(ticks("variable", 4.0, seed=seed)) for seed in range(9)}) == 9
    narrow = ticks("variable", 20.0, displacement_pp_mm={"default": 0.23, "min": 0.02, "max": 0.25}, span_hz=10.0)
    assert max(one.displacement_pp_mm for one in narrow) <= 0.25 + 1e-12
    assert min(one.frequency_hz for one in narrow) >= 25.0 * math.sqrt(0.23 / 0.25) - 1e-9


def begins(demands: list[Demand]) -> list[float]:
    """When each burst begins, in s."""
    pairs = itertools.pairwise([NO_DEMAND, *demands])
    return [number * TICK_NS / 1e9 for number, (a, b) in enumerate(pairs) if a is NO_DEMAND and b is not NO_DEMAND]


@settings(max_examples=10)
@given(st.integers(0, 10**12))
def test_bursts_are_short_and_between_two_is_what_was_drawn(seed):
    demands = ticks("bursts", 58.0, seed=seed)
    starts = begins(demands)
    pauses = [b - a for a, b in itertools.pairwise([-0.5, *starts])]
    assert all(4.5 - 0.009 <= pause <= 8.5 + 0.009 for pause in pauses)
    assert 6 <= len(starts) <= 10
    for name, seconds in runs_of(demands):
        assert (name, seconds) == ("off", seconds) or seconds <= 0.301
    assert demands[-1] is NO_DEMAND


def test_nobody_can_guess_when_a_burst_comes():
    form = FORMS["bursts"]
    ready = form.prepare(KEYS["bursts"], Shake(25.0, 0.23, 58.0, None))
    starts = [form.drawn(ready, 10**15 + seed * 4_000_000).own.starts_ns for seed in range(200)]
    trials = [(one[0] / 1e9, one[1] / 1e9) for one in starts]
    firsts = sorted(one[0] for one in trials)
    assert [round(firsts[place], 0) for place in (20, 100, 180)] == [4.0, 6.0, 8.0]
    pairs = [(one[0], one[1] - one[0]) for one in trials]
    assert abs(statistics.correlation(*zip(*pairs, strict=True))) < 0.2


def test_bursts_may_come_in_pairs_and_at_set_times():
    starts = begins(ticks("bursts", 30.0, burst_s=1.0, every_min_s=3.0, every_max_s=3.0, pair_gap_s=0.5))
    assert starts[:4] == [pytest.approx(one, abs=0.005) for one in (3.0, 4.5, 8.5, 10.0)]


def test_dice_are_thrown_evenly_and_alike():
    thrown = [list(itertools.islice(dice(seed), 3)) for seed in range(2000)]
    for place in range(3):
        column = [one[place] for one in thrown]
        assert 0.48 < sum(column) / 2000 < 0.52
        assert 0.08 < statistics.variance(column) < 0.087
    assert list(itertools.islice(dice(5), 3)) == thrown[5]


@pytest.mark.parametrize(
    ("form", "own", "reason"),
    [
        ("intermittent", {"on_s": 2.0, "off_s": 10.0}, "duty"),
        ("intermittent", {"on_s": 10.0, "off_s": 2.0}, "duty"),
        ("ramp", {"rise_s": 5.0}, "rises-too-fast"),
        ("bursts", {"every_max_s": 3.0}, "out-of-range"),
        ("bursts", {"edge_s": 0.3}, "out-of-range"),
    ],
)
def test_keys_that_do_not_go_together_are_named(form, own, reason):
    keys = changed(form, own)
    (problem,) = FORMS[form].problems(keys)
    assert problem.reason == reason
    assert problem.field in own
    assert list(FORMS[form].problems(KEYS[form])) == []


@pytest.mark.parametrize("name", sorted(FORMS))
def test_what_a_document_says_of_its_ramps_is_how_long_they_last(name):
    form, keys = FORMS[name], KEYS[name]
    timing = form.prepare(keys, Shake(25.0, 0.23, 10.0, None)).timing
    assert (timing.up_ns / 1e9, timing.down_ns / 1e9) == form.ramps_s(keys)
    assert timing.hold_ns == 10_000_000_000
