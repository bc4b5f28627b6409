"""`station drills`: which drills there are, and all that one of them says."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from station.cli.options import as_json, settings_options, settings_with
from station.cli.speaking import Verb, VerbGroup
from station.cli.words import range_words, say, texts

if TYPE_CHECKING:
    from drills.document import DrillDocument
    from station.faults import StationError
    from station.texts import Texts

SCRIPT = ("what", "goal", "look", "safe", "stop")
"""The five lines that are said to the patient, in their order."""
_ABOUT = ("purpose", "setup", "ability", "cheat", "suits", "not_for")


class DrillsVerb(Verb):
    """A command below `station drills`."""

    @property
    def help_key(self) -> str:
        """Which words are its help."""
        return f"cli.help.drills.{self.name}"


@click.group("drills", cls=VerbGroup, invoke_without_command=True)
@settings_options
@as_json
@click.pass_context
def drills(context: click.Context, as_json: bool, settings_file: Path | None, data: Path | None) -> None:
    """List the drills: title, exercise, minutes, grade of evidence and source."""
    if context.invoked_subcommand is None:
        _list(as_json, settings_with(settings_file, data=data).station.data)


@drills.command("show", cls=DrillsVerb)
@click.argument("name", metavar="NAME|FILE.toml")
@settings_options
@as_json
def show(name: str, as_json: bool, settings_file: Path | None, data: Path | None) -> None:
    """Show one drill whole, in plain words."""
    from station.cli.documents import drill_document

    document = drill_document(name, settings_with(settings_file, data=data).station.data)
    if as_json:
        click.echo(json.dumps({"minutes": minutes_of(document), **document.model_dump(mode="json", by_alias=True)}))
    else:
        click.echo("\n".join(drill_lines(document, texts())))


def minutes_of(document: DrillDocument) -> int:
    """About how long it takes as it stands, rounded up to whole minutes."""
    from drills.lasting import lasts_s
    from drills.prescription import Asked, fill_in, legs_of

    return math.ceil(lasts_s(document, fill_in(document, Asked(legs_of(document)[0]))) / 60.0)


def _list(as_json: bool, data: Path) -> None:
    from drills.library import catalogue_names, load_shipped
    from station.faults.boundary import as_station_errors
    from station.own_drills.folder import OwnDrills

    with as_station_errors():
        documents = [load_shipped(name) for name in catalogue_names()]
    own = OwnDrills(data).listing()
    documents += own.drills
    say_wrong(own.wrong)
    of = texts()
    if as_json:
        click.echo(json.dumps([_row(one) for one in documents], indent=2))
        return
    for document in documents:
        row, exercise = _row(document), _word(of, f"word.exercise.{document.exercise_step.exercise}")
        click.echo(f"{document.name}: {_told(of, document, 'title', document.title)}")
        click.echo(
            f"  {of.say('cli.drills.row', exercise=exercise, minutes=row['minutes'])}; {_evidence(document, of)}"
        )


def say_wrong(problems: Iterable[StationError]) -> None:
    """On the error stream what cannot be used of the own drills; the others are not touched by it."""
    from station.texts.problems import detail

    for one in problems:
        click.echo(f"station: {one.where}: {detail(texts(), one)}  [{one.code}]", err=True)


def _row(document: DrillDocument) -> dict[str, Any]:
    about = document.about
    return {
        "name": document.name,
        "id": about.id if about else "",
        "title": document.title,
        "exercise": document.exercise_step.exercise,
        **({} if document.own is None else {"version": document.own.version, "copied_from": document.own.copied_from}),
        "minutes": minutes_of(document),
        "evidence": about.evidence if about else "",
        "source": about.source if about else "",
    }


def _evidence(document: DrillDocument, of: Texts) -> str:
    """The grade of evidence with its meaning, and the source."""
    if document.about is None:
        return of.say("cli.drills.no-source")
    grade = of.say(f"word.evidence.{document.about.evidence}")
    return of.say("cli.drills.source", letter=document.about.evidence, grade=grade, source=document.about.source)


def _told(of: Texts, document: DrillDocument, part: str, own: str) -> str:
    """Its own words, or those of the language where it is a shipped drill that is told in it."""
    from drills.library import catalogue_names, load_shipped

    shipped = document.name in catalogue_names() and load_shipped(document.name) == document
    key = f"drill.{document.name}.{part}"
    return of.say(key) if shipped and of.has(key) else " ".join(own.split())


def _word(of: Texts, key: str) -> str:
    """The word of this key; where a later program has another, its own end."""
    return of.say(key) if of.has(key) else key.rpartition(".")[2]


def drill_lines(document: DrillDocument, of: Texts) -> list[str]:
    """All that a document says, for a person."""
    step, about = document.exercise_step, document.about
    lines = [
        f"{_told(of, document, 'title', document.title)} ({document.name}{f', {about.id}' if about else ''})",
        _told(of, document, "summary", document.summary),
        _evidence(document, of),
    ]
    if document.script is not None:
        lines += ["", of.say("cli.drills.script")]
        own = document.script.model_dump()
        lines += [f"  {_told(of, document, part, own[part])}" for part in SCRIPT]
    if about is not None:
        named = {name: getattr(about, name) for name in _ABOUT}
        lines += ["", *(f"{of.say(f'cli.drills.about.{name}')}: {words}" for name, words in named.items())]
        lines += [f"{of.say('cli.drills.about.harder')}: {'; '.join(about.harder)}"]
    lines += ["", *_stands(document, of), "", *_runs(document, of)]
    numbers = step.parameters.model_dump(mode="json")
    if numbers:
        lines += ["", of.say("cli.drills.numbers", exercise=_word(of, f"word.exercise.{step.exercise}"))]
        lines += [f"  {name}: {of.value(value)}" for name, value in numbers.items()]
    return lines


def _stands(document: DrillDocument, of: Texts) -> list[str]:
    """How the patient stands, and what they get to know."""
    words = (
        ("stance", document.stance.kind),
        ("orientation", document.stance.orientation),
        ("surface", document.surface),
        ("eyes", document.eyes),
        ("hands", document.hands),
        ("feedback", document.feedback.level),
        ("feedback-by", document.feedback.kind),
    )
    return [f"{say(f'cli.drills.{name}')}: {_word(of, f'word.drill.{name}.{value}')}" for name, value in words]


def _strength(frequency_hz: float, displacement_pp_mm: float, of: Texts) -> str:
    """How strong it is as it stands, in the words of the form."""
    from drills.dose import peak_acceleration_g
    from station.clinic.strength import SHOWN_DIGITS, shipped, strength_of

    bounds, peak_g = shipped(), peak_acceleration_g(frequency_hz, displacement_pp_mm)
    scale = of.say(
        f"page.therapist.strength-scale{'' if bounds.status == 'proposed' else '-signed'}",
        strength=of.say(f"page.therapist.strength.{strength_of(peak_g)}"),
        mild=bounds.mild_most_g.value,
        medium=bounds.medium_most_g.value,
    )
    return of.say("cli.drills.strength", peak_g=round(peak_g, SHOWN_DIGITS), scale=scale)


def _runs(document: DrillDocument, of: Texts) -> list[str]:
    """Tries, times, vibration and when it counts as done."""
    time, trials = document.exercise_step.time, document.trials
    lines = [
        of.say("cli.drills.takes", minutes=minutes_of(document)),
        of.say("cli.drills.trials-always", default=trials.default)
        if trials.min == trials.max
        else of.say("cli.drills.trials", default=trials.default, least=trials.min, most=trials.max),
        of.say(f"cli.drills.time-always.{time.mode}", default_s=time.default_s)
        if time.min_s == time.max_s
        else of.say(f"cli.drills.time.{time.mode}", default_s=time.default_s, least_s=time.min_s, most_s=time.max_s),
        of.say("cli.drills.steps", steps=[_word(of, f"word.step.{one.step}") for one in document.steps]),
    ]
    shaken = document.shaken
    if shaken is None:
        lines.append(of.say("cli.drills.still"))
    else:
        hz, mm = shaken.frequency_hz, shaken.displacement_pp_mm
        form = document.exercise_step.vibration.form
        vibrates = {"form": form, "range_hz": range_words(hz.min, hz.max, of), "default_hz": hz.default}
        most = {"most_mm": mm.max, "default_mm": mm.default, "most_g": shaken.peak_acceleration_max_g}
        lines.append(of.say("cli.drills.vibrates", **vibrates, **most))
        lines.append(_strength(hz.default, mm.default, of))
    success = document.success
    lines.append(of.say("cli.drills.success", percent=100.0 * success.share_of_trials))
    if success.share_of_score is not None:
        lines.append(of.say("cli.drills.success-score", percent=100.0 * success.share_of_score))
    return lines
