"""What a patient may take along: one page in plain words of what they did today, without a name or a code, for as long
as the address on the patient's screen holds. It is made anew each time it is asked for, and nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template
from werkzeug.exceptions import NotFound

from station.access.rights import Transport
from station.texts import Texts
from web_ui.callers import caller
from web_ui.language import patient_language
from web_ui.service import service

HOME = (7, 8, 4)
"""Which pieces of advice go along (docs/patient-screen.md): what can be done at home, and what to report."""
HELD = "held"

blueprint = Blueprint("cards", __name__)


@blueprint.get("/card/<string:token>")
def card(token: str) -> Response:
    """The page of this address. Raises NotFound where it does not hold any more, and in a network that is shared with
    others, where nothing of a patient passes.
    """
    own = service()
    patient = own.cards.patient_of(token)
    if not patient or caller().transport is Transport.SHARED:
        raise NotFound
    texts = Texts(patient_language())
    lines = lines_of(done_today(own.data, patient), texts)
    page = render_template("card.html", texts=texts, say=texts.say, lines=lines, home=HOME)
    return Response(page, content_type="text/html; charset=utf-8")


def done_today(data: Path, patient: str) -> list[dict[str, Any]]:
    """The sessions of the patient's visits of today, oldest first, each with its trials. Raises StorageError."""
    from station.records.visits import Visits
    from web_ui.records import opened

    visits = Visits(opened(data))
    found = [visits.whole(one["id"]) for one in visits.today() if one["patient"] == patient]
    return [session for one in found if one is not None for session in one["sessions"] if session["trials"]]


def lines_of(sessions: Sequence[Mapping[str, Any]], texts: Texts) -> list[str]:
    """A line a drill: how many tries, how many were held, and the longest. No norms, and no word for failing."""
    lines = []
    for session in sessions:
        trials, key = session["trials"], f"drill.{session['drill']}.title"
        leg = f"word.leg.{session['leg_word']}" if session["leg"] in ("left", "right") else ""
        drill = texts.say(key) if texts.has(key) else session["drill"]
        what = texts.say("page.card.drill-leg", drill=drill, leg=texts.say(leg)) if leg else drill
        held = sum(one["outcome"] == HELD for one in trials)
        longest = int(max(one["hold_s"] for one in trials))
        lines.append(texts.say("page.card.line", what=what, held=held, count=len(trials), seconds=longest))
    return lines
