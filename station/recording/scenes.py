"""What the patient's screen showed: the scenes of a recording, each from the sample on with which it began."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from drills.scene import Scene
from station.wire.scene import SCENE_BYTES, SCENE_FIELDS, unpack_scene


class SceneFrom(NamedTuple):
    """A scene, and the first sample that carried it. It stayed until the next one."""

    seq: int
    t_ns: int
    scene: Scene


def scenes_of(samples: npt.NDArray[np.void]) -> list[SceneFrom]:
    """Every scene of these samples (N,) of `station.recording.reader.SAMPLE_DTYPE`, in their order, each once for as
    long as it stayed. A recording of a program that had no scenes gives one `NO_SCENE`; no samples give nothing.
    """
    if not len(samples):
        return []
    fields = samples.dtype.fields
    start = fields[SCENE_FIELDS[0].name][1] if fields is not None else 0
    block = np.ascontiguousarray(samples).view(np.uint8).reshape(len(samples), -1)[:, start : start + SCENE_BYTES]
    changed = np.ones(len(samples), dtype=bool)
    changed[1:] = (block[1:] != block[:-1]).any(axis=1)
    return [
        SceneFrom(int(samples["seq"][at]), int(samples["t_ns"][at]), unpack_scene(block[at].tobytes()))
        for at in np.flatnonzero(changed)
    ]


def shapes_at(events: Iterable[Mapping[str, Any]], t_ns: int) -> dict[int, tuple[int, ...]]:
    """The shapes that a scene of this moment was drawn with, by their numbers: points, x after y, in 0.1 mm.

    `events` are a recording's, in their order; of each number it is the last one that was said until then. A session
    begins without any.
    """
    shapes: dict[int, tuple[int, ...]] = {}
    for event in events:
        if event.get("t_ns", 0) > t_ns:
            break
        if event.get("kind") == "session-started":
            shapes = {}
        elif event.get("kind") == "shape":
            shapes[int(event["number"])] = tuple(int(one) for one in event["points"])
    return shapes
