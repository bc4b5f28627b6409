"""The header's pins by lgpio, as far as they go without it: by a stand-in, and what is said where it is missing."""

import sys
from types import ModuleType

import pytest
from gpiozero import GPIOZeroError
from gpiozero.pins.mock import MockFactory

from hw.errors import HardwareError
from hw.pins import PinLibrary, open_lgpio, user_at
from tests.words import told


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
    return caught.value.where, told(caught.value)


def test_the_header_is_lgpios_factory_with_lgpios_own_exception(lgpio):
    library = open_lgpio()
    assert isinstance(library.factory, MockFactory)
    assert library.failures == (LgpioError,)
    assert library.errors() == (GPIOZeroError, OSError, LgpioError)


def test_a_library_without_exceptions_of_its_own_fails_as_gpiozero_and_the_system_do():
    assert PinLibrary(MockFactory()).errors() == (GPIOZeroError, OSError)


def kernel(users):
    """The kernel's answer of who has these lines: GPIO_V2_GET_LINEINFO_IOCTL."""

    def ask(device, number, line):
        assert number == 0xC100B405
        pin = int.from_bytes(line[64:68], sys.byteorder)
        line[32:64] = users.get(pin, b"").ljust(32, b"\0")
        line[72:80] = (pin in users).to_bytes(8, sys.byteorder)

    return ask


@pytest.mark.parametrize(("label", "said"), [(b"spi0 CS1", "spi0 CS1"), (b"", "kernel"), (b"\xff", "\ufffd")])
def test_whoever_has_a_pin_is_named_by_his_label(tmp_path, label, said):
    chip = tmp_path / "gpiochip0"
    chip.write_bytes(b"")
    assert user_at(chip, 7, kernel({7: label})) == said
    assert user_at(chip, 8, kernel({7: label})) == ""


def test_a_chip_that_does_not_say_names_nobody(tmp_path):
    assert user_at(tmp_path / "gpiochip0", 7) == ""
    (tmp_path / "file").write_text("")
    assert user_at(tmp_path / "file", 7) == ""


def test_the_header_asks_the_chip_that_its_factory_has_opened(lgpio, monkeypatch):
    class OnChip4(MockFactory):
        chip = 4

    lgpio.LGPIOFactory = OnChip4
    asked = []
    monkeypatch.setattr("hw.pins.user_at", lambda chip, pin: asked.append((str(chip), pin)) or "w1")
    problem = open_lgpio().refused(4, "lamp", LgpioError("GPIO busy"))
    assert asked == [("/dev/gpiochip4", 4)]
    assert (problem.code, problem.where) == ("gpio-busy", "GPIO 4 (lamp)")
    assert told(problem) == "It is used by w1."


def test_a_pin_that_nobody_has_is_missing():
    problem = PinLibrary(MockFactory()).refused(4, "lamp", OSError("bad pin"))
    assert (problem.code, told(problem)) == ("gpio-missing", "bad pin.")


@pytest.mark.parametrize("error", [LgpioError("no chip"), OSError(16, "no chip"), GPIOZeroError("no chip")])
def test_pins_that_cannot_be_opened_are_missing(lgpio, error):
    def refuse():
        raise error

    lgpio.LGPIOFactory = refuse
    where, detail = refused()
    assert where == "GPIO"
    assert "no chip" in detail


def test_a_missing_lgpio_is_named_with_how_to_install_it(lgpio, monkeypatch):
    monkeypatch.setitem(sys.modules, "lgpio", None)
    where, detail = refused()
    assert where == "lgpio"
    assert "pip install 'balance-station[pi]'" in detail


def test_a_working_directory_that_lgpio_cannot_write_to_is_named(lgpio, monkeypatch):
    class Unwritable:
        def find_spec(self, name, *_):
            if name == "lgpio":
                raise PermissionError(13, "Permission denied", ".lgd-nfy0")

    monkeypatch.delitem(sys.modules, "lgpio")
    monkeypatch.setattr(sys, "meta_path", [Unwritable(), *sys.meta_path])
    where, detail = refused()
    assert where == "lgpio"
    assert "working directory" in detail
    assert "Permission denied" in detail
