"""Documents of schema 1 in the keys of schema 2: the only place that knows the keys of schema 1.

`converted` is a pure function of plain tables, as they come from a TOML file or from the header of an old recording.
It loses nothing: a key that schema 1 did not have stays where it stands, so that reading it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LEARN_S = 2.0
"""Of `phases.settle_s`, the last seconds in which schema 1 learnt the stance."""

STEP_OF = {
    "phases.get_on_limit_s": ("get-on", "limit_s"),
    "phases.baseline_s": ("baseline", "time_s"),
    "phases.rest_s": ("rest", "time_s"),
}
EXERCISE_OF = {
    "hold.mode": "time.mode",
    "hold.default_s": "time.default_s",
    "hold.min_s": "time.min_s",
    "hold.max_s": "time.max_s",
    "hold.limit_s": "time.limit_s",
    "vibration.kind": "vibration.form",
    "vibration.frequency_hz": "vibration.frequency_hz",
    "vibration.displacement_pp_mm": "vibration.displacement_pp_mm",
    "vibration.peak_acceleration_max_g": "vibration.peak_acceleration_max_g",
    "vibration.ramp_from_hz": "vibration.ramp_from_hz",
    "phases.ramp_up_s": "vibration.ramp_up_s",
    "phases.ramp_down_s": "vibration.ramp_down_s",
}
"""Where a key of schema 1 stands in a step of schema 2; of the exercise step, inside it."""
_RAMPS = ("phases.ramp_up_s", "phases.ramp_down_s")


def converted(table: Mapping[str, Any]) -> dict[str, Any]:
    """The same drill in the keys of schema 2, where the table is of schema 1; a copy of it where it is not.

    Never raises: of a table that is not whole, what there is.
    """
    if table.get("schema") != 1:
        return dict(table)
    old = _Table(table)
    steps = _steps(old)
    rest = old.left()
    stance = rest.get("stance")
    new = {
        **rest,
        "schema": 2,
        "language": "en",
        "stance": {"kind": stance, "orientation": "forward"},
        "hands": "free",
        "feedback": {"level": "F0", "kind": "sight"},
        "steps": steps,
    }
    if stance is None:
        del new["stance"]
    return new


def hold_mode(document: object) -> str:
    """What ends the hold of a drill, by its document in a header, of schema 1 or 2; "" where that does not say."""
    table = converted(document) if isinstance(document, Mapping) else {}
    steps = table.get("steps")
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, Mapping) and isinstance(step.get("time"), Mapping):
            return str(step["time"].get("mode", ""))
    return ""


def first_schema_path(path: str) -> str:
    """The key path of schema 1 whose value stands at this path of schema 2; the path itself where there is none."""
    if path.startswith(("steps.settle.", "steps.learn.")):
        return "phases.settle_s"
    for old, (step, key) in STEP_OF.items():
        if path == f"steps.{step}.{key}":
            return old
    inside = path.removeprefix("steps.exercise.")
    for old, new in EXERCISE_OF.items():
        if inside == new or inside.startswith(f"{new}."):
            return old + inside.removeprefix(new)
    return {"time": "hold", "stance.kind": "stance"}.get(inside, path)


class _Table:
    """A table of which keys are taken one after another; what is not, is left."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._own = dict(table)
        self._inner = {
            name: dict(value)
            for name in ("hold", "phases", "vibration")
            if isinstance(value := table.get(name), Mapping)
        }

    def take(self, path: str) -> Any:  # noqa: ANN401  # whatever the file says
        """The value at this path of two keys, taken out; None where there is none."""
        name, key = path.split(".")
        return self._inner.get(name, {}).pop(key, None)

    def left(self) -> dict[str, Any]:
        """What was not taken."""
        emptied = [name for name, inner in self._inner.items() if not inner]
        return {name: self._inner.get(name, value) for name, value in self._own.items() if name not in emptied}


def _steps(old: _Table) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = [_step(old, "phases.get_on_limit_s"), *_settle(old.take("phases.settle_s"))]
    baseline, rest = _step(old, "phases.baseline_s"), _step(old, "phases.rest_s")
    exercise: dict[str, Any] = {"step": "exercise", "exercise": "stand", "parameters": {}}
    still = False
    for path, new in EXERCISE_OF.items():
        value = old.take(path)
        still = still or (path == "vibration.kind" and value == "none")
        if value is None or (still and path in _RAMPS and value == 0):
            continue
        table, key = new.split(".")
        exercise.setdefault(table, {})[key] = value
    steps += [baseline] if baseline.get("time_s") != 0 else []
    steps += [exercise]
    steps += [rest] if rest.get("time_s") != 0 else []
    return [*steps, {"step": "get-off"}]


def _step(old: _Table, path: str) -> dict[str, Any]:
    step, key = STEP_OF[path]
    value = old.take(path)
    return {"step": step} if value is None else {"step": step, key: value}


def _settle(settle_s: object) -> list[dict[str, Any]]:
    """Settling of schema 1 is settling, and then learning."""
    if settle_s == 0 and not isinstance(settle_s, bool):
        return []
    if isinstance(settle_s, int | float) and not isinstance(settle_s, bool) and settle_s > LEARN_S:
        return [{"step": "settle", "time_s": settle_s - LEARN_S}, {"step": "learn", "time_s": LEARN_S}]
    return [{"step": "learn", "time_s": settle_s}] if settle_s is not None else [{"step": "settle"}]
