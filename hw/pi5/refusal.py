"""What a guard that cannot start answers instead of its status: the fault, so that the drive can name it."""

from __future__ import annotations

import json

from hw.errors import Finding, HardwareError

_MARK = b"refused "
MOST_BYTES = 2_000
"""No packet of a guard is longer."""
_MOST_CHARACTERS = 120
"""Of one value: what a longer one says at its end is left out."""


def pack_refusal(problem: HardwareError) -> bytes:
    """The packet that says so, `MOST_BYTES` long at most: where all values find no room, those that do."""
    values: dict[str, object] = {}
    packet = _packed(problem, values)
    for name, value in problem.finding.values.items():
        packed = _packed(problem, {**values, name: _short(value)})
        if len(packed) <= MOST_BYTES:
            values[name], packet = _short(value), packed
    return packet


def _packed(problem: HardwareError, values: dict[str, object]) -> bytes:
    words = [_short(problem.code), _short(problem.where), _short(problem.finding.reason), values]
    return _MARK + json.dumps(words, ensure_ascii=False).encode("utf-8", "replace")


def _short(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_short(one) for one in value]
    return value[:_MOST_CHARACTERS] if isinstance(value, str) else value


def refusal(packet: bytes) -> HardwareError | None:
    """The fault that a guard's first packet says; None where it is another packet."""
    if not packet.startswith(_MARK):
        return None
    try:
        code, where, reason, values = json.loads(packet.removeprefix(_MARK))
        return HardwareError(str(code), str(where), Finding(str(reason), dict(values)))
    except (TypeError, ValueError):
        return None
