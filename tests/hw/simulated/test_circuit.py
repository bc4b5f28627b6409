"""The modelled wiring: what needs what, and how long it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hw.simulated.circuit import DROP_NS, ONE_SHOT_NS, PULL_NS, Circuit

if TYPE_CHECKING:
    from station.clock import VirtualClock


@pytest.fixture
def circuit(clock: VirtualClock) -> Circuit:
    return Circuit(clock)


def pulled(circuit, clock):
    """Both relays pulled, the heartbeat just given."""
    circuit.beat()
    circuit.command(0, True)
    circuit.command(1, True)
    clock.spend_ns(PULL_NS)
    assert circuit.motor_supplied()


def test_the_one_shot_permits_for_its_time_after_an_edge(circuit, clock):
    assert not circuit.permitted()
    circuit.beat()
    clock.spend_ns(ONE_SHOT_NS - 1)
    assert circuit.permitted()
    clock.spend_ns(1)
    assert not circuit.permitted()


def test_relays_take_their_time_and_their_mirrors_follow(circuit, clock):
    circuit.beat()
    circuit.command(0, True)
    clock.spend_ns(PULL_NS - 1)
    assert circuit.mirror_closed(0)
    clock.spend_ns(1)
    assert not circuit.mirror_closed(0)
    assert circuit.mirror_closed(1)
    circuit.command(0, False)
    clock.spend_ns(DROP_NS - 1)
    assert not circuit.mirror_closed(0)
    clock.spend_ns(1)
    assert circuit.mirror_closed(0)


def test_the_emergency_stop_drops_both_relays_by_wire(circuit, clock):
    pulled(circuit, clock)
    circuit.pressed = True
    circuit.beat()
    circuit.mirror_closed(0)
    clock.spend_ns(DROP_NS)
    assert not circuit.motor_supplied()
    assert circuit.mirror_closed(0)
    assert circuit.mirror_closed(1)


def test_each_channel_alone_takes_the_motors_supply(circuit, clock):
    for channel in (0, 1):
        pulled(circuit, clock)
        circuit.channel_cut[channel] = True
        circuit.motor_supplied()
        clock.spend_ns(DROP_NS)
        assert not circuit.motor_supplied()
        circuit.channel_cut[channel] = False


def test_a_welded_contact_stays_closed_and_the_other_relay_still_stops(circuit, clock):
    pulled(circuit, clock)
    circuit.relays[0].welded = True
    circuit.command(0, False)
    clock.spend_ns(DROP_NS)
    assert circuit.motor_supplied()
    assert not circuit.mirror_closed(0), "force-guided: the mirror cannot close while the main contact is"
    circuit.command(1, False)
    clock.spend_ns(DROP_NS)
    assert not circuit.motor_supplied()


def test_without_an_edge_k1_drops_and_the_motor_is_off(circuit, clock):
    pulled(circuit, clock)
    clock.spend_ns(ONE_SHOT_NS)
    assert not circuit.motor_supplied()
    clock.spend_ns(DROP_NS)
    assert circuit.mirror_closed(0)
