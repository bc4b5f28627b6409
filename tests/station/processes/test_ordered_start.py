"""No path to a full load for a patient with an order of partial load: every way to a Start, and everything that may
become of the order on that way.

Pages, the API, the quick test, batteries, plans and own drills send one and the same message to control (a gate holds
that nothing else arms); the command line reads the records itself.
"""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from drills.changing import copy_of
from drills.document import DrillDocument
from drills.library import load_shipped
from drills.prescription import Asked, prescribe
from drills.values import Leg
from station.cli import main
from station.clinic.orders import LoadOrder
from station.clinic.plan.measuring import TYPED, Known
from station.clock import NS_PER_S, this_moment
from station.control.pending import FLAGS_NS, PENDING_NS
from station.own_drills.folder import OwnDrills
from station.recording.layout import records_path
from station.recording.ordered import ORDERS_FILE
from station.records.dose import Statement
from station.records.file import open_records
from station.records.orders import NewOrder
from station.records.patients import Patients
from station.records.plans import Plans, PlanWish
from tests.station.conftest import Bench
from tests.station.processes.test_screened_start import CLEAR, Clinic

DAY_NS = 86_400 * NS_PER_S


def an_order(**other):
    today = this_moment().wall_ns // DAY_NS
    on, until = (_day(today + days) for days in (-3, 20))
    fields = {"leg": "left", "kg": 20.0, "percent_bw": 25.0, "ordered_by": "Dr. Novak", "ordered_on": on}
    return LoadOrder(**{**fields, "until": until, **other})


def _day(days):
    return (date(1970, 1, 1) + timedelta(days=days)).isoformat()


class Ward(Clinic):
    """A clinic with a patient P01 who has an order, and who else than that may vibrate."""

    def __init__(self, bench, folder):
        super().__init__(bench, folder)
        self.folder = folder
        self.screenings.add("P01", "Eva", CLEAR, {}, this_moment())
        self.clerk.work()

    @property
    def book(self):
        books = self.clerk._books
        assert books is not None
        return books.orders

    def enter(self, patient="P01", **other):
        self.book.enter(NewOrder(patient, "Eva", an_order(**other)), this_moment())

    def asks(self, drill="one-leg", leg=Leg.LEFT, patient="P01", request="", **asked):
        """Start this drill, and let the recorder answer. Returns control's answer."""
        document = drill if isinstance(drill, DrillDocument) else load_shipped(drill)
        given = prescribe(document, Asked(leg, **asked))
        known = len(self.bench.published.events)
        self.number = getattr(self, "number", 0) + 1
        self.send(
            self.phone,
            type="start",
            request=request or f"wish-{self.number}",
            seen=self.seen,
            patient=patient,
            document=document.model_dump(mode="json", by_alias=True),
            prescription=given.model_dump(mode="json"),
        )
        return self.answered(known) if self.bench.published.events[known:] else self.answer(self.phone)

    def told_of(self, patient):
        """This patient was here before."""
        self.screenings.add(patient, "Eva", CLEAR, {}, this_moment())

    def nothing_runs(self):
        return self.bench.station.session is None and not self.armed()


@pytest.fixture
def ward(bench: Bench, tmp_path: Path) -> Iterator[Ward]:
    ward = Ward(bench, tmp_path)
    yield ward
    for one in (ward.phone, ward.recorder, ward.server, ward.clerk, ward.records):
        one.close()


EVERY_DRILL = {
    "one leg that may not": ("one-leg", Leg.LEFT),
    "the other leg, off which they come down on it": ("one-leg", Leg.RIGHT),
    "the quick test": ("quick-one-leg", Leg.LEFT),
    "two legs": ("quiet-stance", Leg.BOTH),
    "vibration": ("single-leg-vibration", Leg.LEFT),
    "a game": ("slalom", Leg.BOTH),
}


def test_no_drill_of_full_load_while_an_order_stands(ward):
    ward.enter()
    for drill, leg in EVERY_DRILL.values():
        answer = ward.asks(drill, leg)
        assert (answer["ok"], answer["code"], answer["where"]) == (False, "order-forbids", "order"), drill
        assert answer["problems"][0]["values"]["leg"] == "left"
        assert ward.nothing_runs()
    assert ward.asks(patient="p01")["code"] == "order-forbids"  # however it is written
    assert ward.asks(patient="P02")["ok"]  # nobody else is kept from anything


def test_an_own_drill_is_no_way_round_it(ward, tmp_path):
    ward.enter()
    own = OwnDrills(tmp_path).keep(copy_of("one-leg", "mine"))
    assert ward.asks(own)["code"] in ("order-forbids", "drill-untried")
    assert ward.nothing_runs()


def _set(ward, *pairs):
    """Days are what time makes of them."""
    with ward.records.writing() as transaction:
        for name, value in zip(pairs[::2], pairs[1::2], strict=True):
            transaction.connection().exec_driver_sql(f"UPDATE load_order SET {name} = '{value}'")


def _correct(ward, code, right):
    Patients(ward.records).correct_code(code, right, "Eva", "mistyped")


def _damage(ward):
    path = records_path(ward.folder)
    ward.clerk._let_go()
    for one in (Path(f"{path}-wal"), Path(f"{path}-shm")):
        one.unlink(missing_ok=True)
    path.write_bytes(b"SQLite format 3\0" + bytes(4000))


def _lose(ward, path):
    if path.suffix == ".sqlite":
        ward.clerk._let_go()
    for one in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        one.unlink(missing_ok=True)


WAYS = {
    "it has run out": (
        lambda ward: _set(ward, "until", "2020-01-01", "ordered_on", "2019-12-01"),
        "P01",
    ),
    "its day has not come": (lambda ward: _set(ward, "ordered_on", "2090-01-01", "until", "2090-02-01"), "P01"),
    "it allows nothing": (lambda ward: ward.enter(kg=0.0, percent_bw=0.0), "P01"),
    "the code is corrected": (lambda ward: _correct(ward, "P01", "P07"), "P07"),
    "the old code of a corrected one": (lambda ward: _correct(ward, "P01", "P07"), "P01"),
    "two codes are one person": (lambda ward: (ward.told_of("K2"), _correct(ward, "P01", "K2")), "K2"),
    "the old code of one of two": (lambda ward: (ward.told_of("K2"), _correct(ward, "P01", "K2")), "P01"),
    "the same code but for its signs": (lambda ward: None, "P1"),
    "the records are damaged": (_damage, "P01"),
    "the records are gone": (lambda ward: _lose(ward, records_path(ward.folder)), "P01"),
    "the list is gone": (lambda ward: _lose(ward, ward.folder / ORDERS_FILE), "P01"),
    "the list is damaged": (lambda ward: (ward.folder / ORDERS_FILE).write_text("{"), "P01"),
}


@pytest.mark.parametrize("way", WAYS)
def test_whatever_becomes_of_the_order(ward, way):
    do, patient = WAYS[way]
    ward.enter()
    do(ward)
    answer = ward.asks(patient=patient)
    assert (answer["ok"], answer["code"]) == (False, "order-forbids"), way
    assert ward.nothing_runs()


def test_records_and_list_both_lost_is_not_known_and_a_person_answers_for_it(ward):
    ward.enter()
    (ward.folder / ORDERS_FILE).write_text("{")
    _damage(ward)
    assert ward.asks()["code"] == "order-unknown"
    assert ward.nothing_runs()
    for word in (Statement("", "lost"), Statement("Eva", " ")):
        with pytest.raises(Exception, match="input-invalid"):
            ward.book.accept_loss(word)
    assert ward.asks()["code"] == "order-unknown"
    ward.book.accept_loss(Statement("Eva", "the card broke, everybody was asked again"))
    assert ward.asks()["ok"]


def test_records_that_do_not_answer(ward):
    """The list beside them says who has an order; who has none need not wait for them."""
    ward.enter()
    ward.enter("P03", leg="right")
    for patient, starts in (("P01", False), ("p3", False), ("P02", True)):
        known = len(ward.bench.published.events)
        ward.answered = lambda known: None
        ward.asks(patient=patient)
        del ward.answered
        ward.asked(known)
        ward.commitments.step(0, 7, ward.link)
        ward.bench.run_s(2 * FLAGS_NS / 1e9)
        ward.ready()
        assert (ward.bench.station.session is not None) is starts, patient
        if not starts:
            ward.bench.run_s(PENDING_NS / 1e9)
            assert (ward.answer(ward.phone) or {})["code"] == "order-unknown"
            ward.ready()


def test_the_same_wish_again_and_a_wish_of_before_the_order(ward):
    ward.enter()
    assert ward.asks(request="one")["code"] == "order-forbids"
    assert ward.asks(request="one")["code"] == "order-forbids"
    assert ward.nothing_runs()
    (order,) = ward.book._orders.listed("P01")
    ward.book.withdraw("P01", order["id"], Statement("Dr. Novak", "healed"))
    assert ward.asks(request="one")["code"] == "order-forbids"  # it has its answer
    assert ward.asks(request="two")["ok"]
    assert ward.asks(request="two")["ok"]  # as it was: it starts nothing anew


def test_an_order_withdrawn_or_entered_between_page_and_start(ward):
    ward.enter()
    (order,) = ward.book._orders.listed("P01")
    ward.book.withdraw("P01", order["id"], Statement("Dr. Novak", "healed"))
    ward.enter(leg="right", kg=10.0, percent_bw=12.0)  # by another phone, while the form is open
    answer = ward.asks()
    assert (answer["code"], answer["problems"][0]["values"]["leg"]) == ("order-forbids", "right")
    assert ward.nothing_runs()


def test_a_start_cannot_vouch_for_itself_nor_an_answer_to_another_question(ward):
    ward.enter()
    document = load_shipped("one-leg")
    message = {
        "type": "start",
        "request": "r",
        "seen": ward.seen,
        "patient": "P01",
        "document": document.model_dump(mode="json", by_alias=True),
        "prescription": prescribe(document, Asked(Leg.LEFT)).model_dump(mode="json"),
    }
    for further in ({"load": {}}, {"order": None}, {"needs_order": False}):
        assert ward.ask(ward.phone, **message, **further)["code"] == "bad-message"
    for prescribed in ({"load_n": 1000.0}, {"limit_n": 0.0}):
        wrong = {**message, "request": str(prescribed), "prescription": {**message["prescription"], **prescribed}}
        assert ward.ask(ward.phone, **wrong)["code"] == "input-invalid"
    known = len(ward.bench.published.events)
    ward.send(ward.phone, **message)
    asked = ward.bench.published.events[known:][-1]["asked"]
    ward.ask(ward.recorder, type="no-order", asked="another")
    ward.ask(ward.recorder, type="no-red-flag", asked=asked)  # says nothing of an order
    assert (ward.answer(ward.phone) or {})["code"] == "order-unknown"
    assert ward.nothing_runs()


def test_what_is_vouched_for_one_drill_is_nothing_for_another(ward):
    """Were an order's load ever answered to a drill that is not done by it, it starts nothing."""
    known = len(ward.bench.published.events)
    ward.answered = lambda known: None
    ward.asks()
    asked = ward.bench.published.events[known:][-1]["asked"]
    load = {"leg": "left", "order_n": 196.0, "limit_n": 235.0, "body_n": 784.0}
    ward.ask(ward.recorder, type="no-red-flag", asked=asked, load=load)
    assert (ward.answer(ward.phone) or {})["code"] == "order-unknown"
    assert ward.nothing_runs()


def test_on_the_simulated_rig_too_once_a_recorder_is_there(ward):
    ward.bench.station.rules = ward.bench.station.rules._replace(screen_simulated=False)
    ward.ask(ward.recorder, type="recorder-status", ready=True, vouches=True)
    ward.enter()
    for drill, leg in EVERY_DRILL.values():
        assert ward.asks(drill, leg)["code"] == "order-forbids"
    assert ward.nothing_runs()


def test_an_order_typed_for_a_plan_counts_until_one_is_entered_or_it_is_withdrawn(ward):
    today = _day(this_moment().wall_ns // DAY_NS)
    order = {"kg": 14.0, "percent_bw": 20.0, "until": "2090-01-01"}
    typed = {"order": Known(order, TYPED, today, "Eva"), "age_years": Known(60.0, TYPED, today, "Eva")}
    Plans(ward.records).make("P01", PlanWish("Eva", this_moment(), typed))
    answer = ward.asks()
    assert (answer["code"], answer["problems"][0]["reason"]) == ("order-forbids", "order-of-plan")
    Plans(ward.records).make("P01", PlanWish("Eva", this_moment()))  # another version of the same
    assert ward.asks()["code"] == "order-forbids"
    ward.book.withdraw("P01", "", Statement("Dr. Novak", "healed"))
    assert ward.asks()["ok"]


def test_a_plan_goes_by_the_order_that_was_entered(ward):
    today = _day(this_moment().wall_ns // DAY_NS)
    typed = {"order": Known({"kg": 9.0, "percent_bw": 10.0, "until": "2090-01-01"}, TYPED, today, "Eva")}
    typed["age_years"] = Known(60.0, TYPED, today, "Eva")
    ward.enter()
    made = Plans(ward.records).make("P01", PlanWish("Eva", this_moment(), typed))
    assert made["found"]["order"]["value"]["kg"] == 20.0
    Plans(ward.records).make("P01", PlanWish("Eva", this_moment()))
    assert [one["reason"] for one in ward.asks()["problems"]] == ["order-stands"]
    (order,) = ward.book._orders.listed("P01")
    ward.book.withdraw("P01", order["id"], Statement("Dr. Novak", "healed"))
    assert ward.asks()["ok"]
    assert "order" not in Plans(ward.records).make("P01", PlanWish("Eva", this_moment()))["found"]


def test_the_command_line_starts_nothing_either(tmp_path):
    def station(*arguments):
        return CliRunner().invoke(main, [*arguments, "--data", str(tmp_path)])

    entered = ["order", "P01", "--leg", "left", "--kg", "20", "--percent", "25", "--ordered-by", "Dr. Novak"]
    assert station(*entered).exit_code == 2  # without a last day it is none
    until = _day(this_moment().wall_ns // DAY_NS + 30)
    assert station(*entered, "--until", until).exit_code == 2  # nor without a name
    done = station(*entered, "--until", until, "--by", "Eva")
    assert (done.exit_code, "24.0 kg" in done.output) == (0, True)
    started = station("drill", "one-leg", "--leg", "right", "--clock", "real", "--patient", "P01", "--json")
    assert (started.exit_code, "order-forbids" in started.output) == (2, True)
    said = json.loads(station("order", "P01", "--json").output)
    assert (said["full_load"], said["standing"][0]["limit_kg"]) == (False, 24.0)
    assert station("order", "P01", "--withdraw", "left", "--by", "Eva").exit_code == 2  # without a reason
    assert station("order", "P01", "--withdraw", "right", "--by", "Eva", "--reason", "x").exit_code == 2
    assert station("order", "P01", "--withdraw", "left", "--by", "Eva", "--reason", "healed").exit_code == 0
    with open_records(records_path(tmp_path), read_only=True).reading() as transaction:
        lines = transaction.connection().exec_driver_sql("SELECT what FROM audit").scalars().all()
    assert [one for one in lines if one.startswith("order-")] == ["order-entered", "order-withdrawn"]
