"""`station norm`: what people of an age do in a functional test, and who counted."""

from __future__ import annotations

import json
from typing import Any

import click

from station.cli.options import as_json
from station.cli.speaking import Verb
from station.cli.words import english, say, texts

NORM_NAMES = ("chair-stands", "calf-raises", "five-stands", "weight-bearing", "one-leg")


@click.command(cls=Verb)
@click.argument("name", type=click.Choice(NORM_NAMES), metavar="NAME")
@click.argument("value", type=float, required=False, metavar="[VALUE]")
@click.option(
    "--age", "age_years", type=click.FloatRange(0, 120), required=True, metavar="YEARS", help="cli.option.age.norm"
)
@click.option("--sex", type=click.Choice(["women", "men"]), help="cli.option.sex")
@as_json
def norm(name: str, value: float | None, age_years: float, sex: str | None, as_json: bool) -> None:
    """What is usual in a functional test at an age, and where VALUE stands; never a percentile where there is none.

    NAME is chair-stands (in 30 s), calf-raises (on one leg), five-stands (seconds), weight-bearing (percent on the
    paretic leg after a stroke) or one-leg (seconds).
    """
    from station.analysis.functional import functional_norm
    from station.cli.report import said

    found = functional_norm(name, age_years, sex, value)
    of = english() if as_json else texts()
    worded: dict[str, Any] = {**found, "text": [said(one, of) for one in found["text"]]}
    click.echo(json.dumps(worded, indent=2) if as_json else "\n".join([say(f"norm.{name}"), *worded["text"]]))
