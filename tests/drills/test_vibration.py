"""Every vibration form: a function of time that never raises, off outside its step, never above what was prescribed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills.dose import peak_acceleration_g
from drills.library import load_shipped
from drills.platform import Platform
from drills.values import NO_DEMAND, Demand
from drills.vibration import FORMS
from drills.vibration.values import SLEW_HZ_PER_S, Form, FormKeys, Shake, ShakenKeys, Vibration

TICK_NS = 4_000_000
KEYS: dict[str, FormKeys] = {
    "none": FORMS["none"].keys(form="none"),
    "continuous": load_shipped("single-leg-vibration").exercise_step.vibration,
}
"""One set of keys a form."""
CRANK = Platform(12.0, 38.0, 40.0, ((25.0, 0.2),))
ANY_TIME = st.one_of(
    st.integers(-(10**12), 10**12), st.integers(0, 20_000_000_000), st.sampled_from([10**400, -(10**400)])
)


@st.composite
def prepared(draw: st.DrawFn) -> tuple[Form, Shake, Vibration]:
    """A form made ready for a prescription that its drill would let pass."""
    name = draw(st.sampled_from(sorted(FORMS)))
    form, keys = FORMS[name], KEYS[name]
    platform = draw(st.sampled_from([None, CRANK]))
    hz = draw(st.floats(5 if platform is None else 12, 35))
    mm = draw(st.one_of(st.just(0.0), st.floats(0.02, 2)))
    shake = Shake(hz, mm, draw(st.floats(1, 60)), platform)
    return form, shake, form.prepare(keys, shake)


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
    most_mm = shake.displacement_pp_mm if shake.platform is None else 0.2
    assert 0.0 <= demand.frequency_hz <= shake.frequency_hz
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


@given(prepared(), st.floats(0, 1))
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
    assert form.demand(again, t_ns) == form.demand(vibration, t_ns)


@pytest.mark.parametrize("name", sorted(FORMS))
def test_what_a_document_says_of_its_ramps_is_how_long_they_last(name):
    form, keys = FORMS[name], KEYS[name]
    timing = form.prepare(keys, Shake(25.0, 0.23, 10.0, None)).timing
    assert (timing.up_ns / 1e9, timing.down_ns / 1e9) == form.ramps_s(keys)
    assert timing.hold_ns == 10_000_000_000
