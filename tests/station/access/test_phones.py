"""Who a cookie is: over restarts of the program and the computer, and clocks that are set back or forward."""

from pathlib import Path

import pytest

from station.access import pins
from station.access.phones import IDLE_S, PAIRED_S, Phones
from station.access.rights import Holder, Role, Transport
from station.clock import NS_PER_S, VouchedMoment
from station.faults import InputError, StationError
from station.records.file import open_records

AP, TLS = Transport.ACCESS_POINT, Transport.TLS
pytestmark = pytest.mark.usefixtures("quick_pins")
PIN = "2580"
WALL_NS = 1_800_000_000 * NS_PER_S


class Time:
    """A clock on the wall, and one of the boot."""

    def __init__(self) -> None:
        self.now = VouchedMoment("boot-1", 1000 * NS_PER_S, WALL_NS)

    def __call__(self) -> VouchedMoment:
        return self.now

    def later(self, seconds: float, wall_s: float | None = None) -> None:
        """Within this boot; `wall_s`: what the clock on the wall does meanwhile."""
        wall_ns = round((seconds if wall_s is None else wall_s) * NS_PER_S)
        mono_ns = self.now.mono_ns + round(seconds * NS_PER_S)
        self.now = self.now._replace(mono_ns=mono_ns, wall_ns=self.now.wall_ns + wall_ns)

    def restart(self, off_s: float = 0.0, *, vouched: bool = False, wall_ns: int | None = None) -> None:
        """The computer, which was off for so long."""
        wall = self.now.wall_ns + round(off_s * NS_PER_S) if wall_ns is None else wall_ns
        self.now = VouchedMoment(self.now.boot_id + "+", 20 * NS_PER_S, wall, "rtc" if vouched else "")


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "records.sqlite"
    open_records(path).close()
    return path


@pytest.fixture
def phones(file: Path, time: Time) -> Phones:
    return Phones(lambda: open_records(file, read_only=True), lambda: open_records(file), time)


@pytest.fixture
def token(phones: Phones) -> str:
    return phones.pair("Ada's", Role.THERAPIST, AP)


def state(phones, token, way=AP, touched=False) -> str:
    known = phones.known(token, way, touched=touched)
    return "nobody" if known is None else "locked" if known.locked else "known"


def test_a_phone_is_known_by_its_cookie_on_its_way_alone(phones, token, file):
    known = phones.known(token, AP, touched=False)
    assert (known.name, known.holder, known.locked) == ("Ada's", Holder(Role.THERAPIST, False), False)
    assert [state(phones, token, way) for way in Transport] == ["nobody", "known", "nobody", "nobody"]
    assert [state(phones, other) for other in ("", "x", token[:-1])] == ["nobody"] * 3
    assert token.encode() not in file.read_bytes()


def test_there_is_nobody_before_there_are_records(tmp_path, time):
    nowhere = tmp_path / "nowhere.sqlite"
    phones = Phones(lambda: open_records(nowhere, read_only=True), lambda: open_records(nowhere), time)
    assert state(phones, "x") == "nobody"
    assert (phones.listed(), phones.roles_with_pin(), nowhere.exists()) == ([], frozenset(), False)


@pytest.mark.parametrize("wall_s", [0.0, -1e9, 1e9])
def test_a_quarter_of_an_hour_without_a_touch_locks_whatever_the_clock_says(phones, token, time, wall_s):
    time.later(IDLE_S - 1, wall_s)
    assert state(phones, token, touched=True) == "known"
    time.later(IDLE_S - 1, wall_s)
    assert state(phones, token) == "known"
    time.later(2, wall_s)
    assert state(phones, token) == "locked"
    assert state(phones, token, touched=True) == "locked"


def test_the_program_may_restart(phones, token, file, time):
    time.later(60)
    again = Phones(lambda: open_records(file, read_only=True), lambda: open_records(file), time)
    assert state(again, token) == "known"


@pytest.mark.parametrize("wall_ns", [0, WALL_NS - 10**18, WALL_NS + 10**18])
def test_after_a_restart_with_a_clock_that_nobody_vouches_for_it_is_paired_and_asks_for_its_pin(
    phones, token, time, wall_ns
):
    phones.set_pin(Role.THERAPIST, PIN, "ab12")
    time.restart(wall_ns=wall_ns)
    assert state(phones, token) == "locked"
    phones.unlock(token, PIN)
    assert state(phones, token) == "known"


def test_over_a_restart_with_a_clock_that_was_set_back_it_is_paired_and_asks_for_its_pin(phones, time):
    phones.set_pin(Role.THERAPIST, PIN, "ab12")
    time.restart(vouched=True)
    token = phones.pair("Ada's", Role.THERAPIST, AP)
    for back_s in (-60.0, -1e7):
        time.restart(back_s, vouched=True)
        assert state(phones, token) == "locked"
        phones.unlock(token, PIN)
        assert state(phones, token) == "known"


def test_ninety_days_are_counted_by_the_time_that_passed(phones, token, time):
    for _ in range(9):
        time.later(PAIRED_S / 10, -1e7)
        assert state(phones, token) == "locked"
    time.restart(wall_ns=0)
    assert state(phones, token) == "locked"
    time.later(PAIRED_S / 10 + 1, 0.0)
    assert state(phones, token) == "nobody"


def test_a_clock_that_leaps_ahead_ends_nothing(phones, token, time):
    time.later(1, 1e9)
    assert state(phones, token) == "known"
    time.restart(1e9)
    assert state(phones, token) == "locked"


def test_days_off_count_where_a_clock_is_vouched_for_before_and_after(phones, time):
    time.restart(vouched=True)
    token = phones.pair("Ben's", Role.VIEWER, TLS)
    time.restart(60, vouched=True)
    assert state(phones, token, TLS) == "known"
    time.restart(PAIRED_S, vouched=True)
    assert state(phones, token, TLS) == "nobody"


def refused(ask) -> str:
    with pytest.raises(StationError) as refusal:
        ask()
    return refusal.value.code


def test_wrong_pins_make_longer_and_longer_pauses_and_a_right_one_ends_them(phones, time):
    phones.set_pin(Role.MANAGER, PIN, "ab12")
    for _ in range(pins.FREE_TRIES):
        assert refused(lambda: phones.check_pin(Role.MANAGER, "1111")) == "pin-wrong"
    assert refused(lambda: phones.check_pin(Role.MANAGER, PIN)) == "pin-wait"
    time.later(pins.FIRST_WAIT_S - 0.1, 1e9)
    assert refused(lambda: phones.check_pin(Role.MANAGER, PIN)) == "pin-wait"
    time.later(0.2)
    phones.check_pin(Role.MANAGER, PIN)
    phones.check_pin(Role.MANAGER, PIN)


def test_a_restart_does_not_end_a_pause_at_once(phones, time):
    phones.set_pin(Role.MANAGER, PIN, "ab12")
    for _ in range(6):
        assert refused(lambda: phones.check_pin(Role.MANAGER, "1111")) == "pin-wrong"
        time.later(pins.LONGEST_WAIT_S)
    assert refused(lambda: phones.check_pin(Role.MANAGER, "1111")) == "pin-wrong"
    time.restart(wall_ns=WALL_NS + 10**18)
    assert refused(lambda: phones.check_pin(Role.MANAGER, PIN)) == "pin-wait"


def test_ten_wrong_pins_on_a_phone_unpair_it(phones, token, time):
    phones.set_pin(Role.THERAPIST, PIN, "ab12")
    for _ in range(pins.MOST_WRONG):
        assert refused(lambda: phones.unlock(token, "1111")) == "pin-wrong"
        time.later(pins.LONGEST_WAIT_S)
    assert state(phones, token) == "nobody"


def test_guesses_at_the_same_moment_are_not_looked_at(phones):
    phones.set_pin(Role.MANAGER, PIN, "ab12")
    with phones._alone():
        assert refused(lambda: phones.check_pin(Role.MANAGER, PIN)) == "pin-wait"


def test_a_role_without_a_pin_lets_nobody_in(phones, token):
    assert refused(lambda: phones.check_pin(Role.MANAGER, "")) == "pin-unset"
    phones.lock(phones.listed()[0]["id"])
    assert state(phones, token) == "locked"
    assert refused(lambda: phones.unlock(token, "")) == "pin-wrong"


def test_the_manager_trains_and_revokes(phones, token):
    (line,) = phones.listed()
    phones.set_trained(line["id"], "mgr", trained=True)
    assert phones.known(token, AP, touched=False).holder.trained
    phones.revoke(line["id"], "mgr")
    assert (state(phones, token), phones.listed()) == ("nobody", [])
    for ask in (lambda: phones.revoke(line["id"], "mgr"), lambda: phones.set_trained("x", "mgr", trained=True)):
        with pytest.raises(InputError) as refusal:
            ask()
        assert refusal.value.code == "phone-unknown"
