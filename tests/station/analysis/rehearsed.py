"""Trials of a rehearsal as `station.analysis.tested` sees those of a recording."""

import numpy as np

from drills.document import DrillDocument
from drills.library import load_shipped
from drills.prescription import Asked, legs_of
from station.analysis.tested import TestedTrial, tested
from tests.hw.simulated.rehearsing import Patients, Rehearsed, rehearse, six


def trials_in(document: DrillDocument, done: Rehearsed) -> list[TestedTrial]:
    """Every trial that was held."""
    found = []
    for result in done.state.results:
        if result.hold_start_ns is None or result.hold_end_ns is None:
            continue
        begin_ns, end_ns = result.hold_start_ns, result.hold_end_ns
        events = [
            {**event.data, "kind": event.kind, "at_s": (event.t_ns - begin_ns) / 1e9}
            for event in done.events
            if event.data.get("trial") == result.trial
        ]
        begun = next(one for one in events if one["kind"] == "trial-started")
        seen = np.array([one for one in done.seen if begin_ns <= one.t_ns <= end_ns], dtype=np.float64)
        found.append(
            TestedTrial(
                document.exercise_step.exercise,
                document.exercise_step.parameters.model_dump(mode="json"),
                begun["leg"],
                (seen[:, 0] - begin_ns) / 1e9,
                seen[:, 1],
                seen[:, 2],
                seen[:, 3],
                None,
                seen[:, 4].astype(int),
                begun["reference_n"],
                (begun["foot_ml_mm"] or 0.0, begun["foot_ap_mm"] or 0.0),
                events,
            )
        )
    return found


def try_out(
    name: str, who: str | Patients = "steady", trials: int = 1, seed: int = 3
) -> tuple[Rehearsed, list[TestedTrial], list[dict[str, float]]]:
    """A drill that ships by one of the six or by somebody else, its trials, and their figures."""
    document = load_shipped(name)
    patient = six()[who] if isinstance(who, str) else who
    done = rehearse(document, patient, seed, Asked(legs_of(document)[0], trials=trials))
    seen = trials_in(document, done)
    return done, seen, [tested(one) for one in seen]
