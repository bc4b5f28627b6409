"""What keeps the station locked: the start-up test of its rig, and contacts that disagree while it runs.

Owns relay K1 and the heartbeat: nobody else orders the panel to pull it or lets the one-shot drop. What it finds
reaches safety as `Evidence.lock` and `Evidence.waits`, which can only forbid (docs/decisions/0007).
"""

from __future__ import annotations

from hw.contacts import Contacts, watch_contacts
from hw.errors import Finding, HardwareError
from hw.interlock import MOTOR_STILL_HZ, Interlock, Seen, StartUpStep, step
from hw.ports import Rig
from hw.trigger import TriggerWatch, watch_trigger
from station.sensing.senses import Reading

BRAKING_NS = 1_300_000_000
"""So long after a planned stop the drive may keep its relay, and needs its supply, to brake: it brakes for 1 s."""


class Lock:
    """Called twice a tick: `look` after the inputs were read, `act` when safety has decided.

    `start_test` says whether the start-up test must pass first; on a rig without relays nothing is watched.
    """

    def __init__(self, rig: Rig, *, start_test: bool) -> None:
        self._rig = rig
        self._test = Interlock() if start_test else Interlock(step=StartUpStep.PASSED)
        self._contacts = Contacts()
        self._ordered = (False, False)
        self._trigger = TriggerWatch()
        self._triggers = False
        self._now_ns = self._powered_ns = 0
        self._turns = False
        self._drive_pulls = False

    @property
    def testing(self) -> bool:
        """The start-up test is under way, and nobody has to do anything for it to end."""
        return not self._test.done and not self._test.waits

    @property
    def fault(self) -> str:
        """The code of the fault that locks the station, or ""."""
        return self._test.fault or self._contacts.fault or self._trigger.fault

    @property
    def finding(self) -> Finding | None:
        """What was seen of the fault."""
        return self._test.finding or self._contacts.finding or self._trigger.finding

    @property
    def waits(self) -> str:
        """The code of what must happen before the station may be armed, or ""."""
        return self._test.waits or ("" if self._test.done else "start-test-running")

    def look(self, reading: Reading) -> None:
        """Take in what was read at this tick."""
        now_ns, panel, measured_hz = reading.t_ns, reading.panel, reading.measured_hz
        self._now_ns, self._turns, self._drive_pulls = now_ns, measured_hz > MOTOR_STILL_HZ, panel.relays[1]
        if not self._test.done:
            frame = reading.frame
            seen = Seen(
                now_ns, panel, frame.volts, reading.cells_n, frame.status, measured_hz, reading.acceleration_m_s2
            )
            self._test = step(self._test, seen)
            self._contacts = self._test.contacts
        elif self._rig.interlocked and not self._test.fault:
            self._contacts = watch_contacts(self._contacts, panel, self._ordered, True, now_ns)
            self._trigger = watch_trigger(self._trigger, panel.trigger, self._triggers, now_ns)

    def act(self, power: bool, *, at_once: bool = False, trigger: bool = False) -> None:
        """Order relays, trigger and one-shot what to do until the next tick. `power` and `trigger` are what safety and
        the session want.

        A planned stop leaves the motor its supply until it stands, to brake with; `at_once` does not. K2 follows the
        drive's own arming, except in the start-up test, which arms the drive for it.
        """
        test, panel, ordered = self._test, self._rig.panel, self._ordered
        if test.step is StartUpStep.PASSED:
            if power:
                self._powered_ns = self._now_ns
            stopping = not power and bool(self._powered_ns) and self._now_ns - self._powered_ns < BRAKING_NS
            brakes = stopping and ordered[0] and self._turns and not at_once
            # While it stops, what the drive does with its relay is the drive's own.
            second = self._drive_pulls if stopping else power
            self._ordered = ordered = ((power or brakes) and not self._contacts.fault, second)
        elif ordered != test.relays:
            if ordered[1] is not test.relays[1]:
                self._arm(test.relays[1])
            self._ordered = ordered = self._test.relays
        self._triggers = test.trigger if test.step is not StartUpStep.PASSED else trigger and not self.fault
        panel.trigger(self._triggers)  # before the heartbeat, whose one-shot opens its gate
        panel.power(ordered[0])
        if self._test.beat:
            panel.heartbeat()

    def _arm(self, on: bool) -> None:
        drive = self._rig.drive
        if not on:
            drive.stop()
            return
        try:
            drive.arm()
        except HardwareError as problem:
            drive.stop()
            self._test = self._test._replace(step=StartUpStep.FAILED, fault=problem.code, finding=problem.finding)
