"""Who a patient is goes over no line that others could listen to: not in an answer, and not in what is sent.

What a person typed is hidden there whatever it is called: an answer gives out only the strings that are listed here,
which are codes, words of the program's catalogue, and what the staff say of themselves. A new one is hidden until
somebody has looked at it; a test walks every answer that the application describes.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from flask import Flask, Response, request

from station.access.rights import Right
from station.faults import InputError
from station.records.unnamed import NAMES
from web_ui.callers import caller

CODES = frozenset(
    [
        "address",
        "arming",
        "arming_says",
        "answer",
        "cell",
        "cells",
        "choices",
        "clock_kind",
        "code",
        "counts",
        "cue",
        "day",
        "dot",
        "drill",
        "drills",
        "ends_on",
        "errand",
        "eyes",
        "fault",
        "feet",
        "field",
        "fine",
        "hold_mode",
        "id",
        "in_use",
        "items",
        "key",
        "kind",
        "kinds",
        "ladder",
        "last",
        "last_day",
        "leg",
        "leg_word",
        "leg_words",
        "legs",
        "less_steady",
        "look",
        "mark",
        "marks",
        "name",
        "near",
        "next",
        "next_code",
        "norms",
        "not_before",
        "now",
        "of",
        "off_cell",
        "only_if",
        "order",
        "ordered_on",
        "outcome",
        "past",
        "path",
        "patient",
        "person",
        "pipeline",
        "release",
        "rig",
        "rights",
        "running",
        "ring_epoch",
        "runs",
        "says",
        "screening",
        "secret",
        "session",
        "shipped",
        "sides",
        "stance",
        "state",
        "status",
        "suspect",
        "today",
        "unit",
        "until",
        "uuid",
        "verdict",
        "version",
        "view",
        "visit",
        "voucher",
        "web",
        "week",
        "weighed_at",
        "word",
        "epoch",
        "erased",
        "type",
        "transport",
        "role",
        "way",
        "ways",
        "roles",
        "signs",
        "instruction",
        "recording",
        "group",
        "level",
        "repair",
        "stage",
        "how",
        "settings",
        "file",
        "backup_place",
        "where",
        "picture",
        "toml",
        "document",
        "copied_from",
        "title",
        "asks",
        "better",
        "load_warning",
        "locked",
        "origin",
        "process",
        "questions",
        "strength",
        "task",
        "who",
    ]
)
"""Codes, numbers in letters, places and files: nothing that a person puts into words about another."""
WORDED = frozenset(
    [
        "action",
        "cause",
        "changes",
        "detail",
        "dose",
        "earlier",
        "ended",
        "facts",
        "label",
        "language",
        "message",
        "problem",
        "refused",
        "remains",
        "remedy",
        "result",
        "results",
        "review",
        "seen",
        "source",
        "stopped_by",
        "summary",
        "text",
        "to_do",
        "usual",
        "what",
        "words",
        "words_authored",
        "not_told",
    ]
)
"""Words of the program's catalogue, of files that a clinician signs, and the titles that the staff give drills."""
STAFF = frozenset(
    [
        "asked_by",
        "by",
        "called",
        "changed_by",
        "closed_by",
        "held_by",
        "holder",
        "note_by",
        "ordered_by",
        "safe_by",
        "seen_by",
        "signed_by",
        "withdrawn_by",
        "you",
        "network",
    ]
)
"""Who of the staff did something, as they call themselves, and what they call things."""
SHOWN = CODES | WORDED | STAFF
WHOLE = frozenset(
    [
        "changed",
        "measures",
        "overshoots",
        "prescription",
        "problems",
        "ran",
        "reasons",
        "script",
        "value",
        "values",
        "vibration",
    ]
)
"""Tables that the program fills: what stands under these keys is given out as it is."""
BY_CODE = "keep"
"""A table of fields with the code that is right about each: it names them, and says nothing of a person."""
SHOWN_IN = {
    "reason": frozenset({"decisions", "left_out", "notes", "reasons", "start", "stop", "vibrated"}),
    "why": frozenset({"control", "differences", "ends", "offer", "recorder", "web"}),
}
"""Keys that are typed in one place and a code in another: shown where they stand in a thing of these names."""


def hide_names(app: Flask) -> None:
    """Take no name out of, and none into, a request of `app` whose way others could listen to."""

    @app.before_request
    def taken_in() -> None:
        if Right.NAMES in caller().rights or not request.is_json:
            return
        told = sorted(key for key in _keys(request.get_json(silent=True)) if key in NAMES)
        if told:
            raise InputError("names-in-the-open", ", ".join(told))

    @app.after_request
    def given_out(response: Response) -> Response:
        if response.is_json and not response.is_streamed and Right.NAMES not in caller().rights:
            body = response.get_json(silent=True)
            shown = body if request.endpoint == "openapi" else without_names(body)
            if shown != body:
                response.set_data(json.dumps(shown, ensure_ascii=False))
        return response


def without_names(value: Any, key: str = "", within: str = "") -> Any:  # noqa: ANN401  # any JSON value
    """The same without what a person typed about another. `key` is the one that it stands under, `within` the one
    above that. A list is as what stands in it.
    """
    if isinstance(value, list):
        return [without_names(one, key, within) for one in value]
    if isinstance(value, dict):
        return {name: _one(one, name, key) for name, one in value.items()}
    if isinstance(value, str) and not _is_shown(key, within, value):
        return ""
    return value


def _one(value: Any, key: str, within: str) -> Any:  # noqa: ANN401  # as above
    if key in NAMES and not isinstance(value, dict | list):
        return NAMES[key]
    return value if key in WHOLE and not isinstance(value, str) else without_names(value, key, within)


def _is_shown(key: str, within: str, value: str) -> bool:
    if within == "answers":
        return value in _choices()
    if key in SHOWN_IN and key not in SHOWN:
        return within in SHOWN_IN[key]
    return key in SHOWN or value == ""


@cache
def _choices() -> frozenset[str]:
    """What can be chosen in a form: everything else in its answers was typed."""
    from station.clinic.entries.documents import NO, YES, shipped

    fields = [field for form in shipped().form for field in form.field]
    return frozenset({YES, NO, *(choice for field in fields for choice in field.choices)})


def _keys(value: Any) -> set[str]:  # noqa: ANN401  # any JSON value
    """Every key in it that has a value: an empty one tells nothing, and neither does by which code it is decided."""
    if isinstance(value, dict):
        told = {key: one for key, one in value.items() if one not in ("", None) and key != BY_CODE}
        return set(told).union(*map(_keys, told.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()
