"""What a guard that cannot start answers instead of its status: the fault, so that the drive can name it."""

from __future__ import annotations

import json

from hw.errors import HardwareError

_MARK = b"refused "
_MOST_BYTES = 2_000


def pack_refusal(problem: HardwareError) -> bytes:
    """The packet that says so."""
    words = [problem.code, problem.where, problem.detail]
    return _MARK + json.dumps([word[: _MOST_BYTES // 16] for word in words]).encode()


def refusal(packet: bytes) -> HardwareError | None:
    """The fault that a guard's first packet says; None where it is another packet."""
    if not packet.startswith(_MARK):
        return None
    try:
        code, where, detail = json.loads(packet.removeprefix(_MARK))
    except ValueError:
        return None
    return HardwareError(str(code), str(where), str(detail))
