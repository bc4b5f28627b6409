"""The dead-man: the one script inside pigpiod that moves the motor's pins, and what passes between it and its client.

pigpio's outputs outlive the program that set them, and its hardware PWM outlives pigpiod
(docs/sources/hardware.md#death-of-pigpio, run against the real one). So no client writes a pin: it says again and again
what it wants, and this script stops when that ends.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from hw.settings import DriveSettings, PinSettings

REFRESH_LOST_US = 50_000
"""Without a new counter for so long the script trips, also where one has come by the time that it looks."""
LOOP_MS = 2
"""The script's loop, and the guard's: the emergency stop and the counter are looked at so often."""
ANSWER_NS = 80_000_000
"""A packet that is not answered for so long: the daemon, or the guard, is frozen. A fault is known within 100 ms."""

RUNNING = 2
"""A script's status in pigpiod (docs/sources/hardware.md#script-status)."""
RELAY = 1
ENABLE = 2
"""What may be switched on while armed."""
SCRIPT_IDENTITY = 0x42534456
"""The last parameter: by it a later client finds a script of this kind that its owner left behind."""

PARAMETERS = struct.Struct("<4I")
"""What a client says: counter, token, outputs (`RELAY` and `ENABLE`), duty in millionths. It is copied at one go, in
this order (gpioUpdateScript of pigpio 1.78), and the script reads the token before the counter: so a token that it sees
is never older than the counter."""
SCRIPT_STATUS = struct.Struct("<i10I")

REASONS = ("", "refresh-lost", "estop-open", "disarmed", "pwm-failed")


class ScriptStatus(NamedTuple):
    """What pigpiod says of the script."""

    run_state: int
    counter: int
    token: int
    armed: bool
    reason: str
    """Why it last went off, one of `REASONS`; "" before the first time, and while armed."""
    loops: int
    """Turns of its loop, wrapping at 32 bits: it stands still when the script does."""
    estop_open: bool
    seen: int
    """The last token that the script has looked at: it has armed by it, or will never do so."""
    identity: int


def unpack_status(payload: bytes | bytearray) -> ScriptStatus:
    """`SCRIPT_STATUS` as pigpiod packs it (command PROCP)."""
    run_state, counter, token, _, _, armed, reason, loops, estop, seen, identity = SCRIPT_STATUS.unpack(payload)
    known = REASONS[reason] if reason < len(REASONS) else "unknown"
    return ScriptStatus(run_state, counter, token, bool(armed), known, loops, bool(estop), seen, identity)


def first_parameters() -> list[int]:
    """The parameters to start the script with: nothing is wanted, and it says what it is."""
    return [0] * 9 + [SCRIPT_IDENTITY]


def dead_man(pins: PinSettings, settings: DriveSettings) -> str:
    """The script for these pins, in pigpio's own language.

    Variables: v0 last counter, v1 its time, v2 last token, v3 duty now, v4 heartbeat, v5 armed, v6 reason, v7 scratch,
    v8 token of this turn. Parameters: p0 to p3 as `PARAMETERS`; p4 armed, p5 reason, p6 loops, p7 emergency stop,
    p8 last token, p9 identity.

    The latch: a token arms once, when it is first seen, and only with a closed emergency stop and a live counter.
    Whatever disarms, and whatever is seen while that lasts, spends the token that is there. So neither a counter that
    comes back nor a loop that closes again starts anything, only another token does; 0 disarms.

    While armed the silence is judged before a new counter is taken: a computer that stalls client and script together
    for longer lets the refresh come back before the script looks, and that would have gone on as if nothing were.
    """
    pwm, enable, relay = pins.motor_pwm, pins.motor_enable, pins.motor_relay
    hz = settings.pwm_hz
    return " ".join(
        f"""
        w {enable} 0 w {relay} 0 hp {pwm} {hz} 0 ld v3 0 ld v5 0 ld p4 0

        tag 1
        lda v4 xor 1 sta v4 w {pins.motor_heartbeat} v4 inr p6
        lda p1 sta v8
        r {pins.estop} sta p7 or 0 jnz 12
        lda v5 or 0 jz 5
        t sub v1 cmp {REFRESH_LOST_US} jp 11
        tag 5
        lda p0 cmp v0 jz 2 sta v0 t sta v1
        tag 2
        t sub v1 cmp {REFRESH_LOST_US} jp 11
        lda v8 cmp v2 jz 3
        sta v2 sta p8 or 0 jz 13
        ld v5 1 ld p4 1 ld p5 0
        tag 3
        lda v5 or 0 jz 20
        lda p3 cmp v3 jz 4 sta v3 hp {pwm} {hz} v3 jm 14
        tag 4
        lda p2 and {RELAY} sta v7 w {relay} v7
        lda p2 and {ENABLE} rra 1 sta v7 w {enable} v7
        mils {LOOP_MS} jmp 1

        tag 11 ld v6 1 jmp 19
        tag 12 ld v6 2 jmp 19
        tag 13 ld v6 3 jmp 19
        tag 14 ld v6 4
        tag 19
        w {enable} 0 w {relay} 0
        lda v8 sta v2 sta p8
        lda v5 or 0 jz 20
        lda v6 sta p5
        tag 20
        w {enable} 0 w {relay} 0 ld v5 0 ld p4 0
        lda v3 or 0 jz 21 ld v3 0 hp {pwm} {hz} 0
        tag 21
        mils {LOOP_MS} jmp 1
        """.split()
    )
