"""The header's pins by lgpio, as far as they go without it: by a stand-in, and what is said where it is missing."""

import sys
from types import ModuleType

import pytest
from gpiozero import GPIOZeroError
from gpiozero.pins.mock import MockFactory

from hw.errors import HardwareError
from hw.pins import PinLibrary, open_lgpio


class LgpioError(Exception):
    """What lgpio raises of its own."""


@pytest.fixture
def lgpio(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """An lgpio and its factory that can be imported; the test says what the factory does."""
    library, pins = ModuleType("lgpio"), ModuleType("gpiozero.pins.lgpio")
    library.error = LgpioError
    pins.LGPIOFactory = MockFactory
    monkeypatch.setitem(sys.modules, "lgpio", library)
    monkeypatch.setitem(sys.modules, "gpiozero.pins.lgpio", pins)
    return pins


def refused():
    with pytest.raises(HardwareError) as caught:
        open_lgpio()
    assert caught.value.code == "gpio-missing"
    return caught.value.where, caught.value.detail


def test_the_header_is_lgpios_factory_with_lgpios_own_exception(lgpio):
    library = open_lgpio()
    assert isinstance(library.factory, MockFactory)
    assert library.failures == (LgpioError,)
    assert library.errors() == (GPIOZeroError, OSError, LgpioError)


def test_a_library_without_exceptions_of_its_own_fails_as_gpiozero_and_the_system_do():
    assert PinLibrary(MockFactory()).errors() == (GPIOZeroError, OSError)


@pytest.mark.parametrize("error", [LgpioError("no chip"), OSError(16, "no chip"), GPIOZeroError("no chip")])
def test_pins_that_cannot_be_opened_are_missing(lgpio, error):
    def refuse():
        raise error

    lgpio.LGPIOFactory = refuse
    where, detail = refused()
    assert where == "the header's pins"
    assert "no chip" in detail


def test_a_missing_lgpio_is_named_with_how_to_install_it(lgpio, monkeypatch):
    monkeypatch.setitem(sys.modules, "lgpio", None)
    where, detail = refused()
    assert where == "Python package lgpio"
    assert "pip install balance-station[pi]" in detail


def test_a_working_directory_that_lgpio_cannot_write_to_is_named(lgpio, monkeypatch):
    class Unwritable:
        def find_spec(self, name, *_):
            if name == "lgpio":
                raise PermissionError(13, "Permission denied", ".lgd-nfy0")

    monkeypatch.delitem(sys.modules, "lgpio")
    monkeypatch.setattr(sys, "meta_path", [Unwritable(), *sys.meta_path])
    where, detail = refused()
    assert where == "the working directory"
    assert "Permission denied" in detail
