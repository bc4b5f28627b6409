"""In which language a page or an answer is, and the texts that a page carries for its scripts."""

from __future__ import annotations

import functools
import json
import re
from typing import NamedTuple

from flask import Blueprint, Response, current_app, redirect, render_template, request
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup, escape
from werkzeug.exceptions import BadRequest

from drills.library import catalogue_names
from station.access.rights import Right, names_of
from station.faults import CATALOGUE, acceptance, updates
from station.texts import AUTHORED, Texts, choose, languages
from station.texts.catalogue import Head, head
from web_ui.callers import caller
from web_ui.modules import needed

COOKIE = "station_language"
KEPT_S = 400 * 24 * 3600
"""How long a browser keeps the choice: the longest that browsers allow."""
MOST_COUNTED = 100
"""A script is told the plural form of each count up to this; what is counted on a page are trials."""

_EVERY_PAGE = ("page.all.",)
_SHELL = ("page.shell.", "phase.", "leg.")
"""Of every page below /therapist."""
_SCREEN = ("page.shell.stays-on", "page.shell.video-holds", "page.shell.may-lock")
_TITLES = tuple(f"drill.{name}.title" for name in catalogue_names())
"""What else there is to say of a drill comes with the list of drills."""
_SCRIPTS = tuple(f"drill.{name}.{line}" for name in catalogue_names() for line in ("goal", "look", "safe"))
"""What a patient reads before a try."""
_ELSEWHERE = (
    "network-key-kept",
    "network-none",
    "changed-meanwhile",
    "retention-not-due",
    "practice-file",
    "person-known",
    "person-unknown",
    "practice-folder",
    "pairing-over",
    "phones-shut",
    "phone-unknown",
    "pin-weak",
    "pin-due",
    "pin-wrong",
    "pin-wait",
    "pin-unset",
    "asks-too-often",
    "names-in-the-open",
    "errand-runs",
    "errand-failed",
    "comparison-runs",
    "csv-columns",
    "csv-value",
    "csv-time",
    "report-empty",
    "report-failed",
    "paper-unknown",
    "papers-busy",
    "paper-failed",
    "drill-name-taken",
    "own-drills-full",
    "patient-known",
    "patient-code-near",
    "visit-unknown",
    "visit-runs",
    "incident-unknown",
    "erase-busy",
    "backup-passphrase",
    "backup-not-empty",
    "codes-contradict",
    "screening-changed",
    "preview-running",
    "practice-busy",
    "file-exists",
    "patient-unknown",
    "session-unknown",
    "page-unknown",
    "method-unknown",
    "too-large",
)
"""What is said where it is asked for, by the answer itself."""
_PAIRING = ("page.pair.", "page.role.", "page.sign.")
_NO_DRILLS = {entry.code for area in (acceptance, updates) for entry in area.ENTRIES} | {*_ELSEWHERE}
_FAULTS = tuple(f"fault.{code}." for code in CATALOGUE if code not in _NO_DRILLS)
"""What may end a drill, or keep one from beginning: no acceptance and no release does."""
PAGE_TEXTS = {
    "home": ("phase.", "arming."),
    "therapist": (
        "page.therapist.",
        "page.today.title",
        "page.plan.done",
        "page.plan.for",
        "field.rung.",
        "seen.rung-without-reason",
        "phase.",
        "leg.",
        "instruction.",
        *_TITLES,
        *_FAULTS,
        "scene.",
        "cell.",
        "mark.",
        "page.said.",
        "page.compared.",
        "page.visit.paused",
        *_SCREEN,
    ),
    "patient": ("page.patient.", "phrase.8", "instruction.", *_TITLES, *_SCRIPTS, "scene.", *_PAIRING),
    "screen": (*_SHELL, "page.screen."),
    "technician": ("page.technician.", "arming.", "cell.", "fault."),
    "error": (),
    "stop": (),
    "trust": _SHELL,
    "practice": (*_SHELL, "page.practice."),
    "me": (*_SHELL, "page.me.", "page.role.", "mark."),
    "join": (*_SHELL, "page.join.", "page.role.", "page.sign."),
    "pair": (*_SHELL, *_PAIRING, "page.people.pin"),
    "calibrate": (*_SHELL, "page.calibrate.", "cell."),
    "logs": (*_SHELL, "page.logs."),
    "update": (*_SHELL, "page.update."),
    "cells": (*_SHELL, "page.cells.", "cell.", "unit."),
    "selftest": (*_SHELL, "page.selftest."),
    "manager": (*_SHELL, "page.manager.", "page.erase.remains", "page.erase.not-told", "page.people.pin"),
    "people": (*_SHELL, "page.people.", "page.role."),
    "patients": (*_SHELL, "page.patients."),
    "plan": (*_SHELL, "page.plan.", "page.therapist.range"),
    "tests": (*_SHELL, "page.tests.", "page.entries."),
    "orders": (*_SHELL, "page.orders."),
    "new-patient": (*_SHELL, "page.new-patient."),
    "change-patient": (*_SHELL, "page.new-patient."),
    "consent": (*_SHELL, "page.consent."),
    "person": (*_SHELL, "page.person.", "page.plan.proposed", "page.plan.with-leg"),
    "erase": (*_SHELL, "page.erase."),
    "papers": (*_SHELL, "page.papers."),
    "trends": (*_SHELL, "page.trends."),
    "day": (*_SHELL, "page.day."),
    "drills": (*_SHELL, *_TITLES, "page.drills."),
    "own": (*_SHELL, "page.own.", "unit.", "word.outcome.", "fault."),
    "quick": (*_SHELL, "page.quick.", "page.legs.", "page.therapist.why.", "instruction.", "fault."),
    "result": (*_SHELL, "page.result.", "page.legs.", "page.compared."),
    "today": (*_SHELL, "page.today."),
    "visit": (*_SHELL, "page.visit.", "page.move.", "mark.", "page.person.incident.", "report.visit.one-to-one"),
    "marks-later": (*_SHELL, "page.marks-later.", "page.visit.", "mark."),
    "after": (*_SHELL, *_TITLES, "page.said."),
    "fall": (*_SHELL, "page.fall."),
    "questions": (*_SHELL, "page.questions.", "page.person.to-"),
}
"""The keys that a page's scripts may say, by their beginnings, beside those of every page."""

STOP_LINES = ("page.all.stop.", "instruction.stopped", "instruction.ended", "instruction.no-picture")
"""What must be understood at once: where nobody has confirmed the words, the confirmed ones stand beside them."""

blueprint = Blueprint("language", __name__)


class Languages(NamedTuple):
    """What the settings say."""

    station: str = ""
    """For a browser whose own languages the station does not have."""
    patient: str = ""
    """Of the patient's screen; empty: as the station's."""


NOT_SET = Languages()


def page_language() -> str:
    """The language of a page: chosen on the first page, else the browser's own, else the station's."""
    return choose(request.cookies.get(COOKIE), *_accepted(), _settings().station)


def answer_language() -> str:
    """The language of an answer of the API: what the request accepts, else the station's. A page asks in its own."""
    return choose(*_accepted(), _settings().station)


def patient_language() -> str:
    """The language of the patient's screen, whoever opens it: what it shows is the patient's to read."""
    return choose(_settings().patient, _settings().station)


def show(page: str, language: str, **values: object) -> str:
    """The page of this name in this language. Its template finds the words by `say`, and
    what whoever opens it may do in `may`; `codes_only`: they see patients, and no names; `called`: whose phone it is,
    while it waits for no PIN.
    """
    texts, who = Texts(language), caller()
    rights = who.rights
    values |= {"called": "" if who.phone is None or who.phone.locked else who.phone.called}
    values |= {"may": " ".join(names_of(rights)), "codes_only": Right.SEE in rights and Right.NAMES not in rights}
    return render_template(
        f"{page}.html", page=page, texts=texts, say=texts.say, words=_words(page, language), needed=needed, **values
    )


@blueprint.app_template_filter("commands")
def commands(words: str) -> Markup:
    """With what is typed into a terminal or a file as code: the texts mark it with backticks."""
    parts = re.split("`([^`]+)`", words)
    code = Markup('<code dir="ltr" translate="no">{}</code>')
    return Markup("").join(code.format(part) if at % 2 else escape(part) for at, part in enumerate(parts))


def own_names() -> list[tuple[str, Head]]:
    """Every language that can be chosen, with what it calls itself and whether anybody confirmed it."""
    return [(language, head(language)) for language in languages()]


@blueprint.post("/language")
def choose_language() -> Response:
    """Keep the language of the pages for this browser, and go back to the page where it was chosen."""
    asked = request.form.get("language", "")
    if not re.fullmatch(r"[A-Za-z0-9-]{2,20}", asked) or choose(asked).lower() != asked.lower():
        raise BadRequest
    response = redirect("/me" if request.form.get("on") == "me" else "/", code=303)
    response.set_cookie(COOKIE, asked, max_age=KEPT_S, httponly=True, samesite="Strict")
    return response  # type: ignore[return-value]  # werkzeug's own class, which Flask sends as it is


@functools.lru_cache(maxsize=64)
def _words(page: str, language: str) -> Markup:
    """What `static/js/texts.js` reads, as JSON: the texts by key, and the plural form of each count."""
    texts = Texts(language)
    said = texts.beginning_with(*_EVERY_PAGE, *PAGE_TEXTS[page])
    stops = [key for key in said if key.startswith(STOP_LINES)] if texts.unconfirmed else []
    authored = Texts(AUTHORED)
    read = {
        "texts": said,
        "forms": texts.plural_forms(MOST_COUNTED),
        "confirmed": {key: words for key in stops if (words := authored.template(key)) != said[key]},
    }
    return htmlsafe_json_dumps(read, dumps=functools.partial(json.dumps, ensure_ascii=False, separators=(",", ":")))


def _accepted() -> list[str]:
    return [tag for tag in request.accept_languages.values() if tag != "*"]


def _settings() -> Languages:
    settings: Languages = current_app.config["STATION_LANGUAGES"]
    return settings
