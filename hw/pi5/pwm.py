"""The kernel's PWM through sysfs: one channel of the SoC's PWM, found by its pin."""

from __future__ import annotations

from pathlib import Path

from hw.errors import HardwareError
from hw.units import NS_PER_S

CHANNELS_OF_RP1 = {12: 0, 13: 1, 18: 2, 19: 3}
CHANNELS_OF_OTHERS = {12: 0, 18: 0, 13: 1, 19: 1}
"""Channel of each pin: the RP1 of a Pi 5 has four, earlier Pis two (docs/sources/hardware.md#pi-pwm-channels)."""
_FOUR = 4
_RP1_HEADER = "98000.pwm"
"""How the address of the RP1's first PWM block ends, the one on the header; the second, at 9c000, turns the fan."""
WHERE = "kernel PWM"


class SysfsPwm:
    """A running PWM at a duty that is 0 until another is set. `root` is the folder that stands for `/`.

    Raises HardwareError "pwm-missing" where the kernel has no such channel or this user may not use it, and OSError
    from `duty` where the kernel refuses.
    """

    def __init__(self, pin: int, frequency_hz: int, root: Path = Path("/")) -> None:
        chip, channel = _find(root / "sys/class/pwm", pin)
        self._period_ns = NS_PER_S // frequency_hz
        self._chip = chip
        self._channel = channel
        self._folder = chip / f"pwm{channel}"
        self._closed = False
        try:
            if not self._folder.is_dir():
                _write(chip / "export", channel)
            # A duty longer than the period is refused, whichever comes first: so the old duty goes before.
            _write(self._folder / "duty_cycle", 0)
            _write(self._folder / "period", self._period_ns)
            _write(self._folder / "enable", 1)
        except OSError as error:
            raise HardwareError("pwm-missing", f"{WHERE} {self._folder}", error.strerror or str(error)) from error

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
    """The chip and channel of a pin: the RP1's header block where there is one, else the first with enough channels."""
    chips = sorted(folder.glob("pwmchip*"), key=lambda chip: int(chip.name.removeprefix("pwmchip")))
    of_header = [chip for chip in chips if str((chip / "device").resolve()).endswith(_RP1_HEADER)]
    for chip in (*of_header, *chips):
        count = int((chip / "npwm").read_text())
        channel = (CHANNELS_OF_RP1 if count >= _FOUR else CHANNELS_OF_OTHERS).get(pin, count)
        if channel < count:
            return chip, channel
    seen = ", ".join(chip.name for chip in chips) or "no pwmchip"
    raise HardwareError("pwm-missing", f"{WHERE} {folder}", f"no channel for GPIO {pin} ({seen})")


def _write(path: Path, value: int) -> None:
    path.write_text(f"{value}\n")
