"""`station compare`: two sittings of one patient, and whether anything has really changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from station.cli.options import as_json
from station.cli.signal_options import signal_options, wish_of

_SITTINGS = ("--before", "--after")


class _Compare(click.Command):
    """Lets --before and --after take several files each, as a shell's wildcards give them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Repeat --before or --after before each of its files."""
        spread: list[str] = []
        sitting, first = "", False
        for word in args:
            if word in _SITTINGS:
                sitting, first = word, True
            elif sitting and not word.startswith("--"):
                spread += [sitting, word]
                first = False
            else:
                if first:
                    raise click.UsageError(f"{sitting} needs a file.", ctx)
                sitting = ""
                spread.append(word)
        if first:
            raise click.UsageError(f"{sitting} needs a file.", ctx)
        return super().parse_args(ctx, spread)


@click.command(cls=_Compare)
@click.argument("sittings", nargs=-1, metavar="[A B]", type=click.Path(path_type=Path))
@click.option("--before", multiple=True, type=click.Path(path_type=Path), metavar="FILE...",
              help="Trials of the first sitting.")  # fmt: skip
@click.option("--after", multiple=True, type=click.Path(path_type=Path), metavar="FILE...",
              help="Trials of the second sitting.")  # fmt: skip
@signal_options
@click.option("--age", "age_years", type=click.FloatRange(0, 120), metavar="YEARS",
              help="Age of the patient: says where both stand among people of this age.")  # fmt: skip
@click.option("--after-stance", type=click.Choice(["both", "left", "right"]), help="Of the second sitting, if other.")
@click.option("--after-vision", type=click.Choice(["open", "closed"]), help="Of the second sitting, if other.")
@click.option("--after-surface", type=click.Choice(["firm", "foam"]), help="Of the second sitting, if other.")
@as_json
def compare(sittings: tuple[Path, ...], before: tuple[Path, ...], after: tuple[Path, ...], age_years: float | None,
            after_stance: str | None, after_vision: str | None, after_surface: str | None,
            as_json: bool, **options: Any) -> None:  # noqa: ANN401  # handed on to wish_of, which names them  # fmt: skip
    """Say of each figure "real change", "no real change" or "not comparable", and what that rests on.

    A and B are each a recording with its trials, or a folder of recordings or CSV files; single files go behind
    --before and --after. The mean of at least three trials is compared with that of three others.
    """
    from station.analysis.comparing import Told
    from station.analysis.comparing import compare as compared
    from station.cli.figures import change_lines

    wish, told = wish_of(**options)
    if sittings and not (before or after) and len(sittings) == 2:
        before, after = (sittings[0],), (sittings[1],)
    elif sittings or not (before and after):
        raise click.UsageError("Give two recordings or folders, or --before FILE... --after FILE...")
    second = Told(after_stance or told.stance, after_vision or told.vision, after_surface or told.surface)
    result = compared(before, after, wish, told, age_years, second)
    click.echo(json.dumps(result, indent=2) if as_json else "\n".join(change_lines(result)))
