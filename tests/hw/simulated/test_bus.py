"""The modelled I2C bus: its time, its lock and its refusals."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from hw.simulated.bus import SimulatedI2C
from hw.simulated.chip import Ads1115Chip

if TYPE_CHECKING:
    from station.clock import VirtualClock


@pytest.fixture
def bus(clock: VirtualClock) -> SimulatedI2C:
    return SimulatedI2C({0x48: Ads1115Chip(lambda t_ns, mux: 0.0, clock, seed=1)}, clock)


def test_transactions_take_the_time_of_a_bus_of_400_khz(bus, clock):
    def spent_us(action):
        before_ns = clock.now_ns()
        action()
        return (clock.now_ns() - before_ns) / 1000

    two = bytearray(2)
    assert spent_us(lambda: bus.writeto(0x48, b"\x01\x85\x83")) == 95.0
    assert spent_us(lambda: bus.readfrom_into(0x48, two)) == 72.5
    assert spent_us(lambda: bus.writeto_then_readfrom(0x48, b"\x01", two)) == 120.0
    assert two == b"\x05\x83", "busy: writing 0x8583 began a conversion"


def test_slices_of_the_buffers_are_honoured(bus):
    buffer = bytearray(b"....")
    bus.writeto_then_readfrom(0x48, b"xx\x01yy", buffer, out_start=2, out_end=3, in_start=1, in_end=3)
    assert buffer == b".\x85\x83."
    bus.readfrom_into(0x48, buffer, start=0, end=1)
    assert buffer == b"\x85\x85\x83."
    long = bytearray(4)
    bus.readfrom_into(0x48, long)
    assert long == b"\x85\x83\xff\xff"


@pytest.mark.parametrize("present", [False, True])
def test_no_acknowledgement_is_a_remote_io_error_as_from_the_kernel(bus, present):
    if present:
        bus._chips[0x48].nack()
    address = 0x48 if present else 0x49
    for action in (
        lambda: bus.writeto(address, b""),
        lambda: bus.readfrom_into(address, bytearray(2)),
        lambda: bus.writeto_then_readfrom(address, b"\0", bytearray(2)),
    ):
        with pytest.raises(OSError, match="Remote I/O") as caught:
            action()
        assert caught.value.errno == errno.EREMOTEIO == 121
    assert bus.scan() == ([] if present else [0x48])


def test_the_lock_is_held_by_one(bus):
    assert bus.try_lock()
    assert not bus.try_lock()
    bus.unlock()
    assert bus.try_lock()
