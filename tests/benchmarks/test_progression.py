"""The simulated learners of the benchmark, in short."""

import pytest

from benchmarks.learners import Group, seen


@pytest.mark.parametrize(("slope", "fear"), [(0.4, False), (1.2, False), (0.8, True)])
def test_success_settles_where_it_is_wanted(slope, fear):
    found, wanted = seen(Group(150, slope, 0.05, sessions=5, fear=fear)), 0.8 if fear else 0.7
    assert found.success == pytest.approx(wanted, abs=0.03)
    assert found.there == pytest.approx(wanted, abs=0.03)
    assert found.most_rungs == 1


def test_chance_locks_few_sessions_and_more_where_trials_are_unsafe():
    few = seen(Group(300, 0.8, 0.03, session_trials=9, sessions=4))
    many = seen(Group(100, 0.8, 0.10, session_trials=15, sessions=4))
    assert few.locked <= 0.02
    assert 0.1 < many.locked < 0.3


def test_short_sessions_rise_on_trials_of_several():
    found = seen(Group(60, 0.8, 0.02, session_trials=3, sessions=12))
    assert found.ups == found.ups_across > 0
