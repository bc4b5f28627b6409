"""A recording replays what the patient saw: every scene comes back equal, from the sample on with which it began."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest

from drills.scene import NO_SCENE, Scene, Shape, Slot, SlotKind, SlotState, View, shape_event
from station.recording.export import export
from station.recording.reader import SAMPLE_DTYPE, read_recording
from station.recording.scenes import SceneFrom, scenes_of, shapes_at
from station.recording.writer import RecordingWriter
from station.wire.scene import pack_scene

if TYPE_CHECKING:
    from pathlib import Path

    from tests.station.conftest import Pack

PLACE = Slot(SlotKind.PLACE, 3, 0, SlotState.NOW, -421, 305, 150, 0)


def shown(seq: int) -> Scene:
    """A dwell that fills up at 50 Hz, after 40 samples without a scene."""
    if seq < 40:
        return NO_SCENE
    dwell = min(1000, (seq - 40) // 5 * 20)
    return Scene(View.LEAN, centre_x=-120, dot=1, word=19, score=2, goal=8, slots=(PLACE._replace(value=dwell),))


@pytest.fixture
def recorded(tmp_path: Path, pack: Pack) -> Path:
    path = tmp_path / "shown.mcap"
    writer = RecordingWriter(path, {"patient": "P-7"}, 0)
    writer.append(pack(seq, scene=pack_scene(shown(seq))) for seq in range(400))
    writer.close()
    return path


def test_every_scene_is_read_back_equal_to_what_was_sent(recorded: Path) -> None:
    samples = read_recording(recorded).samples
    found = scenes_of(samples)
    sent = [SceneFrom(seq, int(samples["t_ns"][seq]), shown(seq)) for seq in range(400)]
    assert found == [one for one, before in zip(sent, [None, *sent], strict=False) if not before or one[2] != before[2]]
    assert len(found) == 52


def test_an_export_has_a_row_for_each_scene(recorded: Path, tmp_path: Path) -> None:
    *_, scenes = export(recorded, tmp_path / "out.csv", "csv")
    with scenes.open(newline="") as file:
        rows = [{name: int(text) for name, text in row.items()} for row in csv.DictReader(file)]
    for row, found in zip(rows, scenes_of(read_recording(recorded).samples), strict=True):
        assert (row["seq"], row["t_ns"]) == found[:2]
        assert tuple(row[name] for name in Scene._fields[:-1]) == found.scene[:-1]
        slots = [Slot(*(row[f"slot_{at}_{name}"] for name in Slot._fields)) for at in range(10)]
        assert tuple(slot for slot in slots if any(slot)) == found.scene.slots


def test_a_recording_that_has_no_scenes_reads_as_no_scene(project: Path) -> None:
    for name in ("tripped", "calibrated", "replayed"):
        samples = read_recording(project / "tests" / "data" / f"{name}.mcap").samples
        assert scenes_of(samples) == [SceneFrom(int(samples["seq"][0]), int(samples["t_ns"][0]), NO_SCENE)]


def test_no_samples_have_no_scene() -> None:
    assert scenes_of(np.empty(0, dtype=SAMPLE_DTYPE)) == []


def test_the_shapes_of_each_moment_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "shapes.mcap"
    writer = RecordingWriter(path, {"patient": "P-7"}, 0)
    first, second = ((0, 0), (250, -40)), ((5, 6), (7, 8), (9, 10))
    for t_ns, points in ((1_000, first), (2_000, second)):
        said = shape_event(Shape(0, points), t_ns)
        writer.event({"kind": said.kind, "t_ns": t_ns, "session": 1, **said.data})
    writer.close()
    events = read_recording(path).events
    assert shapes_at(events, 999) == {}
    assert shapes_at(events, 1_500) == {0: (0, 0, 250, -40)}
    assert shapes_at(events, 2_000) == {0: (5, 6, 7, 8, 9, 10)}
