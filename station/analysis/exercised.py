"""What was exercised in each trial of a recording: how it stood, what was asked, and what the exercise saw of it.

Plans and progression are made from it; it stands in the records beside the figures, as the document of that recording
said it, so that a later document changes nothing of what was done.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from drills.document import DrillDocument, digest_of, read_document
from drills.errors import DrillDocumentError
from station.analysis.reading import RecordingFile, trials_of
from station.clock import NS_PER_S
from station.recording.reader import Recording

SAID_BY_EXERCISES = ("shared", "followed", "maze-left", "two-things", "loaded")
"""Events in which an exercise says what came of a whole trial."""
HELD = "held"
PAUSE = "pause"


def exercised(file: RecordingFile) -> dict[str, dict[str, Any]]:
    """By the number of each trial: JSON values, units in the keys. Nothing where the recording has no drill document
    that this program can read.
    """
    recording = file.recording
    table = recording.header.get("document")
    if not isinstance(table, dict):
        return {}
    try:
        document = read_document(table, str(recording.path)).document
    except DrillDocumentError:
        return {}
    asked = recording.header.get("prescription") or {}
    common = _of_document(document) | {"goal_s": asked.get("hold_s"), "version": digest_of(document)}
    if document.with_without is not None:
        common["with_without"] = {"order": document.with_without, "seed": _seed(recording)}
    legs = {event.get("trial"): event.get("leg") for event in recording.events if event["kind"] == "trial-started"}
    found, paused = {}, _paused_s(recording)
    for trial in trials_of(recording):
        score = trial.score or {}
        done, of = int(score.get("done", 0)), int(score.get("of", 0))
        share = document.success.share_of_score or 0.0
        found[str(trial.number)] = {
            **common,
            "leg": legs.get(trial.number) or recording.header.get("leg"),
            "done": done,
            "of": of,
            "share": share,
            "passed": trial.outcome == HELD and (done >= share * of if of else trial.alone_s is None),
            "said": _said(recording, trial.number),
            **({} if trial.alone_s is None else {"alone_s": trial.alone_s}),
            **({} if trial.number not in paused else {"paused_s": paused[trial.number]}),
        }
    return found


def _paused_s(recording: Recording) -> dict[int, float]:
    """By the trial after which it was, how long a therapist paused the drill; one that was cut off is of no time."""
    phases, found = [event for event in recording.events if event["kind"] == "phase"], dict[int, float]()
    for phase, after in pairwise(phases):
        if phase.get("phase") == PAUSE:
            lasted_s = (after["t_ns"] - phase["t_ns"]) / NS_PER_S
            found[phase["trial"]] = round(found.get(phase["trial"], 0.0) + lasted_s, 3)
    return found


def _seed(recording: Recording) -> int | None:
    """Of the order of the turns; None where the recording was cut off before it was told."""
    return next((event["seed"] for event in recording.events if event["kind"] == "with-without"), None)


def _of_document(document: DrillDocument) -> dict[str, Any]:
    step = document.exercise_step
    return {
        "exercise": step.exercise,
        "stance": document.stance.kind,
        "base": document.stance.feet or "apart",
        "surface": document.surface,
        "eyes": document.eyes,
        "hands": document.hands,
        "feedback": document.feedback.level,
        "parameters": step.parameters.model_dump(mode="json"),
    }


def _said(recording: Recording, trial: int) -> dict[str, Any]:
    """The last of each kind of what the exercise said of this trial."""
    return {
        event["kind"]: {name: event[name] for name in event if name not in ("kind", "t_ns", "seq", "trial")}
        for event in recording.events
        if event["kind"] in SAID_BY_EXERCISES and event.get("trial") == trial
    }
