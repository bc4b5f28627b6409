"""The exercises, by the name under which a document's exercise step names them.

Each is one file that gives one `Exercise`: `docs/howto/add-an-exercise.md` says how to add one.
"""

from __future__ import annotations

from drills.exercises import cycles, follow, guided, press, recall, share, stand, targets
from drills.exercises.values import Exercise

EXERCISES: dict[str, Exercise] = {
    "cycles": cycles.EXERCISE,
    "follow": follow.EXERCISE,
    "guided": guided.EXERCISE,
    "press": press.EXERCISE,
    "recall": recall.EXERCISE,
    "share": share.EXERCISE,
    "stand": stand.EXERCISE,
    "targets": targets.EXERCISE,
}
