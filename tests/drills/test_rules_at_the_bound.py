"""Each rule by which an exercise counts, at its bound and a hair beside it: places, times, loads, shares."""

import math

import pytest

from drills.exercises import EXERCISES, catch, guided, recall, rounds
from drills.exercises.leads import GONE, reach_mm
from drills.exercises.squats import EDGE, LEAST_SWING, MOST_TURNS, Squats
from drills.exercises.values import Moment
from drills.values import Phase
from drills.watch import CREDIBLE_N
from tests.drills.players import round_of
from tests.drills.trying import TICK_NS, at, keyed

SECOND_NS = 10**9
LATER_NS = 3 * 3600 * SECOND_NS


@pytest.mark.parametrize(
    ("force_n", "weight_n", "away"),
    [
        (350.0, 700.0, False),  # half the weight
        (349.999, 700.0, True),
        (100.0, 0.0, False),  # somebody, where the weight is not known
        (99.999, 0.0, True),
        (CREDIBLE_N, 700.0, False),
        (CREDIBLE_N + 1e-9, 700.0, True),
        (math.nan, 700.0, True),
    ],
)
def test_a_round_goes_on_while_somebody_carries_on_the_plate(force_n, weight_n, away):
    given = round_of("slalom", 1)._replace(weight_n=weight_n)
    now = rounds.after(rounds.Round(wait_ns=0), given, at(0.0, 0.0, force_n), Moment(LATER_NS, Phase.HOLD, LATER_NS))
    assert (now.away, now.wait_ns) == ((True, rounds.GOES_ON_NS) if away else (False, 0))


def test_a_round_begins_when_its_lead_is_over_and_counts_no_longer_pause():
    given, state = round_of("slalom", 1), rounds.Round(wait_ns=TICK_NS)
    gone = []
    for now_ns in (LATER_NS, LATER_NS + TICK_NS, LATER_NS + 2 * TICK_NS, LATER_NS + SECOND_NS, LATER_NS):
        state = rounds.after(state, given, at(0.0, 0.0), Moment(now_ns, Phase.HOLD, LATER_NS))
        gone.append(state.gone_ns)
    assert gone == [0, 0, TICK_NS, TICK_NS + 100_000_000, TICK_NS + 100_000_000]


TARGETS = EXERCISES["targets"]


@pytest.mark.parametrize(("off_mm", "hit"), [(12.0, True), (12.001, False)])
def test_a_place_is_held_inside_its_ring_for_its_dwell_and_missed_when_its_time_is_over(off_mm, hit):
    """To the tick: half a second inside, or eight seconds in all."""
    given = keyed("reach-the-targets", radius_mm=12.0, dwell_s=0.5, within_s=2.0)
    state, told = TARGETS.begin(given), []
    for now_ns in range(LATER_NS, LATER_NS + 5 * SECOND_NS, TICK_NS):
        home = not told or told[-1].data["place"] == 0
        ml_mm, ap_mm = state.spots_mm[0 if home else 1]
        observation = at(ml_mm, ap_mm) if home else at(ml_mm - off_mm, ap_mm)
        state, _, events, _ = TARGETS.step(state, observation, Moment(now_ns, Phase.HOLD, LATER_NS))[:4]
        told += events
        if any(event.kind == "target-ended" for event in events):
            break
    home_ns, place_ns, ended_ns = (event.t_ns - LATER_NS for event in told[:3])
    assert (home_ns, place_ns) == (0, SECOND_NS // 2)
    begins_ns = TICK_NS if hit else 0  # the tick after the place was shown is the first one in it
    assert ended_ns == place_ns + begins_ns + (SECOND_NS // 2 if hit else 2 * SECOND_NS)
    assert (told[2].data["outcome"], told[2].data["time_s"]) == (("hit", 0.504) if hit else ("missed", 2.0))


RECALL = EXERCISES["recall"]


def _finding(**changes):
    """Somebody who looks for a place 40 mm to the side of the middle, since `LATER_NS`."""
    state = RECALL.begin(keyed("lean-from-memory", places=3, goal_percent=20.0, side_mm=50.0, far_share=0.8))
    state = state._replace(stage=recall.Stage.FIND, stage_ns=LATER_NS, last_ns=LATER_NS, tried=1, **changes)
    assert recall._spot_mm(state) == (40.0, 0.0)
    return state


def _found(state, place_mm, since_ns):
    return recall._found(state, place_mm, LATER_NS + since_ns, since_ns)


@pytest.mark.parametrize(("ml_mm", "begun"), [(16.0, True), (15.999, False), (math.inf, False)])
def test_nobody_has_begun_to_look_before_two_fifths_of_the_way(ml_mm, begun):
    state, _ = _found(_finding(), (ml_mm, 0.0), SECOND_NS)
    assert (state.anchor_mm is not None) is begun


@pytest.mark.parametrize(
    ("moved_mm", "since_ns", "answered"),
    [
        (12.0, recall.STOPPED_NS, True),
        (12.001, recall.STOPPED_NS, False),
        (0.0, recall.STOPPED_NS, True),
        (0.0, recall.STOPPED_NS - 1, False),
        (0.0, -1, False),  # a clock that goes back begins anew
    ],
)
def test_who_stays_within_twelve_millimetres_for_a_second_and_a_half_has_answered(moved_mm, since_ns, answered):
    state = _finding(anchor_mm=(30.0, 0.0), anchor_ns=LATER_NS + SECOND_NS)
    state, events = _found(state, (30.0 + moved_mm, 0.0), SECOND_NS + since_ns)
    assert [event.kind for event in events] == ["recalled"] * answered
    assert (state.stage is recall.Stage.TOLD) is answered
    if moved_mm > 12.0 or since_ns < 0:
        assert state.anchor_mm == (30.0 + moved_mm, 0.0)


@pytest.mark.parametrize(("early_ns", "over"), [(0, True), (1, False)])
def test_who_does_not_stop_in_time_has_missed_it(early_ns, over):
    state = _finding()
    within_ns = round(state.given.keys.within_s * SECOND_NS)
    _, events = _found(state, (0.0, 0.0), within_ns - early_ns)
    assert [event.data["outcome"] for event in events] == ["missed"] * over


@pytest.mark.parametrize(("off_mm", "outcome"), [(10.0, "near"), (10.001, "off")])
def test_near_is_a_share_of_the_limit_to_that_side(off_mm, outcome):
    _, events = recall._answered(_finding(), (40.0 - off_mm, 0.0), LATER_NS + SECOND_NS, SECOND_NS)
    assert events[0].data["outcome"] == outcome


@pytest.mark.parametrize(
    ("off_mm", "inside_ns", "since_ns", "stage"),
    [
        (0.0, -1, 0, recall.Stage.SHOWN),
        (0.0, 0, 0, recall.Stage.BACK),
        (12.0, 0, 0, recall.Stage.BACK),
        (12.001, 0, 0, recall.Stage.SHOWN),
        (99.0, 0, recall.REACH_NS, recall.Stage.BACK),
        (99.0, 0, recall.REACH_NS - 1, recall.Stage.SHOWN),
    ],
)
def test_a_place_is_shown_until_it_was_held_or_could_not_be_reached(off_mm, inside_ns, since_ns, stage):
    """`inside_ns` and `since_ns` are beside the bound: with this tick it has been held, or shown, for so long."""
    show_ns = 2 * SECOND_NS
    state = _finding()._replace(stage=recall.Stage.SHOWN)
    state = state._replace(
        given=state.given._replace(keys=state.given.keys.model_copy(update={"show_s": 2.0, "radius_mm": 12.0}))
    )
    now_ns = LATER_NS + show_ns + since_ns
    state = state._replace(last_ns=now_ns - TICK_NS, inside_ns=show_ns - TICK_NS + inside_ns)
    now, _ = recall._judged(state, at(40.0 + off_mm, 0.0), now_ns)
    assert now.stage is stage


def _sway(**changes):
    sway = guided.Sway(ns=5 * SECOND_NS, judged_ns=1000, inside_ns=1000, force_n=700.0, gone_mm=200.0)
    return sway._replace(**changes)


@pytest.mark.parametrize(
    ("name", "sway", "outcome"),
    [
        ("rhythmic-stabilisation", {}, "good"),
        ("rhythmic-stabilisation", {"force_n": 665.0}, "good"),  # 95 % of the weight
        ("rhythmic-stabilisation", {"force_n": 664.999}, "supported"),
        ("rhythmic-stabilisation", {"inside_ns": 900}, "good"),
        ("rhythmic-stabilisation", {"inside_ns": 899}, "outside"),
        ("rhythmic-stabilisation", {"force_n": math.nan}, "supported"),
        ("catch-your-balance", {"longest_ns": 3 * SECOND_NS}, "good"),
        ("catch-your-balance", {"longest_ns": 3 * SECOND_NS + 1}, "late"),
        ("reach-out", {"gone_mm": GONE * reach_mm(20.0)}, "good"),
        ("reach-out", {"gone_mm": GONE * reach_mm(20.0) - 1e-9}, "not-out"),
        ("reach-out", {"inside_ns": 899}, "late"),
        ("stretch-and-hold", {"force_n": 100.0}, "good"),  # the hands may help there
        ("stretch-and-hold", {"inside_ns": 899}, "outside"),
    ],
)
def test_what_becomes_of_a_repetition(name, sway, outcome):
    state = EXERCISES["guided"].begin(keyed(name))._replace(sway=_sway(**sway), ring_mm=20.0)
    assert guided._outcome(state) == outcome
    assert guided._outcome(state._replace(marked=True)) == "marked"
    unknown = state._replace(given=state.given._replace(weight_n=0.0))
    assert guided._outcome(unknown) == (outcome if name == "stretch-and-hold" else "supported")


PERIOD_NS = 5 * SECOND_NS


def _squat(**changes):
    """All but the last tick of one that counts."""
    whole = Squats(3, 5.0, part_ns=PERIOD_NS - TICK_NS, good_ns=PERIOD_NS, least=0.9, most=1.1, turns=4)
    return whole._replace(load=float(whole.part_ns), **changes)


@pytest.mark.parametrize(
    ("changes", "done"),
    [
        ({}, 1),
        ({"least": 1.0, "most": 1.0 + LEAST_SWING}, 1),
        ({"least": 1.0, "most": 1.0 + LEAST_SWING - 1e-9}, 0),
        ({"turns": MOST_TURNS}, 1),
        ({"turns": MOST_TURNS + 1}, 0),
        ({"good_ns": round(0.8 * PERIOD_NS) - TICK_NS}, 1),
        ({"good_ns": round(0.8 * PERIOD_NS) - TICK_NS - 1}, 0),
    ],
)
def test_a_squat_counts_by_its_swing_its_turns_and_its_time_in_the_band(changes, done):
    now = _squat(**changes).after(TICK_NS, True, 1.0)
    assert (now.done, now.gone, now.part_ns, now.good_ns, now.turns) == (done, 1, 0, 0, 0)
    soon = _squat(**changes).after(TICK_NS - 1, True, 1.0)
    assert (soon.done, soon.gone) == (0, 0)


@pytest.mark.parametrize(
    ("force", "above"), [(1.0 + EDGE, 0), (1.0 + 1.01 * EDGE, 1), (1.0 - EDGE, 0), (1.0 - 1.01 * EDGE, -1)]
)
def test_the_force_turns_where_it_leaves_the_weight_by_an_edge(force, above):
    now = Squats(3, 5.0).after(TICK_NS, True, force)
    assert (now.above, now.turns) == (above, int(above != 0))


@pytest.mark.parametrize(("off_mm", "caught"), [(1.0, True), (1.001, False), (-1.0, True), (-1.001, False)])
def test_a_basket_is_under_a_thing_up_to_its_rim(off_mm, caught):
    """Times its half width; judged from when the thing comes until it is in."""
    state = EXERCISES["catch"].begin(round_of("catch-and-leave", 3))
    thing, half_mm = state.things[0], state.given.keys.basket_mm
    ml_mm = thing.ml_mm + off_mm * half_mm
    for early_ns, touched in ((1, False), (0, caught)):
        now = state._replace(round=state.round._replace(wait_ns=0, gone_ns=thing.at_ns - early_ns))
        now, events = catch._judge(now, ml_mm, LATER_NS)
        assert (now.touched, now.under, events) == (touched, touched or bool(early_ns), ())
    for early_ns, ended in ((1, 0), (0, 1)):
        now = state._replace(round=state.round._replace(wait_ns=0, gone_ns=thing.at_ns + catch.INTO_NS - early_ns))
        assert len(catch._judge(now, ml_mm, LATER_NS)[1]) == ended
