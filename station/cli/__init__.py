"""The command `station`: its group, and how a fault becomes a message and an exit code.

Verbs live in the modules beside this one and import what they need when they run, so that `--help` is quick and a
process holds no library that it does not use.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from station.cli.options import WANTS_JSON
from station.cli.report import report
from station.cli.speaking import let_click_speak, word_help_option
from station.cli.words import WANTED, say, texts

_GROUP_HELP = {"language": "cli.option.language", "version": "click.version"}


class _Station(click.Group):
    """Speaks the reader's language, and turns a fault into one readable line and its exit code."""

    def main(self, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401  # Click's own
        """Run one command. It begins and ends without a language: none of an earlier one is left, nor of this one."""
        WANTED.clear()
        # Its matrices are small: a pool of threads costs twice the processor time, here and in every process started
        # from here, and the batch uses the cores by files. Read when numpy is first imported, which is not yet.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        let_click_speak()
        try:
            return super().main(*arguments, **named)
        finally:
            WANTED.clear()  # what is said behind it is no longer this command's

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
    from station.texts import AUTHORED, choose, languages

    if choose(value) == AUTHORED and not value.lower().startswith(AUTHORED):
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
    if own.mark:
        click.echo(f"{own.say('texts.language')}: {own.mark}")
    context.exit()


_VERBS = {
    "run": ("processes", "run"),
    "drill": ("drill", "drill"),
    "drills": ("own_drills", "drills"),
    "measures": ("files", "measures"),
    "compare": ("compare", "compare"),
    "assess": ("assess", "assess"),
    "battery": ("battery", "battery"),
    "task": ("task", "task"),
    "norm": ("norm", "norm"),
    "formats": ("formats", "formats"),
    "repeatability": ("repeatability", "repeatability"),
    "export": ("exporting", "export"),
    "report": ("reports", "reports"),
    "calibrate": ("calibrate", "calibrate"),
    "accept": ("accept", "accept"),
    "config": ("config", "config"),
    "audit": ("audit", "audit"),
    "correct-code": ("correct_code", "correct_code"),
    "move-visit": ("move_visit", "move_visit"),
    "backup": ("backup", "backup"),
    "restore": ("backup", "restore"),
    "hand-out": ("person", "hand_out"),
    "erase": ("person", "erase"),
    "dose": ("dose", "dose"),
    "order": ("order", "order"),
    "screening": ("screening", "screening"),
    "plan": ("plan", "plan"),
    "demo": ("demo", "demo"),
    "doctor": ("doctor", "doctor"),
    "selftest": ("selftest", "selftest"),
    "update": ("update", "update"),
    "idle": ("update", "idle"),
    "tryout": ("update", "tryout"),
    "release": ("release", "release"),
    "release-key": ("release", "release_key"),
    "control": ("processes", "control"),
    "recorder": ("processes", "recorder"),
    "practice": ("processes", "practice"),
    "web": ("processes", "web"),
}
"""Module of this room, and what is the command there, of each verb."""


class _Verbs(dict[str, click.Command]):
    """The commands by their verbs; a module is imported when somebody asks for its verb, so that a process of the
    station carries its own and no other.
    """

    def __init__(self) -> None:
        super().__init__(dict.fromkeys(_VERBS))  # type: ignore[arg-type]  # nobody gets the None

    def __getitem__(self, verb: str) -> click.Command:
        module, name = _VERBS[verb]
        command: click.Command = getattr(import_module(f"{__name__}.{module}"), name)
        return command

    def get(self, verb: str, default: Any = None) -> Any:  # noqa: ANN401  # as dict has it
        """The command of this verb; `default` for no verb."""
        return self[verb] if verb in _VERBS else default

    def values(self) -> Any:  # noqa: ANN401  # as dict has it
        """Every command."""
        return [self[verb] for verb in self]

    def items(self) -> Any:  # noqa: ANN401  # as dict has it
        """Every verb with its command."""
        return [(verb, self[verb]) for verb in self]


@click.group(
    cls=_Station, commands=_Verbs(), context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
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
