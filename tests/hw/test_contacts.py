"""Contacts that must agree: when they are a fault, which, and what clears it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.contacts import DISCREPANCY_NS, PERMIT_NS, RELAY_NS, Contacts, relay_fault, watch_contacts
from hw.errors import saw
from hw.values import PanelState

TICK_NS = 4_000_000
GOOD = PanelState(True, False, False, (True, True), (False, False), True)


class Run:
    def __init__(self):
        self.state, self.t_ns = Contacts(), 0

    def tick(self, ordered=(False, False), fed=True, **changes):
        self.t_ns += TICK_NS
        channels = changes.get("estop_channels", (True, True))
        panel = GOOD._replace(**{"estop_closed": all(channels), **changes})
        self.state = watch_contacts(self.state, panel, ordered, fed, self.t_ns)
        return self.state.fault

    def until_fault(self, most_ns=10**9, **changes):
        """How long it took, in ns from the first tick."""
        begin_ns = self.t_ns + TICK_NS
        while self.t_ns - begin_ns < most_ns:
            if self.tick(**changes):
                return self.t_ns - begin_ns
        return None


@pytest.fixture
def run() -> Run:
    run = Run()
    for _ in range(10):
        assert run.tick() == ""
    return run


@pytest.mark.parametrize(("channels", "where"), [((False, True), "channel=A"), ((True, False), "channel=B")])
def test_channels_that_disagree_for_over_50_ms_are_a_fault(run, channels, where):
    assert DISCREPANCY_NS < run.until_fault(estop_channels=channels) <= DISCREPANCY_NS + TICK_NS
    assert run.state.fault == "estop-discrepancy"
    assert where in str(run.state.finding)


def test_channels_that_come_one_after_the_other_are_none(run):
    for channels in ((False, True), (False, False), (True, False), (True, True)) * 3:
        for _ in range(DISCREPANCY_NS // TICK_NS):
            assert run.tick(estop_channels=channels) == ""


def test_a_discrepancy_is_cleared_by_both_opening_and_closing_together_and_by_nothing_else(run):
    assert run.until_fault(estop_channels=(False, True))
    for _ in range(1000):
        assert run.tick() == "estop-discrepancy", "the contact has come back by itself: it stays"
    assert run.tick(estop_channels=(True, False))
    assert run.tick()
    assert run.tick(estop_channels=(False, False))
    assert run.tick() == ""
    assert run.until_fault(estop_channels=(True, False)), "and it is found again"
    assert run.tick(estop_channels=(True, True))


@pytest.mark.parametrize(
    ("ordered", "relays", "fault", "where"),
    [
        ((False, False), (True, False), "relay-welded", "K1"),
        ((False, False), (False, True), "relay-welded", "K2"),
        ((True, True), (False, True), "relay-dead", "K1"),
        ((True, True), (True, False), "relay-dead", "K2"),
        ((True, False), (False, True), "relay-crossed", ["K1", "K2"]),
        ((True, True), (False, False), "relay-dead", "K1"),
    ],
)
def test_a_relay_that_is_not_as_ordered_is_named(run, ordered, relays, fault, where):
    assert RELAY_NS < run.until_fault(ordered=ordered, relays=relays) <= RELAY_NS + TICK_NS
    assert (run.state.fault, run.state.finding) == (fault, saw("relay", relay=where))
    assert relay_fault(relays, ordered) == (fault, saw("relay", relay=where))
    for _ in range(100):
        assert run.tick() == fault, "a relay is not trusted again"
    run.tick(estop_channels=(False, False))
    assert run.tick() == fault


def test_relays_have_time_and_are_not_judged_while_wires_hold_them(run):
    for _ in range(5):
        for _ in range(RELAY_NS // TICK_NS):
            assert run.tick(ordered=(True, True)) == ""
        assert run.tick(ordered=(True, True), relays=(True, True)) == ""
    for held in ({"estop_channels": (False, False)}, {"permitted": False, "fed": False}):
        assert run.until_fault(ordered=(True, True), **held) is None


def test_a_relay_is_not_judged_while_its_permit_comes_and_goes(run):
    for _ in range(20):
        for _ in range(PERMIT_NS // TICK_NS):
            assert run.tick(ordered=(True, True), relays=(False, True), permitted=False) == ""
        assert run.tick(ordered=(True, True), relays=(False, True)) == ""


def test_a_permit_that_stays_away_although_it_is_fed_is_a_fault(run):
    for _ in range(PERMIT_NS // TICK_NS):
        assert run.tick(permitted=False) == ""
    assert run.tick() == ""
    assert PERMIT_NS < run.until_fault(permitted=False) <= PERMIT_NS + TICK_NS
    assert run.state.fault == "heartbeat-dead"


pairs = st.tuples(st.booleans(), st.booleans())


@given(st.lists(st.tuples(pairs, pairs, pairs, st.booleans(), st.booleans(), st.integers(1, 30)), max_size=30))
def test_the_first_fault_keeps_its_name(life):
    state, t_ns, first = Contacts(), 0, ""
    for channels, relays, ordered, permitted, fed, ticks in life:
        for _ in range(ticks):
            t_ns += TICK_NS
            panel = PanelState(all(channels), False, False, channels, relays, permitted)
            state = watch_contacts(state, panel, ordered, fed, t_ns)
            if first and first != "estop-discrepancy":
                assert state.fault == first
            first = state.fault
            assert bool(state.fault) is bool(state.finding)
