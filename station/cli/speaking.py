"""Help and Click's own messages, in the language of who reads them. The catalogue is read when something is said."""

from __future__ import annotations

from typing import Any

import click

from station.cli import words

CLICK = {
    "Usage:": "click.usage",
    "Options": "click.options",
    "Commands": "click.commands",
    "Error: {message}": "click.error",
    "Aborted!": "click.aborted",
    "Show this message and exit.": "click.help",
    "Show the version and exit.": "click.version",
    "Try '{command} {option}' for help.": "click.try-help",
    "No such command {name!r}.": "click.no-command",
    "No such option {name!r}.": "click.no-option",
    "Did you mean {possibility}?": "click.did-you-mean",
    "(Did you mean one of: {possibilities}?)": "click.did-you-mean-one",
    "Option {name!r} requires an argument.": "click.needs-value",
    "Option {name!r} does not take a value.": "click.takes-no-value",
    "Invalid value: {message}": "click.invalid",
    "Invalid value for {param_hint}: {message}": "click.invalid-for",
    "Missing argument": "click.missing-argument",
    "Missing option": "click.missing-option",
    "Missing parameter": "click.missing-parameter",
    "Missing command.": "click.missing-command",
    "Choose from:\n\t{choices}": "click.choose-from",
    "{value!r} is not a valid {number_type}.": "click.no-number",
    "{value!r} is not one of {choices}.": "click.not-one-of",
    "{value!r} is not {choice}.": "click.not-the-one",
    "{value} is not in the range {range}.": "click.out-of-range",
    "Got unexpected extra argument ({args})": "click.extra-argument",
    "Got unexpected extra arguments ({args})": "click.extra-arguments",
    "default: {default}": "click.default",
    "Missing parameter: {param_name}": "click.missing-named",
    "Missing {param_type}": "click.missing-kind",
    "Option {name!r} requires {nargs} arguments.": "click.needs-values",
    "Argument {name!r} takes {nargs} values.": "click.argument-values",
    "Takes {nargs} values but 1 was given.": "click.one-given",
    "Takes {nargs} values but {len} were given.": "click.some-given",
    "{len_type} values are required, but {len_value} was given.": "click.one-of-values",
    "{len_type} values are required, but {len_value} were given.": "click.some-of-values",
    "{value!r} is not a valid boolean. Recognized values: {states}": "click.no-boolean",
    "Could not open file {filename!r}: {message}": "click.no-file",
    "unknown error": "click.unknown-error",
    "file": "click.file",
    "directory": "click.directory",
    "path": "click.path",
    "{name} {filename!r} is a file.": "click.is-file",
    "{name} {filename!r} is a directory.": "click.is-directory",
    "{name} {filename!r} is not readable.": "click.not-readable",
    "{name} {filename!r} is not writable.": "click.not-writable",
    "{name} {filename!r} is not executable.": "click.not-executable",
    "{name} {filename!r} does not exist.": "click.not-there",
    "Error: invalid input": "click.invalid-input",
    "Do you want to continue?": "click.continue",
    "Positional arguments": "click.positional",
    "env var: {var}": "click.variable",
    "(dynamic)": "click.dynamic",
    "required": "click.required",
}
"""Click's own messages, by what it looks them up by in gettext, and their keys here."""


class _Worded(str):
    """Words with places that Click fills in itself. A kind of number is worded too, and broken places give English."""

    __slots__ = ("message",)
    message: str

    def format(self, *given: object, **named: object) -> str:
        """As `str.format`; never raises for what stands in the catalogue."""
        kind = str(named.get("number_type", "")).replace(" ", "-")
        filled = {**named, "number_type": words.say(f"click.kind.{kind}")} if kind in KINDS else named
        try:
            return str.format(self, *given, **filled)
        except (KeyError, IndexError, ValueError, AttributeError):
            return self.message.format(*given, **named)


KINDS = ("integer", "integer-range", "float", "float-range")
"""What Click calls numbers: `click.kind.<kind>` words it."""


_AS_MADE = ("Show this message and exit.", "Show the version and exit.")
"""Click asks for these two whenever it makes a command, help or no help: they are worded where a help is written. Each
process of the station would read the whole catalogue for them, a tenth of a second and 14 MB of its memory; so it would
for `_Named`.
"""


class _Named(str):
    """What Click calls a kind of path, from when it makes a command: worded where Click writes it, as a title or in
    capitals.
    """

    __slots__ = ()

    def title(self) -> str:
        """As it stands in a message."""
        return words.raw(CLICK[str(self)]).title()

    def upper(self) -> str:
        """As it stands in a line of usage."""
        return words.raw(CLICK[str(self)]).upper()


_PATHS = ("file", "directory", "path")


def _gettext(message: str) -> str:
    key = CLICK.get(message)
    if message in _PATHS:
        return _Named(message)
    if key is None or message in _AS_MADE:
        return message
    worded = _Worded(words.raw(key))
    worded.message = message
    return worded


def _ngettext(one: str, many: str, count: int) -> str:
    return _gettext(one if count == 1 else many)


def let_click_speak() -> None:
    """Have Click look its messages up in the catalogue instead of gettext's."""
    for module in (click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.types):
        for name, function in (("_", _gettext), ("ngettext", _ngettext)):
            if hasattr(module, name):
                setattr(module, name, function)


def word_help_option(command: click.Command, ctx: click.Context) -> None:
    """Word `--help` itself, which Click makes before the language is known."""
    option = command.get_help_option(ctx)
    if option is not None:
        option.help = words.say("click.help")


class Verb(click.Command):
    """A command whose help is worded by the catalogue: `cli.help.<name>`, and each option's `help` is a key."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401  # Click's own
        super().__init__(*arguments, **named)
        self._keys = {id(one): one.help for one in self.params if isinstance(one, click.Option) and one.help}

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Word the help, then write it."""
        self.word()
        word_help_option(self, ctx)
        super().format_help(ctx, formatter)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What the line of usage has behind the command's name."""
        self.options_metavar = words.say("click.metavar.options")
        return super().collect_usage_pieces(ctx)

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first words of the help, for the list of commands."""
        self.word()
        return super().get_short_help_str(limit)

    @property
    def help_key(self) -> str:
        """Which words are its help."""
        return f"cli.help.{self.name}"

    def word(self) -> None:
        """Put the words of the language in the places of the keys."""
        self.help = words.say(self.help_key)
        for option in self.params:
            if isinstance(option, click.Option) and id(option) in self._keys:
                option.help = words.say(self._keys[id(option)])


class VerbGroup(Verb, click.Group):
    """A command with commands of its own below it: what it does without one of them is its own."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What the line of usage has behind the command's name."""
        self.subcommand_metavar = f"[{words.say('click.metavar.command')}]"
        return super().collect_usage_pieces(ctx)
