"""Two layers: the number inside the rung moves with every trial, rungs between sets; unsafe is not a miss."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.clinic.progression.history import level_now
from station.clinic.progression.number import Inner, UpDown, moved
from station.clinic.progression.rules import SHIPPED, ProgressionRules, shipped
from station.clinic.progression.values import Ladder, PastSession, PastTrial, Rung, SetDone, Unlock
from station.clinic.signed import read_signable
from station.faults import InputError
from station.texts import Texts
from station.texts.problems import ask

DAY = date(2026, 3, 2)
LADDER = Ladder("D03", "left", tuple(Rung(name, 30.0, 10.0, "mm") for name in ("wide", "firm", "foam", "closed")), 1)
HIT, MISS, UNSAFE = PastTrial("hit"), PastTrial("miss"), PastTrial("unsafe")


def done(*trials, effort=12.0, pain=0.0):
    return SetDone(trials, effort, pain)


def session(*sets, days=0, **more):
    return PastSession(DAY + timedelta(days=days), sets, **{"pain_start": 0.0, **more})


def level(*history, ladder=LADDER, days=None, rules=None):
    last = history[-1].day if history else DAY
    return level_now(history, ladder, last if days is None else DAY + timedelta(days=days), rules)


def reasons(found):
    return [one.reason.reason for one in found.decisions]


def test_the_first_session_begins_where_the_plan_says():
    found = level()
    assert (found.rung, found.share, found.value, found.feedback, found.decisions) == (1, 0.5, 20.0, 0, ())


def test_a_hit_is_one_step_harder_and_a_miss_two_and_a_third_easier():
    rule = UpDown(0.7, 0.08, 4)
    assert moved(Inner(0.5), True, rule).share == pytest.approx(0.58)
    assert moved(Inner(0.5), False, rule).share == pytest.approx(0.5 - 0.08 * 7 / 3)
    assert moved(Inner(0.5), False, UpDown(0.8, 0.08, 4)).share == pytest.approx(0.5 - 0.32)
    assert (moved(Inner(0.99), True, rule).share, moved(Inner(0.1), False, rule).share) == (1.0, 0.0)


def test_the_step_is_halved_after_four_turns_and_no_more():
    rule, inner, steps = UpDown(0.5, 0.08, 4), Inner(0.5), []
    for hit in (True, False, True, False, True, False, True):
        before, inner = inner.share, moved(inner, hit, rule)
        steps.append(round(abs(inner.share - before), 6))
    assert steps == [0.08] * 4 + [0.04] * 3


def test_up_after_five_of_six_in_the_hardest_third_and_at_the_easy_end_of_the_next():
    low = session(done(MISS, MISS), done(*[HIT] * 5), done(HIT, HIT))  # 0.13 after the misses, 0.53, 0.69
    assert reasons(level(low)).index("rung-stays-number") < reasons(level(low)).index("rung-up")
    found = level(low)
    assert (found.rung, found.share, found.value) == (2, 0.0, 30.0)


@pytest.mark.parametrize(
    ("last", "more", "why"),
    [
        (done(HIT, effort=15.0), {}, "rung-stays-effort"),
        (done(HIT, pain=1.5), {}, "rung-stays-pain"),
        (done(HIT, effort=None), {}, "rung-stays-not-asked"),
        (done(HIT, pain=None), {}, "rung-stays-not-asked"),
        (done(HIT), {"pain_start": None}, "rung-stays-not-asked"),
        (done(PastTrial("hit", degraded=True)), {}, "rung-stays-degraded"),
    ],
)
def test_what_keeps_a_rung_from_rising(last, more, why):
    found = level(session(done(*[HIT] * 5), last, **more))
    assert (found.rung, found.locked) == (1, False)
    assert why in reasons(found)


def test_an_unsafe_trial_keeps_the_rung_for_the_session():
    found = level(session(done(*[HIT] * 5, UNSAFE), done(*[HIT] * 6)))
    assert (found.rung, reasons(found).count("rung-stays-unsafe")) == (1, 2)


def test_who_fears_to_fall_climbs_only_after_six_and_comes_down_after_three():
    fear, five = LADDER._replace(fear=True), session(done(MISS, *[HIT] * 5))
    assert (level(five).rung, level(five, ladder=fear).rung) == (2, 1)
    three = session(done(HIT, HIT, HIT, MISS, MISS, MISS))
    assert (level(three).rung, level(three, ladder=fear).rung) == (1, 0)


def test_down_after_two_of_six_and_not_up_again_in_the_session():
    found = level(session(done(HIT, HIT, MISS, MISS, MISS, MISS), done(*[HIT] * 6), done(*[HIT] * 3)))
    assert found.rung == 0
    assert "rung-down-misses" in reasons(found)
    assert "rung-stays-after-down" in reasons(found)


def test_the_window_of_six_spans_sessions_and_never_rungs():
    threes = [session(done(HIT, HIT, HIT), days=2 * number) for number in range(5)]
    assert [level(*threes[: number + 1]).rung for number in range(5)] == [1, 2, 2, 2, 3]
    assert "rung-stays-few" in reasons(level(*threes[:3]))[-3:]


def test_one_rung_a_session():
    found = level(session(*[done(*[HIT] * 6) for _ in range(4)]))
    assert found.rung == 2
    assert reasons(found).count("rung-up") == 1
    assert "rung-stays-once" in reasons(found)


def test_two_misses_lock_nothing_and_two_unsafe_trials_do():
    assert not level(session(done(MISS, MISS, HIT))).locked
    found = level(session(done(UNSAFE, UNSAFE)))
    assert (found.locked, found.rung) == (True, 0)
    assert not level(session(done(UNSAFE, HIT, UNSAFE, HIT))).locked
    found = level(session(done(UNSAFE, HIT, UNSAFE, HIT), done(UNSAFE)))
    assert (found.locked, found.rung) == (True, 0)
    assert "lock-unsafe-session" in reasons(found)


def test_a_lock_after_a_step_down_goes_no_further_down():
    ladder = LADDER._replace(start=2)
    found = level(session(done(*[MISS] * 6), done(UNSAFE, UNSAFE)), ladder=ladder)
    assert (found.rung, found.locked) == (1, True)


def test_a_locked_drill_moves_nothing_until_a_therapist_unlocks_it():
    locked = session(done(UNSAFE, UNSAFE))
    tried = session(done(*[HIT] * 6), days=2)
    found = level(locked, tried)
    assert (found.locked, found.rung, found.share) == (True, 0, 0.5)
    found = level(locked, Unlock(DAY + timedelta(days=2), "ab", "rail lowered"), tried)
    assert (found.locked, found.rung) == (False, 1)
    unlocked = next(one for one in found.decisions if one.reason.reason == "rung-unlocked")
    assert unlocked.reason.values == {"by": "ab", "why": "rail lowered"}


@pytest.mark.parametrize(("by", "why"), [("", "x"), ("ab", " ")])
def test_an_unlock_needs_a_name_and_a_reason(by, why):
    with pytest.raises(InputError) as problem:
        level(session(done(UNSAFE, UNSAFE)), Unlock(DAY, by, why))
    assert (problem.value.code, problem.value.where) == ("input-invalid", "D03, entry 2")


def test_two_near_falls_end_the_session_and_count_as_unsafe():
    near = PastTrial("hit", near_fall=True)
    found = level(session(done(near, HIT, near)))
    assert "session-over-near-falls" in reasons(found)
    assert not found.locked
    assert level(session(done(near, near))).locked


@pytest.mark.parametrize(
    ("pain", "start", "surgery", "why"),
    [
        (6.0, 5.0, False, "lock-pain"),
        (5.0, 4.0, False, None),
        (5.0, 3.0, False, "lock-pain-rise"),
        (4.0, 3.0, True, "lock-pain"),
        (3.0, 2.0, True, None),
    ],
)
def test_pain_stops_and_locks(pain, start, surgery, why):
    found = level(session(done(HIT, pain=pain), pain_start=start), ladder=LADDER._replace(after_surgery=surgery))
    assert found.locked == (why is not None)
    assert why is None or why in reasons(found)


def test_effort_of_seventeen_ends_the_drill_for_the_day():
    assert "drill-over-effort" in reasons(level(session(done(HIT, effort=17.0))))
    assert "drill-over-effort" not in reasons(level(session(done(HIT, effort=16.0))))


def test_a_swollen_joint_and_lasting_pain_cost_a_rung_and_a_day():
    for more in ({"swollen": True}, {"pain_next_morning": 2.0}):
        found = level(session(done(HIT), **more))
        assert (found.rung, found.not_before) == (0, DAY + timedelta(days=2))
        assert level(session(done(HIT), **more), days=2).not_before is None
    found = level(session(done(*[HIT] * 6), pain_next_morning=1.0), session(done(HIT), days=2))
    assert "rung-stays-unsettled" not in reasons(level(session(done(HIT), pain_next_morning=0.0)))
    assert found.not_before is None


def test_pain_that_had_not_settled_keeps_the_next_rung():
    first = session(done(*[HIT] * 5), pain_next_morning=1.0)
    found = level(first, session(done(HIT), days=2))
    assert (found.rung, "rung-stays-unsettled" in reasons(found)) == (1, True)


@pytest.mark.parametrize(("days", "rung", "again"), [(7, 2, False), (8, 1, False), (21, 1, False), (22, 0, True)])
def test_a_gap_costs_rungs(days, rung, again):
    ladder = LADDER._replace(start=2)
    found = level(session(done(HIT)), ladder=ladder, days=days)
    assert (found.rung, found.screen_again) == (rung, again)
    assert level(session(done(HIT)), session(done(HIT), days=days), ladder=ladder).rung == rung


def test_feedback_fades_after_two_good_sets_and_comes_back_after_a_poor_one():
    good, poor = done(HIT, HIT, HIT, HIT, MISS), done(HIT, MISS, HIT, MISS, MISS)
    assert level(session(good)).feedback == 0
    assert level(session(good, good)).feedback == 1
    assert level(session(good, good, good)).feedback == 1
    assert level(session(good, good, good, good)).feedback == 2
    assert level(session(good, good, poor)).feedback == 0
    assert level(session(*[good] * 12)).feedback == 4


def test_automatic_needs_the_probe_and_the_second_task_in_two_sessions():
    def scored(days, probe, cost):
        first = PastTrial("hit", probe=True, score=probe)
        return session(done(first, *[PastTrial("hit", score=1.0)] * 3), days=days, dual_task_cost_percent=cost)

    begun = scored(0, None, 5.0)
    assert not level(begun, scored(2, 0.95, 5.0)).automatic
    found = level(begun, scored(2, 0.95, 5.0), scored(4, 0.9, 9.0))
    assert found.automatic
    assert not level(begun, scored(2, 0.95, 5.0), scored(4, 0.89, 5.0)).automatic
    assert not level(begun, scored(2, 0.95, 5.0), scored(4, 0.95, 10.0)).automatic
    assert "probe-unknown" in reasons(level(begun))


def test_the_probe_moves_neither_number_nor_rung():
    probe = PastTrial("miss", probe=True, score=0.0)
    found = level(session(done(probe, probe, probe)))
    assert (found.rung, found.share, found.feedback) == (1, 0.5, 0)


@pytest.mark.parametrize(
    ("entry", "where"),
    [
        (session(done(HIT, pain=11.0)), "D03, entry 1, pain"),
        (session(done(HIT, pain=float("nan"))), "D03, entry 1, pain"),
        (session(done(HIT, effort=5.0)), "D03, entry 1, effort_rpe"),
        (session(done(PastTrial("hit", score=-1.0))), "D03, entry 1, score"),
        (session(done(HIT), dual_task_cost_percent=float("inf")), "D03, entry 1, dual_task_cost_percent"),
    ],
)
def test_a_number_out_of_its_range_is_named(entry, where):
    with pytest.raises(InputError) as problem:
        level(entry)
    assert (problem.value.code, problem.value.where) == ("input-invalid", where)


def test_a_history_out_of_order_and_a_ladder_without_rungs_are_refused():
    with pytest.raises(InputError, match="history-out-of-order"):
        level(session(days=3), session(days=2))
    with pytest.raises(InputError, match="history-out-of-order"):
        level(session(days=3), days=2)
    with pytest.raises(InputError, match="ladder-without-rungs"):
        level(ladder=LADDER._replace(rungs=()))


TRIALS = st.builds(
    PastTrial,
    st.sampled_from(["hit", "hit", "miss", "unsafe"]),
    near_fall=st.booleans(),
    degraded=st.booleans(),
    probe=st.booleans(),
    score=st.none() | st.floats(0, 2),
)
PAIN = st.none() | st.floats(0, 10)
SESSIONS = st.builds(
    lambda gap, sets, start, morning, swollen: (gap, sets, start, morning, swollen),
    st.integers(0, 30),
    st.lists(
        st.builds(SetDone, st.lists(TRIALS, max_size=6).map(tuple), st.none() | st.floats(6, 20), PAIN), max_size=4
    ),
    PAIN,
    PAIN,
    st.booleans(),
)


@settings(max_examples=40)
@given(st.lists(SESSIONS | st.none(), max_size=5), st.booleans())
def test_whatever_happens_a_session_moves_one_rung_at_most_and_each_reason_has_words(drawn, fear):
    history, day = [], DAY
    ladder, texts = LADDER._replace(fear=fear), Texts("de")
    for one in drawn:
        if one is None:
            history.append(Unlock(day, "ab", "seen"))
            continue
        gap, sets, start, morning, swollen = one
        day += timedelta(days=gap)
        before = level_now(history, ladder, day)
        history.append(PastSession(day, tuple(sets), start, None, False))
        after = level_now(history, ladder, day)
        assert abs(after.rung - before.rung) <= 1
        assert 0.0 <= after.share <= 1.0
        assert 0 <= after.feedback <= 4
        assert not (before.locked and not after.locked)
        history[-1] = history[-1]._replace(pain_next_morning=morning, swollen=swollen)
    found = level_now(history, ladder, day)
    assert level_now(history, ladder, day) == found
    for decision in found.decisions:
        assert texts.has(f"seen.{decision.reason.reason}")
        assert "{" not in ask(texts, decision.reason)


def test_the_shipped_rules_say_where_each_number_is_from():
    rules = shipped()
    assert rules.status == "proposed"
    assert rules.target_success.value == 0.7
    assert not rules.target_success.proposed
    assert rules.target_success_fear.proposed
    for name in ProgressionRules.model_fields.keys() - {"schema_version", "status", "signed_by", "signed_on"}:
        assert getattr(rules, name).source


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('status = "proposed"', 'status = "signed"', "signed_by"),
        ("value = 0.70", "value = -1", "target_success.value"),
        ("value = 0.70", 'value = "0.7"', "target_success.value"),
        ("[target_success]", "[target_sucess]", "target_sucess"),
        ('mark = "read"', 'mark = "heard"', "target_success.mark"),
        ("schema = 1", "schema = 2", "schema"),
    ],
)
def test_a_file_that_is_wrong_names_the_key(tmp_path, old, new, field):
    file = tmp_path / "rules.toml"
    file.write_text(SHIPPED.read_text().replace(old, new, 1))
    with pytest.raises(InputError) as problem:
        read_signable(file, ProgressionRules)
    assert problem.value.where == str(file)
    assert field in [one.field for one in problem.value.problems]


def test_a_clinics_own_number_is_the_one_that_counts(tmp_path):
    file = tmp_path / "rules.toml"
    file.write_text(SHIPPED.read_text().replace("[up_hits]\nvalue = 5", "[up_hits]\nvalue = 6"))
    own = read_signable(file, ProgressionRules)
    history = session(done(MISS, *[HIT] * 5), done(HIT, HIT))
    assert level(history, rules=own).rung == 2
    assert level(session(done(MISS, *[HIT] * 5)), rules=own).rung == 1
