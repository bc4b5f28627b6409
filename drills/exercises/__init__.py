"""The exercises, by the name under which a document's exercise step names them.

Each is one file that gives one `Exercise`: `docs/howto/add-an-exercise.md` says how to add one.
"""

from __future__ import annotations

from drills.exercises import follow, press, share, stand, targets
from drills.exercises.values import Exercise

EXERCISES: dict[str, Exercise] = {
    "follow": follow.EXERCISE,
    "press": press.EXERCISE,
    "share": share.EXERCISE,
    "stand": stand.EXERCISE,
    "targets": targets.EXERCISE,
}
