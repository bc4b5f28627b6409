"""The pages themselves: server-rendered shells that the modules under static/js fill."""

from __future__ import annotations

from importlib.metadata import version

from flask import Blueprint

from web_ui.language import own_names, page_language, patient_language, show
from web_ui.security import client_name
from web_ui.wording import CELL_LABELS

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> str:
    """Which page is for whom."""
    return show("home", page_language(), languages=own_names())


@blueprint.get("/therapist")
def therapist() -> str:
    """The therapist's phone."""
    client_name()
    return show("therapist", page_language())


@blueprint.get("/patient")
def patient() -> str:
    """The patient's big screen."""
    return show("patient", patient_language())


@blueprint.get("/technician")
def technician() -> str:
    """Diagnostics."""
    return show("technician", page_language(), version=version("balance-station"), cells=CELL_LABELS)
