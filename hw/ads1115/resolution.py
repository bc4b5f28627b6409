"""Whether a converter has the 16 bits of an ADS1115, or the 12 of an ADS1015 that is sold under its name.

Both have the same registers, addresses and identity: none. An ADS1015 gives its 12 bits as multiples of 16, at rates of
its own (Texas Instruments, SBAS444 and SBAS473, fields of the configuration register). A code that is no multiple of 16
proves 16 bits, and a chip that works gives one within some conversions; so only one that has not is asked:

- how long a single conversion takes at a rate that is 128 a second to an ADS1115 and 1600 to an ADS1015. The bus and a
  busy computer can make it look slower, never faster;
- for its codes in every range: at the end of its range it gives 32767, or 32752; and where the codes change, sixteen in
  a row that are all multiples of 16 come by chance once in 10^19.

A quiet voltage without any noise that is a multiple of 16 in every range stays open, and is no complaint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from hw.ads1115.chip import GAIN_BITS, NO_COMPARATOR, SINGLE_ENDED, SINGLE_SHOT, START, Chip, seen_at_chip, signed
from hw.errors import Finding, Trouble, saw

BELOW_12_BITS = 0x000F
"""The bits of a code that a converter of 12 bits leaves at 0."""
_SLOW_BITS = 0x0080
"""Field of the rate: 128 a second on an ADS1115, 1600 on an ADS1015."""
_FAST_BITS = 0x00E0
_TOO_SOON_NS = 5_000_000
"""An ADS1115 that is 10 % fast needs 7.1 ms; an ADS1015 that is 10 % slow needs 0.7 ms."""
_TRIES = 3
_PATIENCE_NS = 30_000_000
_MOST_POLLS = 20_000
"""Where the clock stands still. A modelled bus answers in microseconds, a real one in a tenth of a millisecond."""
_CODES = 16
_CHANGES = 2
_END_OF_12_BITS = 0x7FF0


def complaint(chip: Chip, now_ns: Callable[[], int], channels: Iterable[int]) -> Finding | None:
    """What says that this chip has 12 bits only; None where nothing does.

    Takes up to 0.2 s and leaves the chip idle in another configuration: it has to be configured again. Raises OSError.
    """
    place = [(SINGLE_ENDED + channel) << 12 | NO_COMPARATOR | SINGLE_SHOT for channel in channels]
    slow = place[0] | GAIN_BITS[2] | _SLOW_BITS
    # From rest: the end of a conversion that was under way is no measure of one.
    chip.configure(slow)
    _wait(chip, now_ns)
    for _ in range(_TRIES):
        took_ns = _convert(chip, now_ns, slow)
        if took_ns < _TOO_SOON_NS:
            return saw("converter-too-quick", ms=took_ns * 1e-6)
    for word in (one | gain_bits for gain_bits in reversed(GAIN_BITS.values()) for one in place):
        codes = _codes(chip, now_ns, word | _FAST_BITS)
        if any(code & BELOW_12_BITS for code in codes):
            return None
        if set(codes) == {_END_OF_12_BITS}:
            return saw("converter-ends-early", code=_END_OF_12_BITS)
        changes = sum(one != other for one, other in pairwise(codes))
        if changes >= _CHANGES:
            return saw("converter-steps-by-16", count=len(codes), least=min(codes), most=max(codes))
    return None


def require_16_bits(chip: Chip, now_ns: Callable[[], int], channels: Iterable[int]) -> None:
    """Ask a chip none of whose codes has shown 16 bits. Raises HardwareError "converter-12-bit" or "chip-no-answer".

    It has to be configured again afterwards, as after `complaint`.
    """
    try:
        seen = complaint(chip, now_ns, channels)
    except OSError as error:
        raise chip.fault("chip-no-answer", seen_at_chip(error)) from error
    if seen:
        raise chip.fault("converter-12-bit", seen)


def _convert(chip: Chip, now_ns: Callable[[], int], word: int) -> int:
    """Convert once; how many ns it took at most. Raises Trouble where it never ends."""
    begun_ns = now_ns()
    chip.configure(word | START)
    return _wait(chip, now_ns) - begun_ns


def _wait(chip: Chip, now_ns: Callable[[], int]) -> int:
    """When the chip was seen to be idle. Raises Trouble where it never is."""
    give_up_ns = now_ns() + _PATIENCE_NS
    for _ in range(_MOST_POLLS):
        asked_ns = now_ns()  # before it: a program may have to wait for its turn after a look that was in time
        if chip.configuration() & START:
            return now_ns()
        if asked_ns > give_up_ns:
            break
    raise Trouble(saw("conversion-never-ends"))


def _codes(chip: Chip, now_ns: Callable[[], int], word: int) -> list[int]:
    codes = []
    for _ in range(_CODES):
        _convert(chip, now_ns, word)
        codes.append(signed(chip.result(False)))
    return codes
