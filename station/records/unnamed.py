"""What is written of a patient without what tells who they are: for a line that others could listen to."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

NAMES: Mapping[str, object] = MappingProxyType(
    {
        "initials": "",
        "birth_year": None,
        "goals": "",
        "notes": "",
        "note": "",
        "consent_initials": "",
    }
)
"""Keys, wherever they stand, that tell who a patient is, with what stands there instead."""


def unnamed(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    """The same with nothing under these keys, at whatever depth. What stands there as a list or a table is no word."""
    if isinstance(value, list):
        return [unnamed(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: NAMES[key] if key in NAMES and not isinstance(one, dict | list) else unnamed(one)
        for key, one in value.items()
    }
