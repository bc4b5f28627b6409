"""Everything that can go wrong, in one catalogue, and the errors that carry its entries."""

from station.faults.catalogue import BY_NUMBER, CATALOGUE
from station.faults.errors import (
    DeviceError,
    InputError,
    StationError,
    StorageError,
    as_json,
    because,
    from_json,
    not_text,
)
from station.faults.fault import Fault

__all__ = [
    "BY_NUMBER",
    "CATALOGUE",
    "DeviceError",
    "Fault",
    "InputError",
    "StationError",
    "StorageError",
    "as_json",
    "because",
    "from_json",
    "not_text",
]
