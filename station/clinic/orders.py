"""Orders of partial load: what one says, how long it holds, and which drills it leaves. Pure rules over plain values.

An order is a number for one leg, never a word. While one stands, nothing but the drills that are done by it is done;
one that has run out allows those no more, and nothing else either, until a person has withdrawn it or entered a new one
(PMC3313526 for feedback and its margin; what the station does with an order is proposed).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from drills.ordered import OrderedLoad
from drills.problems import Problem, not_one_of
from drills.units import STANDARD_GRAVITY_M_S2
from station.faults import InputError, because

LEGS = ("left", "right")
OVER_BODY_WEIGHT = 0.1
OVER_ORDER = 1.2
"""A load beyond the order is stopped at the lower of order + 10 % of body weight and order x 1.2."""
REHEARSAL_SHARE = 0.3
LONGEST_DAYS = 366
"""Between the day of an order and its last (proposed)."""
LIGHTEST_KG, HEAVIEST_KG = 20.0, 250.0
"""Bodies of which the kg and the percentage of one order can be (proposed)."""
FORBIDS, LACKING, UNKNOWN = "order-forbids", "order-lacking", "order-unknown"
"""Faults: an order stands, and the drill is not done by it; the drill needs one, and none holds; nobody can say."""
VALID, EXPIRED, EARLY = "valid", "expired", "early"
"""An order holds today, its last day is over, or its day has not come: the clock is wrong."""


class LoadOrder(NamedTuple):
    """One order, as it was entered. Dates are ISO 8601."""

    leg: str
    """ "left" or "right"; "" where it stands in a plan, which knows no leg."""
    kg: float
    percent_bw: float
    ordered_by: str
    ordered_on: str
    until: str
    """The last day on which it holds."""

    @property
    def body_kg(self) -> float:
        """The body of which the kg are so many percent; 0 for an order of nothing."""
        return 100.0 * self.kg / self.percent_bw if self.percent_bw > 0.0 else 0.0

    @property
    def limit_kg(self) -> float:
        """Where a load is stopped."""
        return min(self.kg + OVER_BODY_WEIGHT * self.body_kg, OVER_ORDER * self.kg)

    def state(self, today: date) -> str:
        """VALID, EXPIRED or EARLY."""
        if date.fromisoformat(self.until) < today:
            return EXPIRED
        return VALID if date.fromisoformat(self.ordered_on) <= today else EARLY


class LoadVerdict(NamedTuple):
    """What the orders of a patient make of one drill."""

    fault: str
    """FORBIDS, LACKING or UNKNOWN; "" where the drill may be done."""
    problems: tuple[Problem, ...] = ()
    load: OrderedLoad | None = None
    """Of a drill that is done by an order."""


FREE = LoadVerdict("")


def judge(orders: Sequence[LoadOrder], leg: str, today: date, *, by_order: bool) -> LoadVerdict:
    """Whether a drill may be done on this leg ("left", "right", "both", "each") by a patient with these orders: those
    that nobody has withdrawn, whether or not they hold. `by_order`: it is one that loads a leg as ordered.
    """
    if not by_order:
        return LoadVerdict(FORBIDS, tuple(_against(one, today) for one in orders)) if orders else FREE
    own = [one for one in orders if one.leg == leg]
    others = [one for one in orders if one.leg != leg]
    if not own:
        return LoadVerdict(LACKING, (because("order-none", leg=leg), *map(_standing, others)))
    against = [_over(one, today) for one in own if one.state(today) != VALID]
    against += [because("order-of-nothing", leg=leg) for one in own if not _loads(one)]
    against += [because("order-other-leg", leg=one.leg, kg=one.kg) for one in others]
    if against:
        return LoadVerdict(LACKING, tuple(against))
    return LoadVerdict("", (), load_of(min(own, key=lambda one: one.limit_kg)))


def load_of(order: LoadOrder) -> OrderedLoad:
    """How much the leg of this order may carry."""
    in_kg = (order.kg, order.limit_kg, order.body_kg)
    return OrderedLoad(order.leg, *(one * STANDARD_GRAVITY_M_S2 for one in in_kg))


def rehearsal(leg: str, body_kg: float) -> OrderedLoad:
    """What a drill by order is rehearsed with where nobody stands there, and so nobody has an order: 30 % of the
    simulated body (proposed).
    """
    return load_of(LoadOrder(leg, REHEARSAL_SHARE * body_kg, 100.0 * REHEARSAL_SHARE, "", "", ""))


def check(order: LoadOrder, today: date) -> None:
    """Raise InputError "input-invalid" for an order that nobody may enter today: each value that is wrong."""
    problems = [*_named(order), *_numbers(order)]
    if order.leg not in LEGS:
        problems.append(not_one_of("leg", order.leg, LEGS))
    try:
        on, until = date.fromisoformat(order.ordered_on), date.fromisoformat(order.until)
    except ValueError:
        problems.append(because("order-date", on=order.ordered_on, until=order.until))
    else:
        if on > today or until < today or not 0 <= (until - on).days <= LONGEST_DAYS:
            values = {"on": order.ordered_on, "until": order.until, "today": today.isoformat()}
            problems.append(because("order-days", most=LONGEST_DAYS, **values))
    if problems:
        raise InputError("input-invalid", problems[0].field or "order", *problems)


def order_of(values: dict[str, Any]) -> LoadOrder:
    """An order out of JSON. Raises ValueError for what is none."""
    try:
        order = LoadOrder(**{name: values[name] for name in LoadOrder._fields})
        texts = (order.leg, order.ordered_by, order.ordered_on, order.until)
        if not all(isinstance(one, str) for one in texts) or not math.isfinite(order.kg + order.percent_bw):
            raise ValueError("no order")
        order.state(date.min)
    except (KeyError, TypeError) as problem:
        raise ValueError("no order") from problem
    return order


def _loads(order: LoadOrder) -> bool:
    return order.kg > 0.0 and order.percent_bw > 0.0


def _named(order: LoadOrder) -> list[Problem]:
    return [because("order-by-nobody")] if not order.ordered_by.strip() else []


def _numbers(order: LoadOrder) -> list[Problem]:
    """Kg and percent, each by itself, and whether they can be of one body."""
    problems = []
    for name, value, most in (("kg", order.kg, HEAVIEST_KG), ("percent_bw", order.percent_bw, 100.0)):
        if not (math.isfinite(value) and 0.0 <= value <= most):
            problems.append(Problem(name, value if math.isfinite(value) else str(value), 0.0, most))
    if not problems and (order.kg > 0.0) != (order.percent_bw > 0.0):
        problems.append(because("order-one-nought", kg=order.kg, percent_bw=order.percent_bw))
    if not problems and order.kg > 0.0 and not LIGHTEST_KG <= order.body_kg <= HEAVIEST_KG:
        values = {"kg": order.kg, "percent_bw": order.percent_bw, "body_kg": order.body_kg}
        problems.append(because("order-no-body", lightest=LIGHTEST_KG, heaviest=HEAVIEST_KG, **values))
    return problems


def _against(order: LoadOrder, today: date) -> Problem:
    """What an order has against a full load: one that has run out is no release."""
    return _standing(order) if order.state(today) == VALID or not order.leg else _over(order, today)


def _standing(order: LoadOrder) -> Problem:
    values = {"kg": order.kg, "percent_bw": order.percent_bw, "until": order.until}
    if not order.leg:
        return because("order-of-plan", **values)
    return because("order-stands", leg=order.leg, ordered_by=order.ordered_by, **values)


def _over(order: LoadOrder, today: date) -> Problem:
    if order.state(today) == EARLY:
        return because("order-early", leg=order.leg, on=order.ordered_on, today=today.isoformat())
    return because("order-over", leg=order.leg, until=order.until)
