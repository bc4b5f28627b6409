"""The exercises, by the name under which a document's exercise step names them.

Each is one file that gives one `Exercise`: `docs/howto/add-an-exercise.md` says how to add one.
"""

from __future__ import annotations

from drills.exercises import (
    catch,
    compare,
    cycles,
    dual,
    follow,
    guided,
    lift,
    load,
    press,
    recall,
    share,
    slalom,
    stand,
    targets,
    trace,
    tray,
)
from drills.exercises.values import Exercise

EXERCISES: dict[str, Exercise] = {
    "catch": catch.EXERCISE,
    "compare": compare.EXERCISE,
    "cycles": cycles.EXERCISE,
    "dual": dual.EXERCISE,
    "follow": follow.EXERCISE,
    "guided": guided.EXERCISE,
    "lift": lift.EXERCISE,
    "load": load.EXERCISE,
    "press": press.EXERCISE,
    "recall": recall.EXERCISE,
    "share": share.EXERCISE,
    "slalom": slalom.EXERCISE,
    "stand": stand.EXERCISE,
    "targets": targets.EXERCISE,
    "trace": trace.EXERCISE,
    "tray": tray.EXERCISE,
}
