"""The pins of the header: the library that switches them, and how that library reports that a pin has failed."""

from __future__ import annotations

from typing import NamedTuple

from gpiozero import Factory, GPIOZeroError

from hw.errors import HardwareError


class PinLibrary(NamedTuple):
    """A pin factory of gpiozero over a library, and what that library raises."""

    factory: Factory
    failures: tuple[type[Exception], ...] = ()
    """Exceptions that report a failed pin, beside OSError and gpiozero's own."""

    def errors(self) -> tuple[type[Exception], ...]:
        """Every exception that reports a failed pin."""
        return (GPIOZeroError, OSError, *self.failures)


def open_lgpio() -> PinLibrary:
    """The header's pins by lgpio: no other library serves every Pi up to the 5. Raises HardwareError "gpio-missing".

    Importing lgpio makes a named pipe in the working directory, which must be writable.
    """
    try:
        import lgpio
        from gpiozero.pins.lgpio import LGPIOFactory
    except ImportError as error:
        detail = "lgpio is not installed (`pip install balance-station[pi]`)"
        raise HardwareError("gpio-missing", "Python package lgpio", detail) from error
    except OSError as error:
        raise HardwareError("gpio-missing", "the working directory", f"lgpio cannot write there: {error}") from error
    try:
        return PinLibrary(LGPIOFactory(), (lgpio.error,))
    except (GPIOZeroError, OSError, lgpio.error) as error:
        raise HardwareError("gpio-missing", "the header's pins", str(error)) from error
