"""Whether the trigger output is stuck: judged by what leaves its gate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hw.settings import RigSettings
from hw.trigger import STUCK, STUCK_NS, TriggerWatch, watch_trigger

TICK_NS = 4_000_000
TICKS = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60)


def seen(ticks):
    state, t_ns = TriggerWatch(), 0
    for high, ordered in ticks:
        state, t_ns = watch_trigger(state, high, ordered, t_ns), t_ns + TICK_NS
    return state


def test_high_without_an_order_is_stuck_after_fifty_milliseconds_and_stays_so():
    ticks = STUCK_NS // TICK_NS + 1
    assert seen([(True, False)] * ticks).fault == ""
    stuck = seen([(True, False)] * (ticks + 1))
    assert (stuck.fault, stuck.finding.reason) == (STUCK, "trigger-stays-high")
    assert seen([(True, False)] * (ticks + 1) + [(False, False)] * 9).fault == STUCK


@given(TICKS)
def test_what_is_high_by_order_or_low_is_never_stuck(ticks):
    assert seen([(high and ordered, ordered) for high, ordered in ticks]).fault == ""


@given(TICKS)
def test_it_is_stuck_only_after_so_long_in_one_go(ticks):
    longest = run = 0
    for high, ordered in ticks:
        run = run + 1 if high and not ordered else 0
        longest = max(longest, run)
    assert (seen(ticks).fault == STUCK) == ((longest - 1) * TICK_NS >= STUCK_NS)


@pytest.mark.parametrize(
    ("trigger", "said"),
    [
        ({"pin": 20}, "gpio-shared .first pins.lamp, second trigger.pin, pin 20"),
        ({"feedback_pin": 9}, "gpio-shared .first trigger.pin, second trigger.feedback_pin, pin 9"),
        ({"pin": 14}, "gpio-high-at-boot"),
        ({"pin": 4}, "greater than or equal to 9"),
    ],
)
def test_its_pins_are_its_own_and_low_at_boot(trigger, said):
    with pytest.raises(ValidationError, match=said):
        RigSettings.model_validate({"trigger": {"mode": "hold", **trigger}})


def test_where_there_is_none_its_pins_are_free_for_others():
    settings = RigSettings.model_validate({"pins": {"lamp": 9, "hand_switch": 4}})
    assert not settings.trigger.fitted
    with pytest.raises(ValidationError, match="gpio-shared"):
        RigSettings.model_validate({"pins": {"lamp": 9}, "trigger": {"mode": "beat"}})
