"""The pages themselves: server-rendered shells that the modules under static/js fill."""

from __future__ import annotations

import re
from importlib.metadata import version

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from drills.values import MARK_NAMES
from station.access.places import FOLDER, authority_of, fingerprint
from station.wire.messages import PATIENT_CODE
from web_ui.language import own_names, page_language, patient_language, show
from web_ui.security import client_name
from web_ui.service import service
from web_ui.wording import CELL_LABELS

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> str:
    """Which page is for whom."""
    return show("home", page_language(), languages=own_names())


@blueprint.get("/therapist")
def therapist() -> str:
    """The therapist's phone: it opens with who is here today."""
    return today()


@blueprint.get("/therapist/drill")
def drill() -> str:
    """A drill's form, what runs now, and its result."""
    client_name()
    return show("therapist", page_language())


@blueprint.get("/therapist/patients")
def patients() -> str:
    """All patients."""
    client_name()
    return show("patients", page_language())


@blueprint.get("/therapist/today")
def today() -> str:
    """Who is here today."""
    client_name()
    return show("today", page_language())


@blueprint.get("/therapist/visit/<string:visit>")
def visit(visit: str) -> str:  # noqa: ARG001  # the page reads it from its address
    """One visit."""
    client_name()
    return show("visit", page_language())


@blueprint.get("/therapist/after/<string:session>")
def after(session: str) -> str:  # noqa: ARG001  # as above
    """Effort and pain after one set."""
    client_name()
    return show("after", page_language())


@blueprint.get("/therapist/marks/<string:session>")
def marks_later(session: str) -> str:  # noqa: ARG001  # as above
    """What was seen of the tries of one set, said afterwards on their traces."""
    client_name()
    return show("marks-later", page_language())


@blueprint.get("/therapist/fall")
def fall() -> str:
    """What to do after a fall or near fall, and what is written down of it."""
    client_name()
    return show("fall", page_language())


@blueprint.get("/therapist/day")
def day() -> str:
    """What counts of today's vibration."""
    client_name()
    return show("day", page_language())


@blueprint.get("/therapist/drills")
def drills() -> str:
    """A therapist's own drills."""
    client_name()
    return show("drills", page_language())


@blueprint.get("/therapist/drills/<string:name>")
def own_drill(name: str) -> str:  # noqa: ARG001  # the page reads it from its address
    """One own drill, and what may be changed of it."""
    client_name()
    return show("own", page_language())


@blueprint.get("/therapist/quick")
def quick() -> str:
    """The quick test of both legs, from the patient's code to its result."""
    client_name()
    return show("quick", page_language())


@blueprint.get("/therapist/result/<string:session>")
def result(session: str) -> str:  # noqa: ARG001  # the page reads it from its address
    """Both legs of one test beside each other."""
    client_name()
    return show("result", page_language())


@blueprint.get("/therapist/p/<string:code>/questions")
def questions(code: str) -> str:
    """What is asked of this patient before vibration."""
    return _show_of("questions", code)


@blueprint.get("/therapist/patients/new")
def new_patient() -> str:
    """The fields of somebody new."""
    client_name()
    return show("new-patient", page_language())


@blueprint.get("/therapist/p/<string:code>")
def person(code: str) -> str:
    """One patient: what holds today, and what comes next."""
    return _show_of("person", code)


@blueprint.get("/therapist/p/<string:code>/change")
def change_patient(code: str) -> str:
    """The fields of one patient."""
    return _show_of("change-patient", code)


@blueprint.get("/therapist/p/<string:code>/consent")
def consent(code: str) -> str:
    """One patient agrees."""
    return _show_of("consent", code)


@blueprint.get("/therapist/p/<string:code>/plan")
def plan(code: str) -> str:
    """What one patient does today, at which level and why."""
    return _show_of("plan", code)


@blueprint.get("/therapist/p/<string:code>/orders")
def orders(code: str) -> str:
    """The orders of partial load of one patient."""
    return _show_of("orders", code)


@blueprint.get("/therapist/p/<string:code>/tests")
def tests(code: str) -> str:
    """The batteries, and how far one patient is in each today."""
    return _show_of("tests", code)


@blueprint.get("/therapist/p/<string:code>/erase")
def erase(code: str) -> str:
    """All of one patient is erased, by name."""
    return _show_of("erase", code)


@blueprint.get("/therapist/p/<string:code>/trends")
def trends(code: str) -> str:
    """How one patient's figures went from day to day."""
    return _show_of("trends", code)


@blueprint.get("/therapist/p/<string:code>/papers")
def papers(code: str) -> str:
    """What can be made of one patient's records: reports, and files for other programs."""
    return _show_of("papers", code, languages=own_names())


@blueprint.get("/patient")
def patient() -> str:
    """The patient's big screen."""
    return show("patient", patient_language(), screen=service().meanwhile.screen.settings)


@blueprint.get("/therapist/screen")
def screen() -> str:
    """How loud the patient's screen is, how large, and for whom."""
    client_name()
    return show("screen", page_language())


@blueprint.get("/pair")
def pair() -> str:
    """Pairing a phone: what the station's own screen shows."""
    client_name()
    return show("pair", page_language())


@blueprint.get("/pair/<string:token>")
def join(token: str) -> str:  # noqa: ARG001  # as above
    """Pairing a phone: what the phone shows."""
    client_name()
    return show("join", page_language())


@blueprint.get("/me")
def me() -> str:
    """Who this phone is to the station, and what is kept on it: its clicker, its language."""
    client_name()
    return show("me", page_language(), languages=own_names(), marks=tuple(MARK_NAMES))


@blueprint.get("/practice")
def practice() -> str:
    """What was practised of what makes somebody trained."""
    client_name()
    return show("practice", page_language())


@blueprint.get("/trust")
def trust() -> str:
    """How a phone comes to trust the station's own certificates."""
    authority = authority_of(service().trusted / FOLDER)
    return show("trust", page_language(), fingerprint=fingerprint(authority))


@blueprint.get("/trust/station-ca.crt")
def authority() -> Response:
    """The certificate of the station's own authority."""
    found = authority_of(service().trusted / FOLDER)
    if found is None:
        raise NotFound
    return Response(found, content_type="application/x-x509-ca-cert")


@blueprint.get("/stop")
def stop() -> str:
    """Nothing but STOP: for a spare phone."""
    return show("stop", page_language())


@blueprint.get("/technician/people")
def people() -> str:
    """Paired phones, and the PINs of the roles."""
    client_name()
    return show("people", page_language())


@blueprint.get("/technician/manager")
def manager() -> str:
    """How much the plate is used, and whose records are older than the clinic keeps them."""
    client_name()
    return show("manager", page_language())


@blueprint.get("/technician/calibrate")
def calibrate() -> str:
    """Zero and calibration of the plate, step by step."""
    client_name()
    return show("calibrate", page_language())


@blueprint.get("/technician/cells")
def cells() -> str:
    """What the four cells and the motor do, drawn as it happens; and the motor's speed map."""
    client_name()
    return show("cells", page_language(), cells=CELL_LABELS)


@blueprint.get("/technician/logs")
def logs() -> str:
    """The journal, and a file for the maker."""
    client_name()
    return show("logs", page_language())


@blueprint.get("/technician/update")
def update() -> str:
    """Which release runs, what became of the last changes, and a new one from a phone."""
    client_name()
    return show("update", page_language())


@blueprint.get("/technician/selftest")
def selftest() -> str:
    """The self-test, what failed first."""
    client_name()
    return show("selftest", page_language())


@blueprint.get("/technician")
def technician() -> str:
    """Diagnostics."""
    return show("technician", page_language(), version=version("balance-station"), cells=CELL_LABELS)


def _show_of(page: str, code: str, **values: object) -> str:
    """A page about the patient of this code, whether there is one or not. Raises NotFound for what is no code."""
    if not re.fullmatch(PATIENT_CODE, code):
        raise NotFound
    client_name()
    return show(page, page_language(), code=code.upper(), **values)
