"""Where things are: the data folder's files, and a recording's topics, schemas and header. Stable once released."""

from __future__ import annotations

import json
import math
import zlib
from pathlib import Path
from typing import Any

FORMAT_VERSION = 2
"""The latest, of recordings whose samples stand in blocks; they describe themselves by their schemas."""
ROWS_VERSION = 1
"""Of recordings whose samples stand one by one."""

RECORDINGS_FOLDER = "recordings"
"""Inside the data folder."""
RECORDS_FILE = "records.sqlite"
STATION_FILE = "station-id"
"""The station's UUID, beside the records that hold it too."""

SAMPLES_TOPIC = "/samples"
BLOCKS_TOPIC = "/blocks"
EVENTS_TOPIC = "/events"
SAMPLE_SCHEMA_NAME = "balance_station/Sample"
BLOCK_SCHEMA_NAME = "balance_station/SampleBlock"
EVENT_SCHEMA_NAME = "balance_station.Event"
HEADER_METADATA = "balance_station.session"
"""Name of the MCAP metadata record that holds the header."""
END_METADATA = "balance_station.end"
"""Name of the one behind the samples of blocks: how many there are, which no count of messages says."""
PADDING_METADATA = "padding"
"""Name of those that fill a page of the disk up, so that no page is written twice."""
OF_THE_EVENT = frozenset({"kind", "t_ns", "seq", "session"})
"""What the event of a session's start has beside the facts that its header repeats."""

EVENT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "kind": {"type": "string"},
        "t_ns": {"type": "integer"},
        "session": {"type": "integer"},
        "seq": {"type": "integer"},
    },
    "required": ["kind", "t_ns"],
}


def records_path(data: Path) -> Path:
    """The records' SQLite file of a data folder."""
    return data / RECORDS_FILE


def pack_json(value: object) -> str:
    """JSON text that is the same for equal values: keys sorted, no spaces; NaN and infinities, which JSON has not, as
    null. Raises TypeError for what is no JSON value.
    """
    return json.dumps(finite(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def finite(value: object) -> object:
    """The same JSON value with None for each float that is not finite."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value


def finite_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """The same JSON object with None for each float in it that is not finite."""
    return {key: finite(item) for key, item in fields.items()}


def pack_header(header: dict[str, Any]) -> dict[str, str]:
    """The header as MCAP metadata: a map of text to text, so each value is JSON text. `format_version` is added."""
    return {key: pack_json(value) for key, value in sorted({"format_version": ROWS_VERSION, **header}.items())}


def pack_end(samples: int) -> dict[str, str]:
    """What stands behind the samples of blocks."""
    return {"samples": str(samples), "crc32": str(zlib.crc32(str(samples).encode()))}


def unpack_end(metadata: dict[str, str]) -> int:
    """How many samples `pack_end` said. Raises ValueError or KeyError where it did not say that."""
    if zlib.crc32(metadata["samples"].encode()) != int(metadata["crc32"]):
        raise ValueError("the number of samples has another checksum")
    return int(metadata["samples"])


def unpack_header(metadata: dict[str, str]) -> dict[str, Any]:
    """The header that `pack_header` packed. Raises ValueError when a value is not JSON."""
    return {key: json.loads(value) for key, value in metadata.items()}
