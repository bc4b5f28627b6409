"""Units as UCUM writes them, one for each unit that a figure of the station has."""

from __future__ import annotations

from types import MappingProxyType

UCUM = MappingProxyType(
    {
        "1": "1",
        "s": "s",
        "Hz": "Hz",
        "mm": "mm",
        "mm2": "mm2",
        "mm/s": "mm/s",
        "mm2/s": "mm2/s",
        "cm": "cm",
        "cm2": "cm2",
        "cm/s": "cm/s",
        "cm2/s": "cm2/s",
        "cm/s2": "cm/s2",
        "1/cm": "/cm",
        "%": "%",
        "N": "N",
        "N/s": "N/s",
        "deg": "deg",
        "deg/s": "deg/s",
        "m/s2": "m/s2",
        "g": "[g]",
        "ns": "ns",
    }
)
"""By the station's own word for it. A vibration dose value (m/s1.75) and figures of mixed units have no code."""


def ucum(unit: str) -> str:
    """The code of this unit; "" where there is none."""
    return UCUM.get(unit, "")
