"""The kernel's PWM through sysfs: one channel of the header's PWM, found by its pin.

A Pi has other PWM blocks, which turn its fan or feed its sound: none of them is ever taken in its place.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from pathlib import Path

from hw.errors import HardwareError, saw, seen_in
from hw.units import NS_PER_S

CHANNELS_OF_RP1 = {12: 0, 13: 1, 18: 2, 19: 3}
CHANNELS_OF_OTHERS = {12: 0, 18: 0, 13: 1, 19: 1}
"""Channel of each pin: the RP1 of a Pi 5 has four, earlier Pis two (docs/sources/hardware.md#pi-pwm-channels)."""
_BLOCKS = (("98000.pwm", CHANNELS_OF_RP1), ("20c000.pwm", CHANNELS_OF_OTHERS))
"""How the address of the header's block ends: on the RP1, whose second one, at 9c000, turns the fan; and on the SoC of
an earlier Pi, where the second one of a Pi 4, at 20c800, feeds its sound."""
_PAUSE_S = 0.02
_MOST_PAUSES = 250
"""5 s: udev gives a new channel to its group in some ms, but just after a boot it has much else to do."""


class SysfsPwm:
    """A running PWM at a duty that is 0 until another is set. `root` is the folder that stands for `/`.

    A channel belongs to root when the kernel has just made it, until udev has given it to its group: it is waited for
    in short pauses, 5 s at most. `pause` waits for so many seconds.

    Raises HardwareError "pwm-missing" where the kernel has no such channel or this user may not use it, and OSError
    from `duty` where the kernel refuses.
    """

    def __init__(
        self, pin: int, frequency_hz: int, root: Path = Path("/"), *, pause: Callable[[float], None] = time.sleep
    ) -> None:
        chip, channel = _find(root / "sys/class/pwm", pin)
        self._period_ns = NS_PER_S // frequency_hz
        self._chip = chip
        self._channel = channel
        self._folder = chip / f"pwm{channel}"
        self._closed = False
        self._pause, self._pauses = pause, 0
        try:
            if not self._folder.is_dir():
                self._write_patiently(chip / "export", channel)
            # A duty longer than the period is refused, whichever comes first: so the old duty goes before.
            self._write_patiently(self._folder / "duty_cycle", 0)
            self._write_patiently(self._folder / "period", self._period_ns)
            self._write_patiently(self._folder / "enable", 1)
        except OSError as error:
            raise HardwareError("pwm-missing", str(self._folder), seen_in(error)) from error

    def _write_patiently(self, path: Path, value: int) -> None:
        """Write as soon as it is allowed. Raises OSError."""
        while True:
            try:
                _write(path, value)
                return
            except PermissionError as error:
                # EPERM is a verdict of the kernel; EACCES is one of the file's mode, which udev is about to change.
                if error.errno != errno.EACCES or self._pauses == _MOST_PAUSES:
                    raise
            self._pauses += 1
            self._pause(_PAUSE_S)

    def duty(self, millionths: int) -> None:
        """The duty from 0 to 1,000,000. Raises OSError."""
        share = min(1_000_000, max(0, millionths))
        _write(self._folder / "duty_cycle", self._period_ns * share // 1_000_000)

    def close(self) -> None:
        """Duty 0, PWM off, channel given back, as far as the kernel lets it. May be called twice."""
        if self._closed:
            return
        self._closed = True
        for path, value in (
            (self._folder / "duty_cycle", 0),
            (self._folder / "enable", 0),
            (self._chip / "unexport", self._channel),
        ):
            try:
                _write(path, value)
            except OSError:
                continue


def _find(folder: Path, pin: int) -> tuple[Path, int]:
    """The header's block and the channel of a pin in it."""
    chips = sorted(folder.glob("pwmchip*"), key=lambda chip: chip.name)
    places = {chip: (chip / "device").resolve().name for chip in chips}
    for ending, channels in _BLOCKS:
        for chip, place in places.items():
            channel = channels.get(pin)
            if place.endswith(ending) and channel is not None and channel < _count(chip):
                return chip, channel
    if not places:
        raise HardwareError("pwm-missing", str(folder), saw("no-pwm-chip", pin=pin))
    seen = [f"{chip.name} ({place})" for chip, place in places.items()]
    raise HardwareError("pwm-missing", str(folder), saw("no-pwm-for-pin", pin=pin, chips=seen))


def _count(chip: Path) -> int:
    """How many channels it has; 0 where it does not say."""
    try:
        return int((chip / "npwm").read_text())
    except (OSError, ValueError):
        return 0


def _write(path: Path, value: int) -> None:
    path.write_text(f"{value}\n")
