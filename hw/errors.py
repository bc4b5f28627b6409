"""What goes wrong with hardware. Each error carries a code of the station's fault catalogue and says where."""

from __future__ import annotations


class HardwareError(OSError):
    """A device is missing, refuses, or says nonsense.

    `code` names an entry of the fault catalogue, which says what to do; `where` names the device ("I2C bus 1,
    address 0x48"); `detail` is what was seen.
    """

    def __init__(self, code: str, where: str, detail: str) -> None:
        super().__init__(f"{where}: {detail}")
        self.code = code
        self.where = where
        self.detail = detail


class UnknownRigError(HardwareError, LookupError):
    """No rig has that name."""
