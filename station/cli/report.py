"""Faults for people (one line) and for programs (JSON)."""

from __future__ import annotations

import json

import click

from station.faults import StationError


def report(problem: StationError, *, as_json: bool) -> int:
    """Say what happened, where, and what to do, on the error stream; as JSON on the output too where a program reads
    it.

    Returns the fault's exit code.
    """
    fault = problem.fault
    place = f" {problem.where}" if problem.where else ""
    detail = f": {problem.detail}" if problem.detail else ""
    click.echo(f"station: {fault.what}{place}{detail}\n  What to do: {fault.remedy}  [{fault.code}]", err=True)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "error": {
                        "code": fault.code,
                        "what": fault.what,
                        "where": problem.where,
                        "detail": problem.detail,
                        "cause": fault.cause,
                        "remedy": fault.remedy,
                    }
                }
            )
        )
    return fault.exit_code
