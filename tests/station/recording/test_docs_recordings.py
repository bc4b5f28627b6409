"""docs/recordings.md names every field, with its unit, and every kind of CSV column."""

from pathlib import Path

from station.recording.export import unit_of
from station.recording.formats import K_PLATES
from station.recording.tabular import KINDS
from station.texts import Texts
from station.wire.sample import FIELDS


def test_every_field_and_column_is_documented(project: Path):
    text = (project / "docs" / "recordings.md").read_text()
    for field in FIELDS:
        meaning = Texts().say(f"sample.{field.name}")
        assert f"| `{field.name}` | {field.type} | {unit_of(field.name)} | {meaning} |" in text
    for columns in KINDS:
        assert ", ".join(f"`{name}`" for name in columns) in text
    assert f"{K_PLATES.spacing_ml_mm} mm (ML) and {K_PLATES.spacing_ap_mm} mm (AP)" in text
