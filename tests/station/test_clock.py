"""Both clocks keep the one promise: never back before the deadline."""

import signal

from station.clock import MonotonicClock, VirtualClock


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
