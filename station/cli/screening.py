"""`station screening`: what must be asked of a patient before vibration, what was answered, and what that allows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from station.cli.groups import handed_as
from station.cli.options import as_json, settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import columns_of, padded, say, seen, texts

if TYPE_CHECKING:
    from station.clinic.screening.items import Item
    from station.records.screenings import Screened


class _AskedItems(NamedTuple):
    """What is to be written down; nothing of it: what holds is only shown."""

    answer: tuple[str, ...]
    answers: Path | None
    ask: bool
    override: tuple[str, ...]
    by: str


@click.command(cls=Verb)
@click.argument("patient")
@click.option("--answer", multiple=True, metavar="ITEM=ANSWER", help="cli.option.screening-answer")
@click.option("--answers", type=click.Path(path_type=Path), metavar="FILE.json", help="cli.option.screening-answers")
@click.option("--ask", is_flag=True, help="cli.option.screening-ask")
@click.option("--override", multiple=True, metavar="ITEM=REASON", help="cli.option.screening-override")
@click.option("--by", default="", metavar="NAME", help="cli.option.screening-by")
@settings_options
@as_json
@handed_as("asked", _AskedItems)
def screening(patient: str, asked: _AskedItems, settings_file: Path | None, data: Path | None, as_json: bool) -> None:
    """Say what must be asked of PATIENT before vibration, write down what was answered, and what that allows."""
    from station.clock import this_moment
    from station.faults import InputError, because
    from station.recording.layout import records_path
    from station.records.file import open_records
    from station.records.screenings import Screenings
    from station.settings import data_folder
    from station.wire.messages import PATIENT_CODE

    if not re.fullmatch(PATIENT_CODE, patient):
        raise InputError("input-invalid", patient, because("patient-code"))
    path = records_path(data_folder(settings_with(settings_file, data=data)))
    answers = _answers(asked)
    writes = answers is not None or bool(asked.override)
    screenings = Screenings(open_records(path, read_only=not writes or (not path.exists() and not writes)))
    if answers is not None:
        screenings.add(patient.upper(), asked.by, answers, {}, this_moment())
    if asked.override:
        screenings.override(patient.upper(), asked.by, dict(map(_split, asked.override)), this_moment())
    found = screenings.of(patient, this_moment())
    if as_json:
        click.echo(json.dumps(_as_json(patient.upper(), found), indent=2))
    else:
        click.echo("\n".join(_lines(found)))


def _answers(asked: _AskedItems) -> dict[str, Any] | None:
    """What was answered; None where nothing was to be written down."""
    if not (asked.answer or asked.answers or asked.ask):
        return None
    found: dict[str, Any] = {}
    if asked.answers is not None:
        found |= _from_file(asked.answers)
    found |= {name: _value(answer) for name, answer in map(_split, asked.answer)}
    return found | (_interview(found) if asked.ask else {})


def _from_file(path: Path) -> dict[str, Any]:
    from station.faults import InputError, because

    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise InputError("input-invalid", str(path), because("not-readable", said=problem.strerror or "")) from problem
    except (ValueError, RecursionError) as problem:
        raise InputError("input-invalid", str(path), because("not-json-file", said=str(problem))) from problem
    if not isinstance(found, dict):
        raise InputError("input-invalid", str(path), because("screening-no-answers"))
    return found


def _split(text: str) -> tuple[str, str]:
    from station.faults import InputError, because

    name, sign, value = text.partition("=")
    if not (sign and name.strip() and value.strip()):
        raise InputError("input-invalid", text, because("screening-form"))
    return name.strip(), value.strip()


def _value(answer: str) -> str | float:
    try:
        return float(answer)
    except ValueError:
        return answer


def _interview(known: dict[str, Any]) -> dict[str, Any]:
    """Ask for each item that has no answer yet."""
    from station.clinic.screening.items import shipped

    return {
        one.id: _typed(one, click.prompt(f"{say(f'word.item.{one.id}')} {_form(one)}").strip())
        for one in shipped().item
        if one.id not in known
    }


def _typed(item: Item, answer: str) -> str | float:
    """What was typed, in the words of the reader's language or in English; anything else as it stands."""
    from station.texts.answers import plain, yes_or_no

    if plain(answer) == plain(say("word.screening-state.unknown")):
        return "unknown"
    meant = yes_or_no(answer, texts()) if item.asks == "yes-no" else None
    return _value(answer) if meant is None else "yes" if meant else "no"


def _form(item: Item) -> str:
    """How an answer is written."""
    unknown = say("word.screening-state.unknown").lower()
    if item.asks == "yes-no":
        return f"[{say('word.yes')}/{say('word.no')}/{unknown}]"
    return f"[{item.least:g}-{item.most:g}/{unknown}]"


def _as_json(patient: str, found: Screened) -> dict[str, Any]:
    from station.clinic.screening.items import shipped
    from station.faults import as_json as problem_json

    items = shipped()
    states = found.verdict.states if found.verdict is not None else {}
    return {
        "patient": patient,
        "vibration": not found.fault,
        "session": found.verdict is None or found.verdict.session,
        "fault": found.fault,
        "problems": [problem_json(one) for one in found.problems],
        "screening": found.row,
        "proposed": items.status == "proposed",
        "signed_by": items.signed_by,
        "items": [
            {**one.model_dump(mode="json", exclude_none=True), "state": states.get(one.id, "not-asked")}
            for one in items.item
        ],
    }


def _lines(found: Screened) -> list[str]:
    """What a person reads."""
    from station.clinic.screening.items import shipped

    items, lines, kind = shipped(), [], ""
    states = ("yes", "no", "unknown", "overridden", "not-asked")
    widest = max(12, *(columns_of(say(f"word.screening-state.{one}")) for one in states))
    for one in items.item:
        if one.kind != kind:
            kind = one.kind
            lines.append(say(f"cli.screening.kind.{kind}"))
        state = "not-asked" if found.verdict is None else found.verdict.states[one.id]
        words = say(f"word.item.{one.id}")
        lines.append(f"  {padded(say(f'word.screening-state.{state}'), widest)} {one.id:<30} {words}")
    lines += [seen(one) for one in found.problems]
    lines.append(say("cli.screening.locked" if found.fault else "cli.screening.allowed"))
    if items.status == "proposed":
        lines.append(say("cli.proposed"))
    return lines
