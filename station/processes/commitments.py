"""The recorder's part in a Start: the whole dose of a screened patient is on the disk before control hears that it may
arm.

The clerk writes; this hands it what control's events ask for, and hands control the clerk's answers.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from drills.document import read_document
from drills.errors import DrillDocumentError
from drills.problems import Problem
from station.clinic.orders import LACKING
from station.clock import NS_PER_S, VouchedMoment, this_moment
from station.faults import StationError, as_json, because
from station.faults.boundary import as_station_errors
from station.own_drills.tried import allow
from station.processes.clerk import Clerk
from station.recording.books import Books
from station.recording.ordered import NOBODY_KNOWS, AskedDrill, judge_by_list
from station.records.dose import Dose
from station.records.screenings import LOCKED, TRAINING_ENDED
from station.wire.client import ControlLink

_LOG = logging.getLogger(__name__)

LOOK_NS = 30 * NS_PER_S
"""How often the day may advance, and is looked at who vouches for the clock, while nothing starts."""


ORDER_LOOK_NS = NS_PER_S
"""How often is looked whether an order still stands by which a drill runs."""


class _ByOrder(NamedTuple):
    """A drill that was begun by an order."""

    ring_epoch: int
    event: dict[str, Any]
    load: dict[str, Any]
    """What was vouched for."""


class _Ready(NamedTuple):
    """A message for control."""

    ring_epoch: int
    kind: str
    fields: dict[str, Any]


class Commitments:
    """Between the events of control and the clerk. `now` says when it is, and who vouches for the clock."""

    def __init__(self, clerk: Clerk, now: Callable[[], VouchedMoment] = this_moment) -> None:
        self.epoch_ns: int | None = None
        """Wall time at monotonic zero, as it was vouched for when the last dose was committed."""
        self.looked = False
        """Whether everything on the disk has been counted: before that nothing may start."""
        self._clerk = clerk
        self._now = now
        self._ready: deque[_Ready] = deque()
        self._due_ns = self._order_due_ns = 0
        self._by_order: _ByOrder | None = None
        self._looks = False
        """A look at its order waits to be done."""

    def event(self, ring_epoch: int, event: dict[str, Any]) -> None:
        """Take an event of control; those that say nothing of doses are passed over. Again is no harm."""
        kind, number = event["kind"], event.get("of_session", 0)
        if kind == "dose-asked":
            self._clerk.put(partial(self._commit, ring_epoch, event))
        elif kind == "drill-ended":
            self._by_order = None
        elif kind == "red-flags-asked":
            self._say_by_list(ring_epoch, event)
            self._clerk.put(partial(self._look_for_flags, ring_epoch, event))
        elif kind == "dose-withdrawn":
            self._clerk.put(lambda books: books.days.doses.withdraw(ring_epoch, number))
        elif kind == "dose-given":
            given = Dose(*(float(event[name]) for name in Dose._fields))
            self._clerk.put(lambda books: books.days.doses.settle(ring_epoch, number, given, self._now()))

    def look_soon(self) -> None:
        """Look at the day behind what the clerk has to do now, not in the middle of the drill that begins: the disk is
        given both at once.
        """
        self._due_ns = 0

    def step(self, now_ns: int, ring_epoch: int, link: ControlLink) -> None:
        """Tell control what has been committed since, and let the day advance. To be called often; never waits long."""
        if now_ns >= self._due_ns:
            self._due_ns = now_ns + LOOK_NS
            self._clerk.put(self._pass_time)
        if self._by_order is not None and not self._looks and now_ns >= self._order_due_ns:
            self._order_due_ns, self._looks = now_ns + ORDER_LOOK_NS, True
            self._clerk.put(self._look_at_order)
        while self._ready:
            ready = self._ready.popleft()
            if ready.ring_epoch != ring_epoch:
                continue  # that control is no more
            try:
                link.request(ready.kind, **ready.fields)
            except StationError as problem:  # control gives the Start up by itself
                _LOG.warning("%s", problem)

    def _say_by_list(self, ring_epoch: int, event: dict[str, Any]) -> None:
        """At once, of a file: should the records not answer, nobody has to wait whom no order keeps from moving."""
        asked = asked_of(event)
        if asked is not None and not judge_by_list(self._clerk.data, asked, self._now()).fault:
            self._ready.append(_Ready(ring_epoch, "no-order", {"asked": str(event["asked"])}))

    # --- in the clerk's thread ------------------------------------------------------------------------------------

    def _commit(self, ring_epoch: int, event: dict[str, Any], books: Books) -> None:
        asked, now = str(event["asked"]), self._now()
        until_ns = 0
        load = self._load(ring_epoch, event, books)
        if load is None:
            return
        screened = books.screenings.of(str(event.get("patient", "")), now)
        if screened.ended:
            self._refuse(ring_epoch, asked, TRAINING_ENDED, ())
            return
        if event.get("screened"):
            if not self._may_meet_a_patient(ring_epoch, event, books):
                return
            if screened.fault:
                self._refuse(ring_epoch, asked, screened.fault, screened.problems)
                return
            until_ns = screened.until_ns
        day = books.days.commit(event, (ring_epoch, int(event["of_session"])), now)
        self.epoch_ns = day.epoch_ns
        fields = {"asked": asked, "dose_today": day.dose._asdict(), "day_began_ns": day.began_ns}
        self._ready.append(_Ready(ring_epoch, "committed", {**fields, "screened_until_ns": until_ns, "load": load}))

    def _look_for_flags(self, ring_epoch: int, event: dict[str, Any], books: Books) -> None:
        asked, screened = str(event["asked"]), books.screenings.of(str(event.get("patient", "")), self._now())
        if screened.flags:
            self._refuse(ring_epoch, asked, LOCKED, screened.flags)
        elif screened.ended:
            self._refuse(ring_epoch, asked, TRAINING_ENDED, ())
        elif self._may_meet_a_patient(ring_epoch, event, books):
            load = self._load(ring_epoch, event, books)
            if load is not None:
                self._ready.append(_Ready(ring_epoch, "no-red-flag", {"asked": asked, "load": load}))

    def _load(self, ring_epoch: int, event: dict[str, Any], books: Books) -> dict[str, Any] | None:
        """What the patient's orders make of this drill, for `VouchedLoad`; None where control hears why not."""
        asked = asked_of(event)
        verdict = NOBODY_KNOWS
        if asked is not None:
            verdict = books.orders.judge(asked, self._now(), sure=bool(event.get("screened")))
        if verdict.fault:
            self._refuse(ring_epoch, str(event["asked"]), verdict.fault, verdict.problems)
            return None
        if verdict.load is None:
            return {}
        self._by_order = _ByOrder(ring_epoch, event, load := verdict.load._asdict())
        return load

    def _look_at_order(self, books: Books) -> None:
        """Whether the order by which a drill runs is still there, and the same: its last day may be over, or somebody
        has withdrawn it, or entered another, by whatever way. Control stops the drill otherwise.
        """
        self._looks = False
        drill = self._by_order
        asked = None if drill is None else asked_of(drill.event)
        if drill is None or asked is None:
            return
        verdict = books.orders.judge(asked, self._now(), sure=bool(drill.event.get("screened")))
        same = verdict.load is not None and verdict.load._asdict() == drill.load
        if verdict.fault or not same:
            code, why = verdict.fault or LACKING, verdict.problems or (because("order-changed", leg=asked.leg),)
            self._refuse(drill.ring_epoch, str(drill.event["asked"]), code, why)
            self._by_order = None

    def _may_meet_a_patient(self, ring_epoch: int, event: dict[str, Any], books: Books) -> bool:
        """Whether the drill is a shipped one, or was previewed; otherwise control hears why not."""
        try:
            with as_station_errors():
                allow(books.data, read_document(event["document"], str(event["asked"])).document)
        except StationError as problem:
            self._refuse(ring_epoch, str(event["asked"]), problem.code, problem.problems)
            return False
        return True

    def _refuse(self, ring_epoch: int, asked: str, code: str, problems: Sequence[Problem]) -> None:
        refusal = {"asked": asked, "code": code, "problems": [as_json(one) for one in problems]}
        self._ready.append(_Ready(ring_epoch, "not-screened", refusal))

    def _pass_time(self, books: Books) -> None:
        now = self._now()
        books.days.enter_recordings(now)
        self.epoch_ns = books.days.doses.pass_time(now)
        self.looked = True


def asked_of(event: dict[str, Any]) -> AskedDrill | None:
    """What this event asks of a patient's orders; None where its drill cannot be read."""
    try:
        document = read_document(event["document"], "").document
    except (DrillDocumentError, KeyError):
        return None
    return AskedDrill(str(event.get("patient", "")), str(event.get("leg", "")), document.by_order)
