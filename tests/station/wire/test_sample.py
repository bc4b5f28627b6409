"""One table of fields: the class `Sample`. Layout, schema and packing come from it."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from station.texts import Texts
from station.wire.sample import (
    FIELDS,
    LAYOUT_VERSION,
    SAMPLE_BYTES,
    Draft,
    Inputs,
    Sample,
    pack,
    unpack,
)
from station.wire.scene import SCENE_BYTES, SCENE_FIELDS

PLAIN = [field for field in FIELDS if field not in SCENE_FIELDS]
VALUES: dict[str, Any] = {
    **{field.name: place if "int" in field.type else place / 4 for place, field in enumerate(PLAIN, 1)},
    "scene": bytes(range(SCENE_BYTES)),
}


def draft_of(values: dict[str, Any]) -> Draft:
    draft = Draft()
    for name, value in values.items():
        setattr(draft, name, value)
    return draft


def test_what_is_packed_by_name_in_any_order_comes_back() -> None:
    payload = pack(draft_of(dict(reversed(VALUES.items()))))
    assert len(payload) == SAMPLE_BYTES
    assert unpack(payload)._asdict() == VALUES
    assert pack(unpack(payload)) == payload


def test_a_name_that_is_no_field_and_a_field_without_a_value_are_refused() -> None:
    with pytest.raises(AttributeError, match="front_left_volt"):
        draft_of({"front_left_volt": 1.0})
    with pytest.raises(AttributeError, match="cop_ap_mm"):
        pack(draft_of({name: value for name, value in VALUES.items() if name != "cop_ap_mm"}))


def test_a_value_that_its_type_cannot_hold_is_refused() -> None:
    with pytest.raises(struct.error):
        pack(draft_of({**VALUES, "phase": 256}))


def test_the_types_of_the_class_are_those_of_the_bytes() -> None:
    kinds = get_type_hints(Sample)
    assert {field.name: int if "int" in field.type else float for field in PLAIN} | {"scene": bytes} == kinds


def test_a_field_that_came_later_has_something_to_read_as_and_a_first_one_has_not() -> None:
    assert [field.name for field in FIELDS if (field.since > 1) != (field.absent is not None)] == []
    assert {field.since for field in FIELDS} == set(range(1, LAYOUT_VERSION + 1))


def test_no_field_that_was_ever_recorded_is_gone(project: Path) -> None:
    recorded = json.loads((project / "tests" / "data" / "tripped.json").read_text(encoding="utf-8"))["columns"]
    assert recorded.keys() <= {field.name for field in FIELDS}


def test_each_input_is_one_bit_and_the_table_names_it() -> None:
    assert [int(bit) for bit in Inputs] == [1, 2, 4, 8]
    said = "bit 0 emergency-stop loop closed, bit 1 hand switch, bit 2 foot switch, bit 3 button of the pairing"
    assert Texts().say("sample.inputs") == said
