"""How long a visit was one to one, from what the records hold."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from station.clock import NS_PER_S, VouchedMoment
from station.records.file import Records, open_records
from station.records.levels import Levels
from station.records.one_to_one import PAUSE_COUNTS_S, Span, counted_s, one_to_one_s
from station.records.screenings import Screenings
from station.records.sessions import SessionEnd, Sessions
from station.records.visits import Visits
from tests.station.records.made import NOON, new, ns


def spans(*minutes: tuple[float, float]) -> list[Span]:
    return [Span(int(began * 60 * NS_PER_S), int(ended * 60 * NS_PER_S)) for began, ended in minutes]


LONGEST_MIN = PAUSE_COUNTS_S / 60.0


@pytest.mark.parametrize(
    ("own", "others", "minutes"),
    [
        ([(0, 4)], [], 4),
        ([(0, 4), (6, 9)], [], 9),  # the pause is theirs
        ([(0, 4), (6, 9)], [(4.5, 5.5)], 7),  # another was on the plate meanwhile
        ([(0, 4), (6, 9)], [(5, 5)], 7),  # or was asked
        ([(0, 4), (6, 9)], [(2, 2)], 9),  # on another phone, while the drill ran
        ([(0, 4), (6, 9)], [(9.5, 12)], 9),
        ([(0, 4), (4 + LONGEST_MIN, 20)], [], 20),
        ([(0, 4), (4.1 + LONGEST_MIN, 20)], [], 4 + 20 - 4.1 - LONGEST_MIN),  # in the waiting room
        ([(0, 4), (5, 5), (3, 3)], [], 5),  # effort and pain, said after the drill; what was said in it is in it
        ([(0, 4), (2, 6)], [], 6),  # no minute twice
        ([], [(0, 4)], 0),
    ],
)
def test_drills_and_the_pauses_that_nobody_else_had(own, others, minutes):
    assert counted_s(spans(*own), spans(*others)) == pytest.approx(minutes * 60)


class Clock:
    """Of the wall, at so many minutes after noon."""

    def __init__(self) -> None:
        self.minute = 0.0

    def __call__(self) -> int:
        return ns(NOON) + int(self.minute * 60 * NS_PER_S)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def records(tmp_path: Path, clock: Clock) -> Iterator[Records]:
    opened = open_records(tmp_path / "records.sqlite", now_ns=clock)
    yield opened
    opened.close()


def drill(records, number: int, patient: str, began_min: float, ended_min: float) -> str:
    """Its name."""
    start = new(number, patient, at=NOON + timedelta(minutes=began_min))
    Sessions(records).begin(start)
    ended_ns = ns(NOON + timedelta(minutes=ended_min))
    Sessions(records).end(start.name, SessionEnd("done", "completed", ended_ns, None))
    return start.name


def asked(records, clock: Clock, patient: str, minute: float) -> None:
    clock.minute = minute
    Screenings(records).add(patient, "Eva", {"epilepsy": "no"}, {}, VouchedMoment("boot", 1, clock()))


def test_in_a_group_each_visit_has_its_own_minutes(records, clock):
    drill(records, 1, "P-7", 0, 4)
    drill(records, 2, "P-7", 6, 8)  # and two minutes of rest before it
    drill(records, 3, "B", 9, 12)
    drill(records, 4, "P-7", 13, 14)
    asked(records, clock, "P-7", -3)
    asked(records, clock, "C", 7)
    asked(records, clock, "B", 30)
    Sessions(records).begin(new(5, "C", at=NOON + timedelta(minutes=40)))  # runs: nobody knows its end
    counted = {one: one_to_one_s(records, Visits(records).newest(one)[0]["id"]) for one in ("P-7", "B", "C")}
    assert counted == {"P-7": (3 + 8 + 1) * 60.0, "B": 3 * 60.0, "C": 0.0}
    nothing = Visits(records).open("D", "ab12")
    assert one_to_one_s(records, nothing) is None
    assert one_to_one_s(records, "nobody") is None


def test_what_is_said_after_the_last_set_is_of_the_visit(records, clock):
    name = drill(records, 1, "P-7", 0, 4)
    visit = Visits(records).newest("P-7")[0]["id"]
    assert one_to_one_s(records, visit) == 240.0
    clock.minute = 5
    Levels(records).say(name, "Eva", {"effort_rpe": 13})
    assert one_to_one_s(records, visit) == 300.0
