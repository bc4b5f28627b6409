"""What is wrong with a value, as a value: what cannot be used, its bounds, and why. No sentence is made here."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

NO_VALUES: Mapping[str, object] = MappingProxyType({})


class Problem(NamedTuple):
    """One thing that is wrong. `reason` is a key that stays the same for ever; the catalogue of texts words it.

    Reasons, and what of the other fields they use (`values` in brackets):

    - "missing", "unknown-key" [suggestion], "not-one-of" [choices, suggestion], "wrong-kind" [kind],
      "not-finite", "pattern" [pattern], "too-short" (least), "too-long" (most): one key by itself
    - "out-of-range": at least `least`, at most `most`, either may be None; [least_key, most_key] name the keys that set
      these bounds, [exclusive] that the bound itself is out
    - "only-with", "needed-with" [key, is]: what another key's value asks for
    - "step-out-of-order", "step-missing" [choices], "step-repeated": the order of `drills.steps`
    - "too-short-to-learn", "too-short-to-vibrate" (least): a time in which something must be done
    - "places-overlap" (least) [place, other, apart_mm], "place-over-home" (least) [place, other, apart_mm],
      "place-beyond-base" (most) [place, reach_mm, most_key], "place-off-screen" (most) [place, reach_mm],
      "places-need-learning" (least): where a place may not be; 0 is home
    - "path-beyond-base" (most) [reach_mm, most_key], "path-off-screen" (most) [reach_mm]: where a way may not go
    - "lanes-overlap" (most) [apart_mm]: the walls of a maze, which are so far apart
    - "lane-too-long" (most) [cycle_s]: a press that the screen cannot show whole
    - "eyes-needed", "two-feet-needed", "weight-needed", "pairs-needed": what an exercise cannot do without
    - "moving-plate": nobody is asked to leave a plate that moves
    - "too-hard" (most) [hz, mm, peak_g, most_g, most_key]: the peak acceleration
    - "bout-too-long" (most) [bout_s]: a vibration with its ramps
    - "platform-range" (least, most): Hz between which the platform runs
    - "platform-too-hard" [platform_mm, hz, on_the_way, limit_mm or limit_g and peak_g, instead_hz or None]
    - "platform-fixed" [platform_mm, hz]: the platform does this displacement and no other
    - "platform-form" [form]: the form needs a displacement of its own choice, and this platform has none
    - "duty" (least, most) [duty], "rises-too-fast" (least) [most_g_per_s]: keys of a form that do not go together
    - "seated-still", "movement-still": nobody sits on a chair, or rises, on a plate that moves
    - "not-whole-blocks" [block], "nothing-to-compare": a drill with vibration and without it, in turn
    - "useless-with" [key, is]: a key that another key's value has no use for
    - "weight-needs-learning" (least): the weight is learnt before the movement
    - "feet-stay-on" (most): a step off that a movement would be taken for
    - "chair-and-rise": a drill that begins on a chair is one of standing up from it, and the other way round
    - "shipped-name", "as-copied" [was, of], "foam-still", "document-too-long" (most): what an own drill may not be
    - "not-printable" [letter]: a control, or a mark that turns the direction of writing
    - "not-toml" [said], "later-schema" (most), "unknown" [choices, suggestion]
    """

    field: str
    """The key path, empty for the whole."""
    value: object = None
    """What was given; None where nothing was."""
    least: float | None = None
    most: float | None = None
    reason: str = "out-of-range"
    values: Mapping[str, object] = NO_VALUES
    """Further named values, JSON values only."""

    def __str__(self) -> str:
        """For a journal: `field=value reason least=5 most=60 key=value`, on one line."""
        parts = [self.field if self.value is None else f"{self.field}={plain(self.value)}", self.reason]
        parts += [
            f"{name}={plain(bound)}"
            for name, bound in (("least", self.least), ("most", self.most))
            if bound is not None
        ]
        parts += [f"{name}={plain(value)}" for name, value in self.values.items()]
        return " ".join(part for part in parts if part)


def plain(value: object) -> str:
    """A value on one line: numbers short, a word as it is, other text in quotes, lists with commas."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | list | tuple):
        return " ".join(str(value).split())
    if isinstance(value, str):
        return value if value[:1].isalpha() and len(value.split()) == 1 and value.isprintable() else repr(value)
    return ",".join(map(plain, value)) if isinstance(value, list | tuple) else f"{value:g}"


def printable(text: str) -> str:
    """The text with what cannot be seen (controls, marks that turn the direction of writing) as its escape."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The nearest of the known words, None where none is near."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def not_one_of(field: str, value: object, choices: Iterable[str]) -> Problem:
    """The problem of a word that is none of those known, with the nearest of them where one is near."""
    known = tuple(choices)
    values: dict[str, object] = {"choices": known}
    if near := nearest(str(value), known):
        values["suggestion"] = near
    return Problem(field, value, reason="not-one-of", values=values)


def out_of_range(field: str, value: float, least: float | None, most: float | None) -> tuple[Problem, ...]:
    """The problem of a number beyond these bounds (None: no bound), if it is; NaN always is."""
    # `not (a <= x)` also refuses NaN.
    beyond = (least is not None and not least <= value) or (most is not None and not value <= most)
    return (Problem(field, value, least, most),) if beyond or value != value else ()
