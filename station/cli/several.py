"""A command some of whose options take several files each, as a shell's wildcards give them."""

from __future__ import annotations

from typing import ClassVar

import click

from station.cli.speaking import Verb
from station.cli.words import say


class TakesSeveral(Verb):
    """Lets each option of `several` take more than one file."""

    several: ClassVar[tuple[str, ...]] = ()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Repeat such an option before each of its files."""
        spread: list[str] = []
        option, first = "", False
        for word in args:
            if word in self.several:
                option, first = word, True
            elif option and not word.startswith("--"):
                spread += [option, word]
                first = False
            else:
                if first:
                    raise click.UsageError(say("cli.compare.needs-a-file", option=option), ctx)
                option = ""
                spread.append(word)
        if first:
            raise click.UsageError(say("cli.compare.needs-a-file", option=option), ctx)
        return super().parse_args(ctx, spread)
