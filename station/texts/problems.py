"""What is wrong with a value, in words: a line with the key for who edits a file, a sentence for a therapist.

`problem.<reason>` follows the name of the value ("must be from 5 to 60"), `seen.<reason>` is a sentence of its own,
`sentence.<reason>` is what a therapist reads of a field of a form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from drills.problems import Problem, printable
from station.faults import StationError, from_json
from station.texts.texts import Texts, ended

LONGEST_SHOWN = 80
"""Of a value, in characters: a page that was pasted into a field does not hide what is wrong with it."""
BEYOND_A_LIMIT = "limit-exceeded"
"""The fault whose problems are worded as limits of the station."""


def detail(texts: Texts, error: StationError) -> str:
    """What was seen, of all that is wrong: sentences. Empty where the fault and its place say it all."""
    if error.code == BEYOND_A_LIMIT:
        return " ".join(limit(texts, problem) for problem in error.problems)
    lines = [line(texts, problem) for problem in error.problems if not _is_seen(texts, problem)]
    seen = [ask(texts, problem) for problem in error.problems if _is_seen(texts, problem)]
    return " ".join([texts.say("problem.end", lines=_one_after_the_other(lines))] * bool(lines) + seen)


def _one_after_the_other(lines: Sequence[str]) -> str:
    """The lines with a semicolon between them; behind a question none."""
    return " ".join([*(ended(line, ";") for line in lines[:-1]), *lines[-1:]])


def line(texts: Texts, problem: Problem) -> str:
    """One problem with the key and its value: `hold_s = 300: must be from 5 to 60`. Of one without a key the words."""
    if problem.reason == "unknown" or _is_seen(texts, problem):
        return ask(texts, problem)
    name = problem.field
    if problem.value is not None:
        name = f"{name} = {_shown(texts, problem.value)}"
    if problem.reason == "too-hard" and "most_key" not in problem.values:
        name = texts.say("problem.too-hard.given", name=name, **problem.values)
    return texts.say("problem.line", name=name, ask=ask(texts, problem)) if name else ask(texts, problem)


def ask(texts: Texts, problem: Problem) -> str:
    """What is wrong, or what must be, in words that follow the name of the value."""
    if problem.reason == "out-of-range":
        return texts.say(f"problem.out-of-range.{_side(problem)}", **_bounds(texts, problem))
    if _is_seen(texts, problem):
        return texts.say(f"seen.{problem.reason}", **_values(texts, problem))
    key = f"problem.{problem.reason}"
    if problem.reason == "pattern" and texts.has(f"{key}.{problem.field}"):
        return texts.say(f"{key}.{problem.field}")
    # A variant for a value that is there, as `problem.too-hard.most_key`, stands beside the plain form.
    variant = next((f"{key}.{name}" for name in problem.values if texts.has(f"{key}.{name}")), key)
    said = texts.say(variant, **_values(texts, problem))
    if "suggestion" in problem.values:
        return _with(said, texts.say("problem.did-you-mean", suggestion=problem.values["suggestion"]))
    if problem.reason == "unknown":
        return _with(said, texts.say("problem.there-are", choices=problem.values.get("choices", ())))
    return said


def _with(said: str, further: str) -> str:
    """Both, where the second begins with its own mark."""
    return ended(said, further[:1]) + further[1:]


def limit(texts: Texts, problem: Problem) -> str:
    """The sentence of a prescription that passes a limit of the station."""
    key = f"limit.{problem.field}.{problem.reason}"
    if texts.has(key):
        return texts.say(key, **_values(texts, problem))
    return texts.say("problem.end", lines=ask(texts, problem))


def sentence(texts: Texts, problem: Problem) -> str:
    """What a therapist reads at a field of a form: its name, what it must be, the unit."""
    name = field_name(texts, problem.field)
    unit = field_unit(texts, problem.field)
    if problem.reason == "out-of-range":
        bounds = _bounds(texts, problem)
        return texts.say(f"sentence.out-of-range.{_side(problem)}", name=name, unit=unit, **bounds)
    reason = "missing" if problem.reason == "too-short" and problem.least == 1 else problem.reason
    own = (f"sentence.{reason}.{problem.field or 'body'}", f"problem.{reason}.{problem.field}", f"sentence.{reason}")
    for key in own:
        if key.startswith("problem.") and texts.has(key):
            break  # words of its own, which follow the field's name
        if texts.has(key):
            return texts.say(key, **{**_values(texts, problem), "name": name})
    asked = ask(texts, problem)
    if _is_seen(texts, problem):
        return asked[:1].upper() + asked[1:]
    if problem.reason.startswith("platform-") or problem.reason == "unknown":
        return texts.say("problem.end", lines=asked[:1].upper() + asked[1:])
    return texts.say("sentence.line", name=name, ask=asked)


def field_name(texts: Texts, field: str) -> str:
    """What a field is called on a page: its own words where it has no name there, and `The request` for the whole."""
    key = f"field.{field or 'body'}.name"
    return texts.say(key) if texts.has(key) else _own_name(texts, field.split("."))


def _own_name(texts: Texts, names: list[str]) -> str:
    """What the pages call a key of a drill's document: by its last two names where that is said, else by its last."""
    end = f"page.own.end.{names[-1].removesuffix('_s')}"
    if len(names) > 1 and texts.has(end):
        return texts.say(end, what=_own_name(texts, names[:-1]))
    keys = [f"page.own.key.{'.'.join(names[-2:])}", f"page.own.key.{names[-1]}"]
    words = names[-1].replace("_", " ")
    return next((texts.say(key) for key in keys if texts.has(key)), words[:1].upper() + words[1:])


def field_unit(texts: Texts, field: str) -> str:
    """The unit of a field as it follows a number, with its blank; empty for a count."""
    key = f"field.{field}.unit"
    return f" {texts.say(key)}" if texts.has(key) else ""


def either(texts: Texts, words: Sequence[str]) -> str:
    """`a, b or c`."""
    if len(words) < 2:
        return "".join(words)
    return texts.say("word.either", rest=", ".join(words[:-1]), last=words[-1])


def named_values(texts: Texts, values: Mapping[str, object]) -> dict[str, object]:
    """These values as the words of a text may name them: a word of the reader's where there is one for the value
    (`word.<name>.<value>`), the words of a problem, or of each of several, and the words of a fault beside its code.
    """
    worded: dict[str, object] = {}
    for name, one in values.items():
        worded[name] = _value(texts, name, one)
        if name == "fault" and texts.has(f"fault.{one}.what"):
            worded |= {"fault": texts.say(f"fault.{one}.what"), "remedy": texts.say(f"fault.{one}.remedy")}
    return worded


def _value(texts: Texts, name: str, value: object) -> object:
    if isinstance(value, Mapping):  # a problem within the problem: what was to be done at that step
        return line(texts, from_json(value))
    if isinstance(value, list | tuple):
        each = [_value(texts, name, one) for one in value]
        return "; ".join(map(str, each)) if any(isinstance(one, Mapping) for one in value) else each
    key = f"word.{name}.{value}"
    return texts.say(key) if isinstance(value, str) and texts.has(key) else value  # which cell, leg, side


def _is_seen(texts: Texts, problem: Problem) -> bool:
    return texts.has(f"seen.{problem.reason}")


def _values(texts: Texts, problem: Problem) -> dict[str, object]:
    """All that the problem's words may name."""
    field, value, least, most, _, further = problem
    values: dict[str, object] = {"field": field, "value": value, "least": least, "most": most, **further}
    values |= named_values(texts, further)
    if problem.reason == "unknown":
        noun = f"word.noun.{field}"
        values["field"] = texts.say(noun) if texts.has(noun) else field
    if problem.reason in ("not-one-of", "step-out-of-order", "step-missing"):
        choices: Iterable[object] = problem.values["choices"]  # type: ignore[assignment]  # by Problem's own table
        values["choices"] = either(texts, [str(choice) for choice in choices] or [texts.say("word.no-step")])
    if problem.reason == "other-columns":
        expected: Iterable[str] = problem.values["expected"]  # type: ignore[assignment]  # sets of columns
        values["expected"] = texts.say("word.or-else").join(expected)
    if problem.reason == "wrong-kind":
        kind = f"problem.kind.{problem.values['kind']}"
        values["kind"] = texts.say(kind if texts.has(kind) else "problem.kind.other")
    if problem.reason == "platform-too-hard":
        values["way"] = texts.say("problem.platform-too-hard.way") if problem.values["on_the_way"] else ""
        instead = "none" if problem.values["instead_hz"] is None else "instead"
        values["instead"] = texts.say(f"problem.platform-too-hard.{instead}", **problem.values)
    return values


def _side(problem: Problem) -> str:
    least, most, exclusive = problem.least, problem.most, "exclusive" in problem.values
    if least is None:
        return "below" if exclusive else "at-most"
    if most is None:
        return "above" if exclusive else "at-least"
    return "exactly" if least == most and "least_key" not in problem.values else "between"


def _bounds(texts: Texts, problem: Problem) -> dict[str, object]:
    """`least` and `most` as they are written, each with the key that sets it where one does."""
    written: dict[str, object] = {}
    for side, bound in (("least", problem.least), ("most", problem.most)):
        if bound is not None:
            key = problem.values.get(f"{side}_key")
            written[side] = texts.value(bound) if key is None else f"{key} = {texts.value(bound)}"
    return written


def _shown(texts: Texts, value: object) -> str:
    shown = f'"{printable(value)}"' if isinstance(value, str) else texts.value(value)
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"
