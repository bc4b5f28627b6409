"""Which lines of the audit log a person is handed out: all that are about them, and none that is about another."""

import uuid
from datetime import timedelta

from station.clinic.screening.items import RELATIVE, shipped
from station.clock import NS_PER_S, VouchedMoment, local_date
from station.keeping.handing_out import everything_of
from station.recording.auditing import AuditTrail
from station.records.audit import AuditLog
from station.records.batteries import UnwantedTest, refuse
from station.records.chosen import RungAsked, choose
from station.records.day import Placed
from station.records.dose import Claim, Dose, Doses, Statement
from station.records.ends import Ends
from station.records.entries import Entered, enter
from station.records.feet import say_feet
from station.records.file import Records
from station.records.incidents import Incidents, NewIncident
from station.records.levels import Levels
from station.records.patients import Patients
from station.records.screenings import Screenings
from station.records.sessions import Sessions
from station.records.visits import Visits
from tests.station.records.made import EPOCH, NOON, new, ns

LATER = VouchedMoment("boot", 7 * 3600 * NS_PER_S, ns(NOON + timedelta(hours=2)), "rtc")
RELATIVE_ITEM = next(one.id for one in shipped().item if one.kind == RELATIVE and one.asks == "yes-no")
CLEAR = {one.id: "no" for one in shipped().item} | {"mass-kg": 70, "dizziness": 0, "pain": 1}


def lived(records: Records, code: str, number: int) -> None:
    """All that is ever written down of a patient whose session has this number."""
    name = next(one["id"] for one in Sessions(records).newest(code) if one["ring_session"] == number)
    visits, visit = Visits(records), Visits(records).newest(code)[0]["id"]
    visits.note(visit, "Ada", "steady")
    visits.hand_over(visit, "Ada", "Ben")
    visits.close(visit, "Ben")
    told = str(uuid.UUID(int=number))
    Incidents(records).tell(NewIncident(told, code, ns(NOON), "Ada", EPOCH, number, {}))
    Incidents(records).describe(told, "Ada", "near-fall", "slipped")
    Incidents(records).safe(told, "Ada")
    Levels(records).say(name, "Ada", {"pain": 2.0})
    Levels(records).unlock(code, "D03", "left", "Ada", "looked at it")
    choose(records, code, RungAsked("D03", "left", 3, 1), "Ada", "asked for it", local_date(ns(NOON)))
    say_feet(records, name, 1, "Ada", one_leg=True)
    Screenings(records).add(code, "Ada", {**CLEAR, RELATIVE_ITEM: "yes"}, {}, LATER)
    Screenings(records).override(code, "Ada", {RELATIVE_ITEM: "seen by a physician"}, LATER)
    enter(records, code, Entered("pain", "Ada", {}, "not today"))
    refuse(records, code, UnwantedTest("romberg", "together-open", "Ada", "tired"))
    placed = Placed("boot", NS_PER_S, "")
    Doses(records).commit(Claim(code, EPOCH, number, placed, ns(NOON), Dose(30.0, 1.0, 1.0)), LATER)
    Doses(records).decide(name, 20.0, Statement("Ada", "it was stopped"), LATER)
    Ends(records).acknowledge(EPOCH, number, "Ada")


def lines_of(records: Records, code: str) -> set[int]:
    return {one["number"] for one in everything_of(records, code)["audit"]}


def test_every_line_is_of_whom_it_is_about_whatever_it_names_them_by(records):
    for code, number in (("P01", 1), ("P02", 2)):
        lived(records, code, number)
    trail = AuditTrail(AuditLog(records), EPOCH, ns(NOON))
    for number, (code, session) in enumerate((("P01", 3), ("P02", 2))):
        trail.note(number, {"kind": "session-started", "session": session, "patient": code, "t_ns": 0})
    lines = AuditLog(records).newest(1000)
    one, other = lines_of(records, "P01"), lines_of(records, "P02")
    assert one & other == set()
    assert [line["what"] for line in lines if line["number"] not in one | other] == []
    whats = {
        code: [line["what"] for line in lines if line["number"] in own] for code, own in (("P01", one), ("P02", other))
    }
    assert whats["P01"] == ["patient-entered", *whats["P02"]]
    assert len(set(whats["P02"])) == 17


def test_nobody_is_handed_lines_of_who_had_their_code_before(records):
    trail = AuditTrail(AuditLog(records), EPOCH, ns(NOON))
    trail.note(0, {"kind": "session-started", "session": 1, "patient": "P01", "drill": "one-leg", "t_ns": 0})
    Patients(records).correct_code("P01", "P09", "Ada", "mistyped")
    Sessions(records).begin(new(9, "P01"))
    trail.note(1, {"kind": "session-started", "session": 9, "patient": "P01", "drill": "tandem", "t_ns": 0})
    mine = everything_of(records, "P01")["audit"]
    assert [line["detail"].get("drill") for line in mine] == ["tandem"]
    theirs = [line["what"] for line in everything_of(records, "P09")["audit"]]
    assert theirs == ["patient-entered", "session-started", "patient-code-corrected"]
