"""PINs: what may be one, how one is kept, and how long a wrong one makes everybody wait."""

from __future__ import annotations

import hashlib
import itertools
import re
import secrets
import threading

from station.faults import InputError, because

SHORTEST, LONGEST = 4, 12
FREE_TRIES = 3
"""Wrong PINs before the first wait."""
FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 900.0
MOST_WRONG = 10
"""Wrong PINs in a row after which a phone is not paired any more."""
_N, _R, _P = 2**14, 8, 1
"""Of scrypt: 16 MiB, and some tens of ms on a Pi. More would not make four digits safe from who has the card; what
guards them is the number of tries."""
_ONE_AT_A_TIME = threading.Lock()
"""Forty guesses at once would need 640 MiB."""


def require_good(pin: str) -> None:
    """Raise InputError "pin-weak" for what is no PIN of 4 to 12 digits, or one that everybody tries first."""
    if not re.fullmatch(rf"[0-9]{{{SHORTEST},{LONGEST}}}", pin):
        raise InputError("pin-weak", "pin", because("pin-digits", least=SHORTEST, most=LONGEST))
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        raise InputError("pin-weak", "pin", because("pin-row"))


def hashed(pin: str) -> str:
    """What is kept of a PIN: salt and scrypt, in hexadecimal."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${_scrypt(pin, salt).hex()}"


def is_right(pin: str, kept: str) -> bool:
    """Whether this is the PIN of which that is kept. Takes as long for a wrong one."""
    salt, _, digest = kept.partition("$")
    return secrets.compare_digest(_scrypt(pin, bytes.fromhex(salt)), bytes.fromhex(digest))


def wait_s(wrong: int) -> float:
    """How long after so many wrong PINs in a row the next one is not looked at."""
    return 0.0 if wrong < FREE_TRIES else min(FIRST_WAIT_S * 2.0 ** min(wrong - FREE_TRIES, 20), LONGEST_WAIT_S)


def _scrypt(pin: str, salt: bytes) -> bytes:
    with _ONE_AT_A_TIME:
        return hashlib.scrypt(pin.encode(), salt=salt, n=_N, r=_R, p=_P, dklen=32, maxmem=2**26)
