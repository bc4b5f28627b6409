"""What an order of partial load says, how long it holds, and which drills it leaves."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drills.library import load_shipped
from drills.prescription import Asked, prescribe
from drills.values import Leg
from station.clinic.orders import FORBIDS, LACKING, LoadOrder, check, judge
from station.clock import NS_PER_S, RTC, VouchedMoment
from station.control.admission import Examined, vouched
from station.control.session import DrillRequest
from station.faults import InputError, StationError
from station.records.orders import NewOrder, Orders, enter
from station.wire.messages import VouchedLoad

TODAY = date(2026, 12, 1)
ORDER = LoadOrder("left", 20.0, 25.0, "Dr. Novak", "2026-11-20", "2026-12-20")
GRAVITY = 9.80665


@pytest.mark.parametrize(
    ("kg", "percent_bw", "limit_kg"), [(20.0, 25.0, 24.0), (40.0, 50.0, 48.0), (40.0, 80.0, 45.0), (8.0, 10.0, 9.6)]
)
def test_the_limit_is_the_lower_of_a_tenth_of_the_body_and_a_fifth_of_the_order(kg, percent_bw, limit_kg):
    order = ORDER._replace(kg=kg, percent_bw=percent_bw)
    assert order.limit_kg == pytest.approx(limit_kg)
    load = judge([order], "left", TODAY, by_order=True).load
    assert load is not None
    assert (load.order_n, load.limit_n) == pytest.approx((kg * GRAVITY, limit_kg * GRAVITY))


LEFT_ALONE = {
    "none": [],
    "over": [ORDER._replace(until="2026-11-30")],
    "early": [ORDER._replace(ordered_on="2026-12-02")],
    "of nothing": [ORDER._replace(kg=0.0, percent_bw=0.0)],
    "of the other leg": [ORDER._replace(leg="right")],
    "of both": [ORDER, ORDER._replace(leg="right")],
    "of a plan": [ORDER._replace(leg="")],
    "two, one of them over": [ORDER, ORDER._replace(until="2026-11-30")],
}


@pytest.mark.parametrize("orders", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_without_a_whole_order_that_holds_nothing_is_loaded_by_it(orders):
    verdict = judge(orders, "left", TODAY, by_order=True)
    assert (verdict.fault, verdict.load) == (LACKING, None)
    assert verdict.problems
    assert judge(orders, "both", TODAY, by_order=True).fault == LACKING
    full = judge(orders, "left", TODAY, by_order=False)
    assert full.fault == (FORBIDS if orders else "")


def test_an_order_that_has_run_out_is_said_to_be_no_release():
    (problem,) = judge([ORDER._replace(until="2026-11-30")], "both", TODAY, by_order=False).problems
    assert (problem.reason, problem.values["until"]) == ("order-over", "2026-11-30")


def test_of_two_for_one_leg_the_lower_counts():
    load = judge([ORDER, ORDER._replace(kg=10.0, percent_bw=12.5)], "left", TODAY, by_order=True).load
    assert load is not None
    assert load.order_n == pytest.approx(10.0 * GRAVITY)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.builds(ORDER._replace, kg=st.floats(0, 250), percent_bw=st.floats(0, 100)), max_size=3),
    st.sampled_from(("left", "right", "both", "each")),
)
def test_no_limit_is_beyond_what_any_of_them_allows(orders, leg):
    load = judge(orders, leg, TODAY, by_order=True).load
    if load is not None:
        assert load.leg == leg
        assert all(load.limit_n <= 1.2001 * one.kg * GRAVITY for one in orders)
    assert bool(judge(orders, leg, TODAY, by_order=False).fault) is bool(orders)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"kg": 44.0, "percent_bw": 12.0}, "order-no-body"),  # pounds
        ({"kg": 0.0}, "order-one-nought"),
        ({"kg": float("nan")}, "out-of-range"),
        ({"percent_bw": 101.0}, "out-of-range"),
        ({"leg": "both"}, "not-one-of"),
        ({"ordered_by": " "}, "order-by-nobody"),
        ({"until": "2026-11-30"}, "order-days"),
        ({"ordered_on": "2026-12-02"}, "order-days"),
        ({"ordered_on": "2025-01-01"}, "order-days"),
        ({"until": "soon"}, "order-date"),
    ],
)
def test_what_nobody_may_enter(wrong, reason):
    check(ORDER, TODAY)
    with pytest.raises(InputError) as refused:
        check(ORDER._replace(**wrong), TODAY)
    assert reason in [one.reason for one in refused.value.problems]


def _moment(day: int, voucher: str = "", boot: str = "b") -> VouchedMoment:
    wall_ns = (day * 86_400 + 43_200) * NS_PER_S
    return VouchedMoment(boot, 5 * NS_PER_S, wall_ns, voucher)


def test_a_clock_that_is_set_back_makes_no_order_hold_again(tmp_path):
    from station.records.file import open_records

    day = date(2026, 12, 1).toordinal() - date(1970, 1, 1).toordinal()
    at_ns = _moment(day).wall_ns
    records = open_records(tmp_path / "records.sqlite", now_ns=lambda: at_ns)
    with records.writing() as transaction:
        enter(transaction, NewOrder("P01", "Eva", ORDER._replace(until="2026-12-02")), _moment(day, RTC), at_ns)
    orders = Orders(records)
    assert orders.of("P01", _moment(day + 1)).judge("left", by_order=True, sure=False).load is not None
    assert orders.of("P01", _moment(day + 1)).judge("left", by_order=True, sure=True).fault == LACKING  # nobody vouches
    assert orders.of("P01", _moment(day + 1, RTC)).judge("left", by_order=True, sure=True).load is not None
    at_ns = _moment(day + 4).wall_ns
    with records.writing() as transaction:  # any line of the audit log, two days after its last day
        enter(transaction, NewOrder("P02", "Eva", ORDER), _moment(day + 4), at_ns)
    back = orders.of("P01", _moment(day + 1))
    assert back.judge("left", by_order=True, sure=False).fault == LACKING
    assert back.judge("left", by_order=False, sure=False).fault == FORBIDS


def _by_order(monkeypatch) -> Examined:
    from drills.exercises import EXERCISES

    monkeypatch.setitem(EXERCISES, "stand", EXERCISES["stand"]._replace(by_order=True))
    document = load_shipped("one-leg")
    return Examined(DrillRequest("P01", document, prescribe(document, Asked(Leg.LEFT))), None)


HELD = VouchedLoad(leg="left", order_n=196.0, limit_n=235.0, body_n=784.0)


@pytest.mark.parametrize("load", [None, VouchedLoad(), VouchedLoad(leg="left")])
def test_control_begins_a_drill_by_order_only_with_a_load_of_its_leg(monkeypatch, load):
    examined = _by_order(monkeypatch)
    assert examined.request.document.by_order
    for must in (False, True):
        with pytest.raises(StationError, match="order-"):
            vouched(examined, load, must=must)
    with pytest.raises(StationError, match="order-lacking"):
        vouched(examined, HELD.model_copy(update={"leg": "right"}), must=True)
    assert vouched(examined, HELD, must=True).load == HELD
