"""The command `station`: its group, and how a fault becomes a message and an exit code.

Verbs live in the modules beside this one and import what they need when they run, so that `--help` is quick and a
process holds no library that it does not use.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from station.cli.accept import accept
from station.cli.assess import assess
from station.cli.audit import audit
from station.cli.backup import backup, restore
from station.cli.battery import battery
from station.cli.calibrate import calibrate
from station.cli.compare import compare
from station.cli.config import config
from station.cli.correct_code import correct_code
from station.cli.demo import demo
from station.cli.doctor import doctor
from station.cli.dose import dose
from station.cli.drill import drill
from station.cli.exporting import export
from station.cli.files import measures
from station.cli.formats import formats
from station.cli.norm import norm
from station.cli.options import WANTS_JSON
from station.cli.order import order
from station.cli.own_drills import drills
from station.cli.person import erase, hand_out
from station.cli.plan import plan
from station.cli.processes import control, recorder, run, web
from station.cli.release import release, release_key
from station.cli.repeatability import repeatability
from station.cli.report import report
from station.cli.reports import reports
from station.cli.screening import screening
from station.cli.selftest import selftest
from station.cli.speaking import let_click_speak, word_help_option
from station.cli.task import task
from station.cli.update import idle, tryout, update
from station.cli.words import WANTED, say, texts

_GROUP_HELP = {"language": "cli.option.language", "version": "click.version"}


class _Station(click.Group):
    """Speaks the reader's language, and turns a fault into one readable line and its exit code."""

    def main(self, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401  # Click's own
        """Run one command. It begins without a language: no earlier one's is left."""
        WANTED.clear()
        # Its matrices are small: a pool of threads costs twice the processor time, here and in every process started
        # from here, and the batch uses the cores by files. Read when numpy is first imported, which is not yet.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        let_click_speak()
        return super().main(*arguments, **named)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Word the help, then write it."""
        self.help = say("cli.help.station")
        for option in self.params:
            if isinstance(option, click.Option) and option.name in _GROUP_HELP:
                option.help = say(_GROUP_HELP[option.name])
        word_help_option(self, ctx)
        super().format_help(ctx, formatter)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What the line of usage has behind the command's name."""
        self.options_metavar, self.subcommand_metavar = say("click.metavar.options"), say("click.metavar.command")
        return super().collect_usage_pieces(ctx)

    def invoke(self, ctx: click.Context) -> object:
        from station.faults import StationError

        try:
            return super().invoke(ctx)
        except StationError as problem:
            sys.exit(report(problem, as_json=bool(ctx.meta.get(WANTS_JSON))))


def _speak(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    """Take the language, before anything is said in it. Refuses one that the station does not have."""
    del parameter
    if value is None:
        return
    from station.texts import choose, languages

    if choose(value) == "en" and not value.lower().startswith("en"):
        raise click.BadParameter(say("cli.no-language", language=value, languages=languages()), context)
    WANTED["asked"] = value


def _print_version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    """The version, and which language is not confirmed yet."""
    del parameter
    if not value or context.resilient_parsing:
        return
    from importlib.metadata import version

    own = texts()
    click.echo(own.say("cli.version", version=version("balance-station")))
    if own.unconfirmed:
        click.echo(f"{own.say('texts.language')}: {own.say('texts.unconfirmed')}")
    context.exit()


@click.group(cls=_Station, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="click.version",
)
@click.option(
    "--language", expose_value=False, is_eager=True, callback=_speak, metavar="TAG", help="cli.option.language"
)
def main() -> None:
    """Balance training on a vibration plate: run the station, run one drill, look at recordings.

    Exit codes: 0 done, 1 a fault without a better code, 2 wrong input, 3 hardware, 4 storage, 5 another station is in
    the way, 6 a safety trip ended the drill.
    """


for _verb in (
    run,
    drill,
    drills,
    measures,
    compare,
    assess,
    battery,
    task,
    norm,
    formats,
    repeatability,
    export,
    reports,
    calibrate,
    accept,
    config,
    audit,
    correct_code,
    backup,
    restore,
    hand_out,
    erase,
    dose,
    order,
    screening,
    plan,
    demo,
    doctor,
    selftest,
    update,
    idle,
    tryout,
    release,
    release_key,
    control,
    recorder,
    web,
):
    main.add_command(_verb)
