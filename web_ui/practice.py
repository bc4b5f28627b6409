"""Practice: what a person has done with the simulated patient, and from when on they are trained.

Kept in practice's own data folder by the person, or by the phone of one who has no PIN of their own. Of the real
station one thing changes: that it says of them that they are trained, as if the manager had said it. The manager may
take it back.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from station.access.rights import Holder, Role
from station.faults import StationError

if TYPE_CHECKING:
    from station.access.phones import KnownPhone
    from web_ui.phones import Access

NEEDED_S = 20 * 60.0
"""So long somebody practises (docs/practice.md; proposed)."""
GAP_S = 120.0
"""More than this between two touches is no practising: so much of it counts."""
STEPS = ("patient", "questions", "left", "right", "stop", "set", "trip", "fall", "code", "sign")
"""What has to have been done once, in the order in which the page names it."""
BY_ENDPOINT = {
    "patients.enter_patient": "patient",
    "screening.write_screening": "questions",
    "plans.say_after_set": "set",
    "drill.acknowledge_trip": "trip",
    "incidents.tell_fall": "fall",
    "patients.correct_code": "code",
    "visits.sign_visit": "sign",
}
LEARNS = frozenset({Role.THERAPIST, Role.MANAGER})
"""Whose role runs drills once they are trained."""
FILE = "practised.json"

log = logging.getLogger(__name__)


class Practised(NamedTuple):
    """What one person has done."""

    seconds: float = 0.0
    steps: frozenset[str] = frozenset()
    earned: bool = False
    """Whether it has made its person trained: where the manager takes that back, they begin anew."""

    @property
    def whole(self) -> bool:
        """It is enough."""
        return self.seconds >= NEEDED_S and self.steps.issuperset(STEPS)


class Practice:
    """What everybody has practised. Any thread may call; a STOP waits for nothing here."""

    def __init__(self, data: Path, access: Access, now_s: Callable[[], float] = time.monotonic) -> None:
        self._file = data / FILE
        self._access = access
        self._now_s = now_s
        self._lock = threading.Lock()
        self._done = self._read()
        self._touched: dict[str, float] = {}
        self._stopped: set[str] = set()
        """Browsers that stopped a drill since their last touch. Only single operations: no lock."""

    @staticmethod
    def as_trained(holder: Holder | None) -> Holder | None:
        """What this holder may be here."""
        return None if holder is None else holder._replace(trained=True)

    def stop(self, client: str) -> None:
        """This browser stopped a drill that ran."""
        self._stopped.add(client)

    def touch(self, phone: KnownPhone, client: str, step: str | None) -> None:
        """Its owner did something, and by it this step. Raises StationError where the records do not take "trained"."""
        with self._lock:
            now_s = self._now_s()
            gap_s = min(now_s - self._touched.get(phone.owner, now_s), GAP_S)
            self._touched[phone.owner] = now_s
            before = self._done.get(phone.owner, Practised())
            if before.earned and not phone.holder.trained:
                before = Practised()
            steps = before.steps | (set() if step is None else {step})
            if client in self._stopped:
                self._stopped.discard(client)
                steps |= {"stop"}
            done = Practised(before.seconds + gap_s, steps, before.earned)
            self._keep(phone.owner, done)
        if done.whole and not phone.holder.trained and phone.holder.role in LEARNS:
            self._access.phones.set_trained(phone.id, "practice", trained=True)
            with self._lock:
                self._keep(phone.owner, done._replace(earned=True))

    def of(self, owner: str) -> Practised:
        """What this owner of a phone has done."""
        with self._lock:
            return self._done.get(owner, Practised())

    def _keep(self, owner: str, done: Practised) -> None:
        before = self._done.get(owner)
        self._done[owner] = done
        if done != before:
            self._write()

    def _read(self) -> dict[str, Practised]:
        try:
            kept: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
            return {
                one: Practised(float(each["seconds"]), frozenset(each["steps"]), bool(each.get("earned")))
                for one, each in kept.items()
            }
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as problem:
            log.warning("what was practised cannot be read, and begins anew: %s", problem)
            return {}

    def _write(self) -> None:
        kept = {one: {**each._asdict(), "steps": sorted(each.steps)} for one, each in self._done.items()}
        beside = self._file.with_suffix(".part")
        try:
            with beside.open("w", encoding="utf-8") as file:
                json.dump(kept, file)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._file)
        except OSError as problem:  # it is in memory, and the next touch tries again
            log.warning("what was practised was not written down: %s", problem)


def earned(practice: Practice, phone: KnownPhone, client: str, step: str | None) -> None:
    """`touch`, where records that do not answer now cost nothing: the next touch asks them again."""
    try:
        practice.touch(phone, client, step)
    except StationError as problem:
        log.warning("who is trained was not written down: %s", problem)
