"""A plan in words: what was found and whence, each drill with its reasons, what was left out, the dose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from drills.library import load_shipped
from station.cli.words import range_words, say, seen, texts

if TYPE_CHECKING:
    from drills.problems import Problem


def plan_lines(
    plan: Mapping[str, Any], changed: Mapping[str, Any] | None = None, levels: Sequence[Mapping[str, Any]] = ()
) -> list[str]:
    """What a person reads of a plan (`station.clinic.plan.written.plan_values`), and where its drills stand."""
    lines = [_seen(one) for one in plan["stop"]]
    for one in plan["drills"]:
        document = one["document"] or say("cli.plan.no-document")
        name = say(f"word.drill-name.{one['drill']}")
        lines.append(f"{one['drill']}  {name}  {one['minutes']} min  {one['dose']}  ({document})")
        lines += [f"     {_seen(words)}" for words in (*one["reasons"], *([one["start"]] if one["start"] else []))]
        if changed and one["drill"] in changed:
            lines.append(f"     {_changed(changed[one['drill']])}")
        for level in levels:
            if level["ladder"] == one["drill"]:
                lines += [f"     {level_line(level)}", *(f"       {_seen(why)}" for why in level["decisions"])]
    lines += [f"{one['drill']}  {say('cli.plan.left-out')}: {_seen(one['reason'])}" for one in plan["left_out"]]
    lines += [_seen(one) for one in plan["notes"]]
    if plan["dose"] is not None and plan["review"] is not None:
        lines += [_dose(plan["dose"]), say("cli.plan.review", on=plan["review"])]
    if plan["proposed"]:
        lines.append(say("cli.proposed"))
    return lines


def version_lines(row: Mapping[str, Any]) -> list[str]:
    """Which version of whose plan it is, and what it was made from."""
    state = say(f"word.plan-state.{row['state']}")
    lines = [say("cli.plan.version", patient=row["patient"], version=row["version"], day=row["day"], state=state)]
    lines[0] += f" {say('cli.plan.by', by=row['by'])}" if row["by"] else ""
    lines += [
        f"{drill}  {say('cli.plan.struck', by=one['by'])}{': ' + one['reason'] if one.get('reason') else ''}"
        for drill, one in row["struck"].items()
    ]
    return (
        lines + [say("cli.plan.found")] + [f"  {found_line(name, one)}" for name, one in sorted(row["found"].items())]
    )


def found_line(name: str, one: Mapping[str, Any]) -> str:
    """One finding, its source and day."""
    of, value = texts(), one["value"]
    if name == "order":
        value = [f"{of.value(value['percent_bw'])} %", f"{of.value(value['kg'])} kg", value["until"]]
    elif isinstance(value, Mapping):
        value = [f"{say(f'word.lean.{place}')} {of.value(float(lean))}" for place, lean in value.items()]
    elif isinstance(value, bool):
        value = say("word.yes" if value else "word.no")
    told = say(f"word.finding.{name}", value=value)
    if one["at_least"]:
        told = say("cli.plan.at-least", finding=told)
    source = say(f"word.finding-from.{one['source']}", of=one["of"])
    line = say("cli.plan.found-line", finding=told, source=source, day=one["day"])
    return line if one["counts"] else f"{line} {say('cli.plan.not-decided')}"


def level_line(level: Mapping[str, Any]) -> str:
    """Where one drill stands on one leg."""
    share = level["unit"] in ("weight", "best", "order", "cost")
    number = say(f"word.level-unit.{level['unit']}", value=level["value"] * (100.0 if share else 1.0))
    leg = say(f"word.leg.{load_shipped(level['document']).said_leg(level['leg'])}")
    rung = {"rung": level["rung"] + 1, "rungs": level["rungs"], "feedback": level["feedback"]}
    line = say("cli.plan.level", leg=leg, number=number, **rung)
    return f"{line} {say('cli.plan.locked')}" if level["locked"] else line


def reason_line(reason: Mapping[str, Any]) -> str:
    """One reason in words."""
    return _seen(reason)


def _seen(problem: Mapping[str, Any]) -> str:
    return seen(_problem(problem))


def _problem(values: Mapping[str, Any]) -> Problem:
    from station.faults import from_json

    return from_json(values)


def _changed(change: Mapping[str, Any]) -> str:
    parts = []
    if "leg" in change:
        parts.append(say(f"word.leg.{change['leg']}"))
    if "trials" in change:
        parts.append(say("cli.plan.trials", count=change["trials"]))
    if "rung" in change:
        parts.append(say("cli.plan.rung", rung=change["rung"]))
    if "side" in change:
        parts.append(say(f"cli.plan.side.{change['side']}"))
    return say("cli.plan.changed", change=parts, by=change["by"])


def _dose(dose: Mapping[str, Any]) -> str:
    (least, most), (first, last) = dose["sessions_week"], dose["weeks"]
    return say(
        "cli.plan.dose",
        minutes=dose["session_minutes"],
        sessions=range_words(least, most, texts()),
        weeks=range_words(first, last, texts()),
        plate=dose["plate_minutes_week"],
        home=dose["home_minutes_week"],
        floor=dose["floor_minutes_week"],
    )
