"""The words of a problem of a drill or a prescription, until the catalogue of texts has them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from drills.problems import Problem


def in_words(problem: Problem) -> str:
    """One line: `hold_s = 300: must be from 5 to 60`."""
    if problem.reason == "unknown":
        return ask(problem)
    given = "" if problem.value is None else f" = {_shown(problem.value)}"
    if problem.reason == "too-hard" and "most_key" not in problem.values:
        given += f" at frequency_hz = {problem.values['hz']:g} is {problem.values['peak_g']:.2f} g"
    name = f"{problem.field}{given}"
    return f"{name}: {ask(problem)}" if name else ask(problem)


def ask(problem: Problem) -> str:
    """What is wrong, or what must be, in words that follow the name of the value."""
    if problem.reason == "out-of-range":
        return f"must be {_range(problem)}"
    make = _ASKS.get(problem.reason)
    return make(problem, problem.values) if make is not None else problem.reason


def limit_in_words(problem: Problem) -> str:
    """The sentence of a prescription that passes a limit of the station."""
    values: Mapping[str, Any] = problem.values
    match problem.field, problem.reason:
        case "frequency_hz", "out-of-range":
            return f"frequency {problem.value:g} Hz: the limits are {problem.least:g} to {problem.most:g} Hz."
        case "displacement_pp_mm", "out-of-range":
            return f"displacement {problem.value:g} mm: the limit is {problem.most:g} mm."
        case "displacement_pp_mm", "too-hard":
            does = f"{problem.value:g} mm at {values['hz']:g} Hz is {values['peak_g']:.2f} g"
            return f"{does}: the limit is {values['most_g']:g} g."
        case "hold_s", _:
            return f"hold {problem.value:g} s: with vibration the limit is {problem.most:g} s."
    return f"{ask(problem)}."


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return f"{value:g}" if isinstance(value, float) else str(value)


def _range(problem: Problem) -> str:
    values, least, most = problem.values, problem.least, problem.most
    least_key, most_key = (f"{values[key]} = " if key in values else "" for key in ("least_key", "most_key"))
    exclusive = "exclusive" in values
    if least is None:
        return f"{'below' if exclusive else 'at most'} {most_key}{most:g}"
    if most is None:
        return f"{'above' if exclusive else 'at least'} {least_key}{least:g}"
    return f"{least:g}" if least == most and not least_key else f"from {least_key}{least:g} to {most_key}{most:g}"


def _choices(_problem: Problem, values: Mapping[str, Any]) -> str:
    words: Sequence[str] = values["choices"]
    listed = " or ".join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else "nothing"
    return f"must be {listed}{_meant(values)}"


def _meant(values: Mapping[str, Any]) -> str:
    return f'; did you mean "{values["suggestion"]}"?' if "suggestion" in values else ""


def _too_hard(_problem: Problem, values: Mapping[str, Any]) -> str:
    if "most_key" in values:
        bound = f"{values['most_key']} = {values['most_g']:g}"
        return f"at {values['hz']:g} Hz this is {values['peak_g']:.2f} g, must be at most {bound}"
    return f"must be at most {values['most_g']:g} g"


def _platform_too_hard(_problem: Problem, values: Mapping[str, Any]) -> str:
    does = f"this platform does {values['platform_mm']:.2f} mm at {values['hz']:g} Hz"
    does += " on the way" if values["on_the_way"] else ""
    if "limit_mm" in values:
        why = f"the limit is {values['limit_mm']:g} mm"
    else:
        why = f"which is {values['peak_g']:.2f} g, the limit is {values['limit_g']:g} g"
    hz = values["instead_hz"]
    return f"{does}, {why}: {'it cannot vibrate within that limit' if hz is None else f'choose at most {hz:g} Hz'}"


def _unknown(problem: Problem, values: Mapping[str, Any]) -> str:
    hint = _meant(values) or f"; there are: {', '.join(values['choices'])}"
    return f'there is no {problem.field} "{problem.value}"{hint}'


_KINDS = {
    "number": "a number",
    "whole-number": "a whole number",
    "text": "a text",
    "yes-or-no": "true or false",
    "list": "a list",
    "table": "a table",
}
_ASKS: dict[str, Callable[[Problem, Mapping[str, Any]], str]] = {
    "missing": lambda _, __: "this key is missing",
    "unknown-key": lambda _, values: f"there is no such key{_meant(values)}",
    "not-one-of": _choices,
    "wrong-kind": lambda _, values: f"must be {_KINDS.get(values['kind'], values['kind'])}",
    "not-finite": lambda _, __: "must be a finite number",
    "pattern": lambda _, values: f"must match {values['pattern']}",
    "too-short": lambda one, _: f"must have at least {one.least:g}",
    "too-long": lambda one, _: f"must have at most {one.most:g}",
    "not-with": lambda _, values: f'must be left out where {values["key"]} = "{values["is"]}"',
    "only-with": lambda _, values: f'only where {values["key"]} = "{values["is"]}"',
    "needed-with": lambda _, values: f'is missing: {values["key"]} = "{values["is"]}" needs it',
    "zero-with": lambda _, values: f'must be 0 where {values["key"]} = "{values["is"]}"',
    "too-short-to-learn": lambda one, _: (
        f"must be at least {one.least:g} where thresholds.foot_down is given: the foot's place is learnt while settling"
    ),
    "too-short-to-vibrate": lambda one, _: f"must be at least {one.least:g} where the drill vibrates",
    "moving-plate": lambda _, __: 'must be "fixed" where the drill vibrates: nobody is asked to leave a moving plate',
    "too-hard": _too_hard,
    "bout-too-long": lambda one, values: (
        f"with its ramps {values['bout_s']:g} s of vibration, must be at most {one.most:g} s"
    ),
    "platform-range": lambda one, _: f"this platform runs from {one.least:g} to {one.most:g} Hz",
    "platform-too-hard": _platform_too_hard,
    "platform-fixed": lambda _, values: (
        f"this platform does {values['platform_mm']:.2f} mm at {values['hz']:g} Hz and no other: "
        "leave it out, or give 0 for no vibration"
    ),
    "not-toml": lambda _, values: f"this is not TOML: {values['said']}",
    "later-schema": lambda one, _: f"must be {one.most:g}",
    "unknown": _unknown,
}
