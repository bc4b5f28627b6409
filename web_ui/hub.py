"""The hub: one thread reads the rings and encodes the newest snapshot; every stream gets the newest one, never a queue.

`stopping` is a plain attribute, because a signal handler sets it and must take no lock; every wait here is short.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from web_ui.compose import Beside, FrameHead, InCharge, compose
from web_ui.ends import EndNotices
from web_ui.health import Health
from web_ui.lease import Lease
from web_ui.link import SharedControlLink
from web_ui.live import Live
from web_ui.meanwhile import Meanwhile
from web_ui.shown import for_strangers
from web_ui.snapshot import Snapshot

FRAMES_PER_S = 30
SCREEN_PER_S = 60
"""While the patient's screen follows: as often as it draws. Of these frames every second one goes to everybody."""
IDLE_PER_S = 10
"""How often the rings are read while nobody looks: they are deep enough, and a Pi is small."""
STREAMS = 16
"""At most. Each holds a thread of the server, and a stopped patient must always find a free one."""
STRANGERS = 4
"""Of them at most: whoever is in a shared network must not keep the station's own phones out."""
WAIT_S = 0.25


class Charge(NamedTuple):
    """What says who controls the station."""

    lease: Lease
    link: SharedControlLink


class Hub:
    """Makes frames. The streams wait for them with `next_frame`."""

    def __init__(self, live: Live, health: Health, charge: Charge, ends: EndNotices, meanwhile: Meanwhile) -> None:
        self.stopping = False
        self.frame = ""
        """The newest frame, as JSON."""
        self.number = 0
        """Its number; the first is 1."""
        self._usual = 0
        """Number of the newest that goes to everybody, not to a patient's screen alone."""
        self._live = live
        self._health = health
        self._lease, self._link = charge
        self._ends = ends
        self._meanwhile = meanwhile
        self._web = secrets.token_hex(8)
        self._streams = 0
        self._strangers = 0
        self._screens = 0
        self._newest: Snapshot | None = None
        self._shown = (0, "")
        """Number and JSON of the newest frame that a stranger was shown."""
        self._lock = threading.Lock()
        self._made = threading.Condition(both := threading.Lock())
        self._made_for_screens = threading.Condition(both)  # phones are not woken twice as often as they draw
        self._thread = threading.Thread(target=self._run, name="encoder", daemon=True)

    def start(self) -> None:
        """Begin to make frames."""
        self._thread.start()

    def close(self) -> None:
        """End the thread and every stream, and unmap the rings."""
        self.stopping = True
        if self._thread.is_alive():
            self._thread.join(timeout=2.0)
        self._live.close()

    @contextmanager
    def stream(self, *, stranger: bool = False, screen: bool = False) -> Iterator[bool]:
        """Count one stream while it lasts. False when there are `STREAMS` already, or `STRANGERS` of strangers: then it
        must end. While a patient's `screen` is among them, frames are made `SCREEN_PER_S` times a second.
        """
        with self._made:
            admitted = self._streams < STREAMS and not (stranger and self._strangers >= STRANGERS)
            self._streams += admitted
            self._strangers += admitted and stranger
            self._screens += admitted and screen
        try:
            yield admitted
        finally:
            with self._made:
                self._streams -= admitted
                self._strangers -= admitted and stranger
                self._screens -= admitted and screen

    def stranger_frame(self) -> str:
        """The newest frame as a stranger may see it: made for the first who asks."""
        with self._made:
            number, newest = self.number, self._newest
            if newest is not None and self._shown[0] != number:
                self._shown = number, for_strangers(newest).model_dump_json()
            return self._shown[1]

    def next_frame(self, seen: int, *, screen: bool = False) -> int:
        """Wait for a newer frame than number `seen`, at most `WAIT_S`: its number, or `seen`. Only for a patient's
        `screen` any will do.
        """
        with self._made:
            if (self.number if screen else self._usual) <= seen and not self.stopping:
                (self._made_for_screens if screen else self._made).wait(WAIT_S)
            return self.number if screen or self._usual > seen else seen

    def snapshot(self) -> Snapshot:
        """The whole state now, with the full trail."""
        with self._lock:
            return self._build(full=True)

    def _build(self, *, full: bool) -> Snapshot:
        now_ns = time.monotonic_ns()
        self._live.poll(now_ns)
        head = FrameHead(self._web, self.number + (not full), full)
        in_charge = InCharge(self._lease.holder(), self._link.present_age_s(), self._link.seen())
        end = self._ends.waiting()
        screen = self._meanwhile.look(self._live, now_ns, halted=end is not None)
        beside = Beside(self._health.processes(self._live, now_ns), self._health.supply, end, screen)
        return compose(self._live, beside, in_charge, head, now_ns)

    def _run(self) -> None:
        due_s = time.monotonic()
        screens = False
        while not self.stopping:
            watched = self._streams > 0
            with self._lock:
                self._health.look()
                if watched:
                    newest = self._build(full=False)
                    frame = newest.model_dump_json()
                else:
                    now_ns = time.monotonic_ns()
                    self._live.poll(now_ns)
                    self._meanwhile.look(self._live, now_ns, halted=self._ends.waiting() is not None)
            if watched:
                with self._made:
                    self.frame, self._newest = frame, newest
                    self.number += 1
                    screens = self._screens > 0
                    self._made_for_screens.notify_all()
                    if not screens or self.number % 2 == 0:
                        self._usual = self.number
                        self._made.notify_all()
            per_s = IDLE_PER_S if not watched else SCREEN_PER_S if screens else FRAMES_PER_S
            due_s = max(due_s + 1.0 / per_s, time.monotonic())
            time.sleep(max(0.0, due_s - time.monotonic()))
