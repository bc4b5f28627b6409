"""From volts to newtons: zero, span and crosstalk folded into one matrix, applied at every tick."""

from __future__ import annotations

from typing import NamedTuple

from hw.values import CellCalibration, Four


class KnownCalibration(NamedTuple):
    """A calibration, and which one it is."""

    calibration: CellCalibration
    id: str = ""
    """Of one that `station calibrate` made: the name of its file without the ending. "" as the plate was delivered."""
    made_at: str = ""
    """When that was, UTC."""

    def described(self) -> dict[str, str]:
        """What figures say of the calibration that they rest on."""
        return {"origin": "stored" if self.id else "as delivered", "id": self.id, "made_at": self.made_at}


class Calibrator:
    """Applies one `CellCalibration`: `force = matrix @ (span * (volts - zero))`, 16 multiplications a frame."""

    def __init__(self, calibration: CellCalibration) -> None:
        self.calibration = calibration
        zero, span, matrix = calibration
        z0, z1, z2, z3 = zero
        gains = [[matrix[row][cell] * span[cell] for cell in range(4)] for row in range(4)]
        # Added up in this order, not by `sum`, which rounds otherwise from Python 3.12: a recording is read to the bit.
        self._rows = tuple((g0, g1, g2, g3, -(g0 * z0 + g1 * z1 + g2 * z2 + g3 * z3)) for g0, g1, g2, g3 in gains)

    def newtons(self, volts: Four) -> Four:
        """Force on each cell, in newtons, for one frame of voltages."""
        v0, v1, v2, v3 = volts
        (a0, a1, a2, a3, a4), (b0, b1, b2, b3, b4), (c0, c1, c2, c3, c4), (d0, d1, d2, d3, d4) = self._rows
        return (
            a0 * v0 + a1 * v1 + a2 * v2 + a3 * v3 + a4,
            b0 * v0 + b1 * v1 + b2 * v2 + b3 * v3 + b4,
            c0 * v0 + c1 * v1 + c2 * v2 + c3 * v3 + c4,
            d0 * v0 + d1 * v1 + d2 * v2 + d3 * v3 + d4,
        )
