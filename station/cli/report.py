"""Faults for people (two lines) and for programs (JSON)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from station.cli import words
from station.faults import StationError, from_json

if TYPE_CHECKING:
    from station.texts import Texts


_SAID = ("warnings", "suspicions", "understood")
"""Lists of problems in a result."""


def report(problem: StationError, *, as_json: bool) -> int:
    """Say what happened, where, and what to do, on the error stream; as JSON on the output too where a program reads
    it.

    Returns the fault's exit code.
    """
    from station.texts.faults import fault_words
    from station.texts.problems import detail

    texts = words.texts()
    what, _, remedy = fault_words(texts, problem.code)
    place = f" {problem.where}" if problem.where else ""
    seen = f"{':' if place else ''} {said}" if (said := detail(texts, problem)) else ""
    click.echo(
        f"station: {what}{place}{seen}\n  {texts.say('cli.what-to-do', remedy=remedy, code=problem.code)}", err=True
    )
    if as_json:
        click.echo(json.dumps({"error": error_as_json(problem)}))
    return problem.fault.exit_code


def error_as_json(problem: StationError, texts: Texts | None = None) -> dict[str, Any]:
    """The fault for a program: its code, and its words in English unless other texts are given."""
    from station.texts.faults import fault_words
    from station.texts.problems import detail

    texts = texts or words.english()
    what, cause, remedy = fault_words(texts, problem.code)
    return {
        "code": problem.code,
        "what": what,
        "where": problem.where,
        "detail": detail(texts, problem),
        "cause": cause,
        "remedy": remedy,
    }


def error_of(values: Mapping[str, Any]) -> StationError:
    """The fault that `station.analysis.judging.error_of` wrote."""
    return StationError(values["code"], values["where"], *map(from_json, values["problems"]))


def report_errors(results: Iterable[Mapping[str, Any]]) -> int:
    """Say on the error stream the `error` of each result; the highest exit code of them, 0 where none has one."""
    problems = [error_of(result["error"]) for result in results if "error" in result]
    return max((report(problem, as_json=False) for problem in problems), default=0)


def said(one: str | Mapping[str, Any] | None, of: Texts) -> str:
    """A problem as JSON values in words, a capital only where they have one; "" for none.

    What an earlier release stored is a sentence already, and stays as it is.
    """
    if one is None or isinstance(one, str):
        return one or ""
    return words.seen(from_json(one), of)


def norms_worded(norms: Mapping[str, Mapping[str, Any]], of: Texts) -> dict[str, dict[str, Any]]:
    """What `station.analysis.judging.norms_of` found, in words."""
    return {
        name: {key: said(value, of) if key in ("text", "word", "norm") else value for key, value in one.items()}
        for name, one in norms.items()
    }


def worded(result: Mapping[str, Any], texts: Texts | None = None) -> dict[str, Any]:
    """A result of the analysis with its `error`, `trip`, `reasons`, `warnings` and norms in words: English, or other
    texts.
    """
    from station.texts.faults import fault_words

    told = dict(result)
    of = texts or words.english()
    if "trials" in result:
        told["trials"] = [
            _warnings_worded({**one, "reasons": _reasons_worded(one["reasons"], of)}, of) for one in result["trials"]
        ]
    if "reasons" in result:
        told["reasons"] = _reasons_worded(result["reasons"], of)
    told |= {key: one for key, one in _warnings_worded(result, of).items() if key in _SAID}
    if "norms" in result:
        told["norms"] = norms_worded(result["norms"], of)
    if "norm" in result:
        told["norm"] = said(result["norm"], of)
    if "error" in result:
        problem = error_of(result["error"])
        error = told["error"] = {**error_as_json(problem, of), "exit_code": problem.fault.exit_code}
        if not result["reasons"]:
            why = " ".join(
                part for part in (error["what"], error["where"] + ":", error["detail"], error["remedy"]) if part
            )
            told["reasons"] = dict.fromkeys(result["measures"], why)
    if result.get("trip"):
        what, _, remedy = fault_words(of, result["trip"]["code"])
        told["trip"] = {**result["trip"], "what": what, "remedy": remedy}
    return told


def _warnings_worded(result: Mapping[str, Any], of: Texts) -> dict[str, Any]:
    """The same with its warnings and suspicions in words, where it has them."""
    return {**result, **{key: [said(one, of) for one in result[key]] for key in _SAID if key in result}}


def _reasons_worded(reasons: Mapping[str, Any], of: Texts) -> dict[str, str]:
    return {name: said(why, of) for name, why in reasons.items()}


def comparison_worded(result: Mapping[str, Any], texts: Texts | None = None) -> dict[str, Any]:
    """What `station.analysis.comparing.compare` found, with verdicts, conditions and all that they rest on in words."""
    of = texts or words.english()
    told = dict(result)
    for word in ("before", "after"):
        sitting = dict(result[word])
        sitting["condition"] = {
            key: "/".join(of.say(f"word.{key}.{way}") for way in one.split("/"))
            for key, one in sitting["condition"].items()
        }
        sitting["warnings"] = {name: [said(one, of) for one in every] for name, every in sitting["warnings"].items()}
        if "norms" in sitting:
            sitting["norms"] = norms_worded(sitting["norms"], of)
        told[word] = sitting
    told["taken"] = [said(one, of) for one in result["taken"]]
    told["changes"] = {name: _change_worded(one, of) for name, one in result["changes"].items()}
    told["quotients"] = {
        name: {key: _quotient_worded(one, of) for key, one in figures.items()}
        for name, figures in result["quotients"].items()
    }
    return told


def _change_worded(change: Mapping[str, Any], of: Texts) -> dict[str, Any]:
    told = {**change, "verdict": of.say(f"word.verdict.{change['verdict']}"), "why": said(change["why"], of)}
    if "basis" not in change:
        return told
    direction = change["direction"]
    told["direction"] = "" if direction is None else of.say(f"word.direction.{direction}")
    return {**told, "basis": said(change["basis"], of)}


def _quotient_worded(one: Mapping[str, Any], of: Texts) -> dict[str, Any]:
    told = {**one, "why": said(one["why"], of)}
    return {**told, "basis": said(one["basis"], of)} if "basis" in one else told
