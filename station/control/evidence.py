"""What safety is given at each tick: the reading, how old each last message is, and any lock, as one `Evidence`."""

from __future__ import annotations

from typing import Protocol

from station.control.counting import TickCounts
from station.control.locking import Lock
from station.control.stance import KnownStance
from station.faults import CATALOGUE
from station.safety.values import Evidence, Output
from station.sensing.plate_vibration import PlateVibration
from station.sensing.senses import Reading
from station.settings import SwitchSettings


class Companions(Protocol):
    """What is known of the other processes."""

    def serve(self, now_ns: int) -> None:
        """Read what they ask for; called once a tick, never waits."""

    def recorder_age_s(self, now_ns: int) -> float | None:
        """Time since the recorder said that it keeps up; None where nothing needs to be recorded."""

    def web_age_s(self, now_ns: int) -> float | None:
        """Time since the web process last sent a message; None where there is none."""

    def presence_age_s(self, now_ns: int) -> float | None:
        """Time since the therapist was last seen; None where nothing depends on it."""


class NoCompanions:
    """Nobody to serve or to wait for: a station on the bench."""

    def serve(self, now_ns: int) -> None:
        """Nothing is asked."""

    def recorder_age_s(self, now_ns: int) -> None:
        """Nothing needs to be recorded."""

    def web_age_s(self, now_ns: int) -> None:
        """There are no pages."""

    def presence_age_s(self, now_ns: int) -> None:
        """Nothing depends on somebody being there."""


class Witnesses:
    """Those who have something to say to safety beside the reading, each about its own matter."""

    def __init__(self, stance: KnownStance, plate: PlateVibration, lock: Lock, switches: SwitchSettings) -> None:
        self._stance, self._plate, self._lock = stance, plate, lock
        self._hand_runs, self._foot_stops = switches.hand == "hold_to_run", switches.foot == "stop"

    def say(self, reading: Reading, counts: TickCounts, companions: Companions, given: Output) -> Evidence:
        """The evidence of this tick. `given` is what the drive was given at the tick before, and did until now."""
        now_ns, balance, panel, drive_fault = reading.t_ns, reading.balance, reading.panel, reading.drive_fault
        measured_hz, lock = reading.measured_hz, self._lock
        return Evidence(
            now_ns,
            panel.estop_closed,
            reading.oldest_cell_ms,
            reading.cells_usable,
            counts.late_run,
            balance.average_n,
            self._stance.weight_n,
            self._stance.left_by(balance),
            measured_hz,
            not drive_fault,
            self._plate.measured_g(reading.acceleration_m_s2, measured_hz, given.displacement_pp_mm, now_ns),
            companions.recorder_age_s(now_ns),
            companions.web_age_s(now_ns),
            companions.presence_age_s(now_ns),
            lock.fault,
            lock.waits,
            drive_fault if drive_fault in CATALOGUE else "",
            panel.hand_switch if self._hand_runs else None,
            panel.foot_switch and self._foot_stops,
        )
