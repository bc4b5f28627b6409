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
    seen = f": {said}" if (said := detail(texts, problem)) else ""
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


def worded(result: Mapping[str, Any], texts: Texts | None = None) -> dict[str, Any]:
    """A result of the analysis with its `error`, `trip` and `warnings` in words: English, or other texts."""
    from station.texts.faults import fault_words

    told = dict(result)
    of = texts or words.english()
    if "warnings" in result:
        told["warnings"] = [
            one if isinstance(one, str) else words.seen(from_json(one), of) for one in result["warnings"]
        ]
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
