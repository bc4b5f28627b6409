"""What a therapist leads, one tick by hand: which time of a repetition is judged, and what adds up of it."""

import math
from typing import Any

import pytest

from drills.exercises import guided
from drills.exercises.guided import CALM_NS, Led, Sway
from drills.exercises.leads import LEADS
from drills.exercises.values import Moment
from drills.scene import View
from drills.values import Phase
from tests.drills.trying import at, keyed

S = 10**9
LATER_NS = 7 * S
TICK_NS = 20_000_000


def led(name: str, gone: int = 1, **changes: Any) -> Led:
    """In the repetition after so many, with a ring of 20 mm."""
    return guided.begin(keyed(name))._replace(**{"gone": gone, "ring_mm": 20.0} | changes)


def added(state: Led, into_ns: int, ml_mm: float = 0.0, force_n: float = 700.0) -> Sway:
    """What has added up with a tick that ends so long after this repetition began."""
    each_ns = round(state.given.keys.each_s * S)
    now_ns = LATER_NS + CALM_NS + state.gone * each_ns + into_ns
    state = state._replace(last_ns=now_ns - TICK_NS)
    return guided._added(state, at(ml_mm, 0.0, force_n), Moment(now_ns, Phase.HOLD, LATER_NS))[0]


@pytest.mark.parametrize(
    "name", ["rhythmic-stabilisation", "level-pelvis", "stretch-and-hold", "reach-out", "one-leg-clock"]
)
@pytest.mark.parametrize("early_ns", [1, 0])
def test_a_repetition_is_judged_from_its_time_on(name, early_ns):
    """One that goes out and comes back some time into its second half; of the time before nothing is judged."""
    state = led(name)
    lead, each_ns = LEADS[state.given.keys.lead], round(state.given.keys.each_s * S)
    from_ns = each_ns // 2 + lead.back_ns if lead.back_ns else lead.from_ns
    judged_ns = 0 if early_ns else TICK_NS
    inside = added(state, from_ns - early_ns)
    assert (inside.ns, inside.judged_ns, inside.inside_ns) == (TICK_NS, judged_ns, judged_ns)
    outside = added(state, from_ns - early_ns, 1000.0)
    where = judged_ns if name == "stretch-and-hold" else 0  # there the heels are judged, not the place to the side
    assert (outside.judged_ns, outside.inside_ns) == (judged_ns, where)


def test_what_adds_up_is_added_to_what_there_is():
    """A fifth of a second with 700 N at the middle, and a tick of a tenth as long with 590 N, 11 mm off."""
    before = Sway(10 * TICK_NS, 5 * TICK_NS, 4 * TICK_NS, 700.0, 0.0, 0, 0, 0.0)
    sway = added(led("rhythmic-stabilisation", sway=before), 2 * S, 11.0, 590.0)
    assert sway == (
        11 * TICK_NS,
        6 * TICK_NS,
        5 * TICK_NS,
        pytest.approx(690.0),
        pytest.approx(11.0),
        0,
        0,
        0.0,
    )


@pytest.mark.parametrize("force_n", [-0.1, 20_000.1, math.nan])
def test_a_force_that_nobody_has_is_none(force_n):
    assert added(led("rhythmic-stabilisation"), 2 * S, 0.0, force_n).force_n == 0.0
    assert added(led("rhythmic-stabilisation"), 2 * S, 0.0, 20_000.0).force_n == 20_000.0


@pytest.mark.parametrize(("half_ml_mm", "view"), [(0.0, View.QUIET), (1.0, View.FOOT), (0.5, View.FOOT)])
def test_a_base_however_narrow_is_seen_as_near_as_a_foot(half_ml_mm, view):
    given = keyed("rhythmic-stabilisation")._replace(half_ml_mm=half_ml_mm, half_ap_mm=half_ml_mm)
    assert guided.begin(given).head.view == view
