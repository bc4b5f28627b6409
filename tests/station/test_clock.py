"""Both clocks keep the one promise: never back before the deadline."""

import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from station.clock import NS_PER_S, MonotonicClock, VirtualClock, local_midnight_ns


def test_the_real_clock_sleeps_to_an_absolute_time_and_not_before() -> None:
    clock = MonotonicClock()
    deadline_ns = clock.now_ns() + 2_000_000
    clock.sleep_until_ns(deadline_ns)
    assert clock.now_ns() >= deadline_ns


def test_a_deadline_that_has_passed_returns_at_once_and_a_signal_does_not_cut_a_sleep_short() -> None:
    clock = MonotonicClock()
    clock.sleep_until_ns(clock.now_ns() - 10**9)
    seen = []
    previous = signal.signal(signal.SIGALRM, lambda number, frame: seen.append(number))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.005)
        deadline_ns = clock.now_ns() + 50_000_000
        clock.sleep_until_ns(deadline_ns)
    finally:
        signal.signal(signal.SIGALRM, previous)
    assert clock.now_ns() >= deadline_ns
    assert seen == [signal.SIGALRM]


def test_virtual_time_moves_only_when_asked() -> None:
    clock = VirtualClock()
    begin = clock.now_ns()
    assert clock.now_ns() == begin
    clock.sleep_until_ns(begin + 4_000_000)
    clock.spend_ns(72_000)
    clock.sleep_until_ns(begin)  # the past
    assert clock.now_ns() == begin + 4_072_000


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A place where the clocks change: its rule is written out, so that no table of places is needed."""
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def ns(*date: int) -> int:
    return int(datetime(*date, tzinfo=UTC).timestamp()) * NS_PER_S


def test_midnight_is_the_wall_clocks_also_on_the_days_when_it_is_changed(berlin) -> None:
    assert local_midnight_ns(ns(2026, 6, 15, 10)) == ns(2026, 6, 14, 22)
    spring, autumn = ns(2026, 3, 29, 12), ns(2026, 10, 25, 12)
    assert (local_midnight_ns(spring), local_midnight_ns(spring, days=1)) == (ns(2026, 3, 28, 23), ns(2026, 3, 29, 22))
    assert (local_midnight_ns(autumn), local_midnight_ns(autumn, days=1)) == (
        ns(2026, 10, 24, 22),
        ns(2026, 10, 25, 23),
    )
    assert local_midnight_ns(local_midnight_ns(spring)) == local_midnight_ns(spring)
