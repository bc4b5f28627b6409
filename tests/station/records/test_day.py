"""The clinic's day: whatever clocks and boots do, no day has more than is allowed, and each real day brings it back."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station.clock import NS_PER_S, VouchedMoment, local_date, local_midnight_ns
from station.faults import InputError
from station.records.audit import AuditLog
from station.records.day import LONGEST_DAY_NS, Placed, began_ns, judge
from station.records.dose import Claim, Dose, Doses, Statement
from station.records.file import Records, open_records
from station.records.ids import session_id
from station.records.sessions import NewSession, SessionEnd, Sessions
from station.records.vouching import confirm, vouched

HOUR_NS = 3600 * NS_PER_S
ALLOWED_S = 12.0
WHOLE = Dose(ALLOWED_S, 1.0, 1.0)


@pytest.fixture(autouse=True)
def vienna(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Vienna")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def wall(*when: int) -> int:
    return int(datetime(*when, tzinfo=ZoneInfo("Europe/Vienna")).timestamp()) * NS_PER_S  # type: ignore[arg-type,misc]


NOON = wall(2026, 6, 15, 12)


def moment(mono_h: float, wall_ns: int, voucher: str = "", boot: str = "a") -> VouchedMoment:
    return VouchedMoment(boot, round(mono_h * HOUR_NS), wall_ns, voucher)


def claim(at: VouchedMoment, number: int = 1, patient: str = "P1", dose: Dose = WHOLE) -> Claim:
    return Claim(patient, 7, number, Placed(at.boot_id, at.mono_ns, ""), at.wall_ns, dose)


# --- the rule by itself ----------------------------------------------------------------------------------------------


def test_a_clock_that_is_set_a_day_ahead_brings_no_new_day():
    given_at = Placed("a", HOUR_NS, "2026-06-15")
    epoch_ns = NOON - HOUR_NS  # vouched for when it was noon
    ahead = moment(1.1, NOON + 24 * HOUR_NS, "synchronised")
    assert not judge(given_at, ahead, epoch_ns).over
    assert not judge(given_at, ahead, None).over


def test_a_boot_with_yesterdays_clock_that_is_corrected_counts_to_today():
    """Given before anybody vouched, at a clock of yesterday evening; then a time server says that it is today."""
    given_at = Placed("a", HOUR_NS, "")
    verdict = judge(given_at, moment(1.2, NOON, "synchronised"), NOON - round(1.2 * HOUR_NS))
    assert verdict == ("2026-06-15", False)
    assert judge(given_at, moment(14.0, 0), NOON - round(1.2 * HOUR_NS)).over  # after the true midnight


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 6, 15), 24)])
def test_a_day_has_the_hours_that_it_has(day, hours):
    """Summer time begins and ends: the day is over at local midnight, not after 24 h."""
    began = wall(*day)
    given_at = Placed("a", 0, "")
    last = began + hours * HOUR_NS - 1
    assert not judge(given_at, VouchedMoment("a", last - began, last), began).over
    assert judge(given_at, VouchedMoment("a", last - began + 1, last + 1), began).over
    assert hours * HOUR_NS <= LONGEST_DAY_NS


def test_without_anybody_who_vouches_a_dose_counts_for_the_longest_day():
    given_at = Placed("a", HOUR_NS, "")
    assert not judge(given_at, moment(25.99, NOON), None).over
    assert judge(given_at, moment(26.0, NOON), None).over
    of_another_boot = Placed("z", 99 * HOUR_NS, "2020-01-01")
    assert not judge(of_another_boot, moment(24.9, NOON + 99 * HOUR_NS), None).over
    assert judge(of_another_boot, moment(25.0, 0), None).over
    assert began_ns(moment(26.0, NOON), None) == HOUR_NS


def test_what_nobody_can_place_is_of_the_day_on_which_it_is_first_looked_at():
    """An untrusted boot, then another with a time server: today, and no longer."""
    unknown = Placed("z", 5, "")
    verdict = judge(unknown, moment(1.0, NOON), NOON - HOUR_NS)
    assert verdict == ("2026-06-15", False)
    assert judge(unknown._replace(day=verdict.day), moment(14.0, 0), NOON - HOUR_NS).over
    # The boot began before midnight, so whatever was given before it is of an earlier day.
    assert judge(unknown, moment(13.0, NOON), NOON - 13 * HOUR_NS).over


# --- in the records --------------------------------------------------------------------------------------------------


def test_a_person_lets_the_day_advance_by_name(records):
    doses = Doses(records)
    doses.commit(claim(moment(1, NOON)), moment(1, NOON))
    tomorrow = moment(1, NOON + 24 * HOUR_NS, boot="b")
    assert doses.commit(claim(tomorrow, 2), tomorrow).dose.vibration_s == ALLOWED_S  # nobody vouches
    with pytest.raises(InputError):
        confirm(records, tomorrow, " ")
    confirm(records, tomorrow, "Dr. Gruber")
    assert vouched(records, tomorrow)["by"] == "Dr. Gruber"
    assert AuditLog(records).newest(1)[0]["what"] == "clock-confirmed"
    # What was given before is of the day that was confirmed, at most: it is over on the next.
    assert doses.commit(claim(tomorrow, 3), tomorrow).dose.vibration_s == 2 * ALLOWED_S
    day_after = moment(14, NOON, boot="b")
    assert doses.commit(claim(day_after, 4), day_after).dose.vibration_s == 0.0


def test_what_was_vouched_for_first_holds_for_the_boot(records):
    doses = Doses(records)
    now = moment(1, NOON, "synchronised")
    assert doses.commit(claim(now), now).epoch_ns == NOON - HOUR_NS
    ahead = moment(1.1, NOON + 24 * HOUR_NS, "synchronised")
    day = doses.commit(claim(ahead, 2), ahead)
    assert (day.dose.vibration_s, day.epoch_ns) == (ALLOWED_S, NOON - HOUR_NS)


def test_a_time_servers_word_takes_the_place_of_a_clock_chips(records):
    doses = Doses(records)
    doses.pass_time(moment(1, NOON, "rtc"))
    assert doses.pass_time(moment(1, NOON + HOUR_NS, "rtc")) == NOON - HOUR_NS
    assert doses.pass_time(moment(1, NOON + HOUR_NS, "synchronised")) == NOON


def test_the_whole_counts_until_what_was_given_is_known(records):
    doses, now = Doses(records), moment(1, NOON)
    doses.commit(claim(now), now)
    doses.commit(claim(now), now)  # the same again
    assert doses.today("p1", NOON)["vibration_s"] == ALLOWED_S
    doses.settle(7, 1, Dose(5.0, 0.5, 0.5), now)
    assert doses.today("P1", NOON) == {"vibration_s": 5.0, "e2_m2_s3": 0.5, "e4_m4_s7": 0.5}
    doses.settle(7, 1, Dose(4.0, 0.6, 0.4), now)  # of two that say so, the larger
    assert doses.today("P1", NOON) == {"vibration_s": 5.0, "e2_m2_s3": 0.6, "e4_m4_s7": 0.5}
    doses.commit(claim(now, 2), now)
    doses.withdraw(7, 2)
    doses.settle(7, 2, WHOLE, now)
    assert doses.today("P1", NOON)["vibration_s"] == 5.0


def test_a_person_decides_what_is_not_known_by_name_and_with_a_reason(records):
    doses, now = Doses(records), moment(1, NOON)
    doses.commit(claim(now), now)
    (one,) = doses.counting(not_known=True)
    for given_s, by, reason in [(3.0, "", "seen"), (3.0, "A", " "), (12.1, "A", "b"), (-1.0, "A", "b")]:
        with pytest.raises(InputError):
            doses.decide(one["id"], given_s, Statement(by, reason), moment(2, NOON))
    with pytest.raises(InputError):
        doses.decide("nothing", 3.0, Statement("A", "b"), moment(2, NOON))
    assert doses.today("P1", NOON)["vibration_s"] == ALLOWED_S
    assert doses.decide(one["id"], 3.0, Statement("Dr. Gruber", "seen on the film"), moment(2, NOON))["counts_s"] == 3.0
    assert doses.today("P1", NOON) == {"vibration_s": 3.0, "e2_m2_s3": 0.25, "e4_m4_s7": 0.25}
    line = AuditLog(records).newest(1)[0]
    assert (line["who"], line["what"], line["detail"]["given_s"]) == ("Dr. Gruber", "dose-decided", 3.0)
    assert AuditLog(records).first_broken() is None
    assert doses.counting(not_known=True) == []


def test_nothing_is_decided_while_the_plate_may_still_be_giving_it(records):
    """What is given after it was decided counts for nothing until its recording is read."""
    doses, now = Doses(records), moment(1, NOON)
    doses.commit(claim(now), now)
    (one,), word = doses.counting(not_known=True), Statement("A", "b")
    for later_s in (0.0, 59.0):  # the session's row is about to come
        with pytest.raises(InputError) as refused:
            doses.decide(one["id"], 0.0, word, moment(1 + later_s / 3600, NOON))
        assert refused.value.problems[0].reason == "dose-not-over"
    name = session_id(NOON, 7, 1)
    Sessions(records).begin(NewSession(name, "P1", "one-leg", "left", {}, NOON, "a", 7, 1, f"{name}.mcap"))
    with pytest.raises(InputError):
        doses.decide(one["id"], 0.0, word, moment(3, NOON))
    Sessions(records).end(name, SessionEnd("interrupted", None, NOON, None))
    assert doses.decide(one["id"], 0.0, word, moment(3, NOON))["counts_s"] == 0.0


def test_a_dose_of_nobody_counts_for_everybody(records):
    doses, now = Doses(records), moment(1, NOON)
    doses.enter([claim(now, patient="")], now)
    assert doses.today("P1", NOON)["vibration_s"] == doses.today("P2", NOON)["vibration_s"] == ALLOWED_S


# --- any sequence of boots, clock steps, sessions and kills ---------------------------------------------------------


class Act(NamedTuple):
    what: str
    hours: float


acts = st.lists(
    st.builds(
        Act,
        st.sampled_from(["treat", "treat", "kill", "wait", "boot", "step", "sync", "rtc-boot", "unsync"]),
        st.sampled_from([0.0, 0.01, 0.5, 3.0, 11.0, 23.0, 24.0, 25.0, -0.5, -11.0, -24.0]),
    ),
    min_size=3,
    max_size=25,
)


@dataclass
class World:
    """A patient, a station, and what the time truly is. Whoever vouches tells the truth; nobody else has to."""

    records: Records
    true_ns: int = NOON
    booted_ns: int = NOON
    boots: int = 0
    off_ns: int = 0
    """By how much the clock on the wall is wrong."""
    voucher: str = ""
    number: int = 0
    given_s: dict[str, float] = field(default_factory=dict)
    """What was truly given, by the true local day."""

    def now(self) -> VouchedMoment:
        off_ns = 0 if self.voucher else self.off_ns
        wall_ns = self.true_ns + off_ns
        return VouchedMoment(f"boot {self.boots}", self.true_ns - self.booted_ns, wall_ns, self.voucher)

    def treat(self, *, killed: bool) -> float:
        """As much as the station gives: what is left of the day, by halves. Returns what was left."""
        self.number += 1
        now, doses = self.now(), Doses(self.records)
        asked = Dose(ALLOWED_S / 2, 1.0, 1.0)
        day = doses.commit(claim(now, self.number, dose=asked), now)
        left_s = max(0.0, ALLOWED_S - day.dose.vibration_s)
        given_s = min(left_s, asked.vibration_s)
        today = local_date(self.true_ns).isoformat()
        self.given_s[today] = self.given_s.get(today, 0.0) + given_s
        if not killed:
            doses.settle(7, self.number, Dose(given_s, 1.0, 1.0), self.now())
        return left_s

    def do(self, act: Act) -> None:
        ns = round(act.hours * HOUR_NS)
        if act.what in ("treat", "kill"):
            self.treat(killed=act.what == "kill")
        elif act.what == "wait":
            self.true_ns += abs(ns)
        elif act.what in ("boot", "rtc-boot"):
            self.true_ns += abs(ns) + NS_PER_S
            self.booted_ns, self.boots = self.true_ns, self.boots + 1
            self.voucher = "rtc" if act.what == "rtc-boot" else ""
        elif act.what == "step":
            self.off_ns += ns
        else:
            self.voucher = "synchronised" if act.what == "sync" else ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("days")


@settings(
    max_examples=int(os.environ.get("DAYS", "25")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(acts=acts, start_h=st.sampled_from([0, 5, 11.9, 12, 23.99]))
def test_no_true_day_has_more_than_is_allowed_and_a_real_day_brings_it_back(folder, acts, start_h):
    path = folder / "records.sqlite"
    for left in folder.glob("records.sqlite*"):
        left.unlink()
    records = open_records(path)
    began = wall(2026, 10, 24) + round(start_h * HOUR_NS)  # the longest day is the next
    world = World(records, true_ns=began, booted_ns=began - HOUR_NS)
    for act in acts:
        world.do(act)
    assert all(given <= ALLOWED_S + 1e-9 for given in world.given_s.values()), world.given_s
    # A day with power, whoever vouches or does not: all is there again.
    world.true_ns += LONGEST_DAY_NS
    assert world.treat(killed=False) == ALLOWED_S
    assert all(given <= ALLOWED_S + 1e-9 for given in world.given_s.values()), world.given_s
    records.close()


def test_midnight_is_the_clinics(records):
    assert local_midnight_ns(NOON) == wall(2026, 6, 15)
