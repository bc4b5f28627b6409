"""The pages themselves: server-rendered shells that the modules under static/js fill."""

from __future__ import annotations

from importlib.metadata import version

from flask import Blueprint, render_template

from web_ui.security import client_name

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> str:
    """Which page is for whom."""
    return render_template("home.html")


@blueprint.get("/therapist")
def therapist() -> str:
    """The therapist's phone."""
    client_name()
    return render_template("therapist.html")


@blueprint.get("/patient")
def patient() -> str:
    """The patient's big screen."""
    return render_template("patient.html")


@blueprint.get("/technician")
def technician() -> str:
    """Diagnostics."""
    return render_template("technician.html", version=version("balance-station"))
