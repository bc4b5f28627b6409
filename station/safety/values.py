"""What safety is given and what it gives back: plain tuples with units in their names."""

from __future__ import annotations

from typing import NamedTuple


class Output(NamedTuple):
    """What the drive is given; the same shape as a drill's demand. (0.0, 0.0) is off."""

    frequency_hz: float
    displacement_pp_mm: float


OFF = Output(0.0, 0.0)


class Evidence(NamedTuple):
    """What is known at one tick. Where a value cannot be known, give the one that is bad: NaN, False, a large age."""

    t_ns: int
    """Monotonic time of the tick; it must rise from tick to tick."""
    estop_closed: bool
    """True while the emergency-stop loop is whole."""
    oldest_cell_ms: float
    """Age of the oldest of the four voltages. A repeated voltage is as old as its first appearance."""
    cells_ok: bool
    """Every cell's status allows its voltage to be used."""
    missed_run: int
    """How many deadlines in a row were missed, up to this tick."""
    force_n: float
    """Vertical force, averaged over the last vibration period."""
    reference_force_n: float
    """The patient's weight as measured before the vibration; 0.0 or NaN when unknown, which counts as no load."""
    cop_out_of_base: bool
    """The centre of pressure is beyond the foot and its margin, or nobody is there to have one."""
    measured_hz: float
    """The platform's frequency by its tach; 0.0 when still."""
    drive_healthy: bool
    measured_g: float | None = None
    """Peak plate acceleration by the accelerometer; None without one, NaN from one that is not trusted."""
    recorder_age_s: float | None = None
    """Time since the recorder last said that it keeps up; None when nothing needs to be recorded."""
    web_age_s: float | None = None
    """Time since the web process last sent a message; None when nobody depends on it."""
    presence_age_s: float | None = None
    """Time since the therapist was last seen; None when nothing depends on it."""
    lock: str = ""
    """Code of a fault that locks the station: the start-up test failed, or contacts disagree. "" for none."""
    waits: str = ""
    """Code of what must happen before the station may be armed, without anything being wrong; "" for nothing."""
    drive_fault: str = ""
    """Code of what is wrong with a drive that is not healthy; "" where it does not say."""
    hand_held: bool | None = None
    """The patient holds the hand switch; None when nobody has to."""
    foot_pressed: bool = False
    """The therapist presses the foot switch, where that means stop."""


class Permission(NamedTuple):
    """What the drive may do now: never more than was asked for."""

    frequency_hz: float
    displacement_pp_mm: float
    reasons: tuple[str, ...] = ()
    """Fault codes that say why this is less than the demand; the first is the one to show."""
    trips: tuple[str, ...] = ()
    """Those of the reasons that must be latched until a person acknowledges them."""
