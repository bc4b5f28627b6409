"""The pins of the header: the library that switches them, and how that library reports that a pin has failed."""

from __future__ import annotations

import struct
from collections.abc import Callable
from fcntl import ioctl
from functools import partial
from pathlib import Path
from typing import NamedTuple

from gpiozero import Factory, GPIOZeroError

from hw.errors import HardwareError, saw, seen_in

_LINE_INFO = 0xC100B405
"""GPIO_V2_GET_LINEINFO_IOCTL (Linux, uapi/linux/gpio.h)."""
_LINE = struct.Struct("<32s32sIIQ160s16s")
_USED = 1


def line_user(device: object, pin: int, ask: Callable[..., object] = ioctl) -> str:
    """Who has this line of an open gpiochip, by the label that he gave the kernel, "kernel" where he gave none; ""
    where it is free.

    `ask` is the device's ioctl. Raises OSError.
    """
    line = bytearray(_LINE.pack(b"", b"", pin, 0, 0, b"", b""))
    ask(device, _LINE_INFO, line)
    _, consumer, _, _, flags, _, _ = _LINE.unpack(line)
    return (consumer.rstrip(b"\0").decode("utf-8", "replace") or "kernel") if flags & _USED else ""


def user_at(chip: Path, pin: int, ask: Callable[..., object] = ioctl) -> str:
    """`line_user` of the chip at this device node; "" too where it does not say."""
    try:
        with chip.open("rb", buffering=0) as device:
            return line_user(device, pin, ask)
    except OSError:
        return ""


def _nobody(pin: int) -> str:
    """Pins that only the library itself knows."""
    del pin
    return ""


class PinLibrary(NamedTuple):
    """A pin factory of gpiozero over a library, and what that library raises."""

    factory: Factory
    failures: tuple[type[Exception], ...] = ()
    """Exceptions that report a failed pin, beside OSError and gpiozero's own."""
    user: Callable[[int], str] = _nobody
    """Who else has a pin (BCM number), by his label; "" where nobody has, or nobody knows."""

    def errors(self) -> tuple[type[Exception], ...]:
        """Every exception that reports a failed pin."""
        return (GPIOZeroError, OSError, *self.failures)

    def refused(self, pin: int, key: str, error: Exception) -> HardwareError:
        """The fault of a pin (BCM number, name) that could not be opened: "gpio-busy" names who has it."""
        where, user = f"GPIO {pin} ({key})", self.user(pin)
        if user:
            return HardwareError("gpio-busy", where, saw("pin-used", user=user))
        return HardwareError("gpio-missing", where, seen_in(error))


def open_lgpio() -> PinLibrary:
    """The header's pins by lgpio: no other library serves every Pi up to the 5. Raises HardwareError "gpio-missing".

    Importing lgpio makes a named pipe in the working directory, which must be writable.
    """
    try:
        import lgpio
        from gpiozero.pins.lgpio import LGPIOFactory
    except ImportError as error:
        raise HardwareError("gpio-missing", "lgpio", saw("lgpio-not-installed")) from error
    except OSError as error:
        raise HardwareError("gpio-missing", "lgpio", saw("lgpio-cannot-write", said=str(error))) from error
    try:
        factory = LGPIOFactory()
        # Which chip has the header depends on board and kernel; the factory knows.
        chip = Path(f"/dev/gpiochip{getattr(factory, 'chip', 0)}")
        return PinLibrary(factory, (lgpio.error,), partial(user_at, chip))
    except (GPIOZeroError, OSError, lgpio.error) as error:
        raise HardwareError("gpio-missing", "GPIO", seen_in(error)) from error
