"""Every verb of the command line, with its options and arguments, is documented in docs/cli.md, and says --help."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from station.cli import main


def _walk(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Every command below this one, by the words that call it; hidden ones are not for people."""
    if command.hidden:
        return
    if isinstance(command, click.Group):
        if command.invoke_without_command:
            yield name, command
        for word, inner in sorted(command.commands.items()):
            yield from _walk(inner, f"{name} {word}")
    else:
        yield name, command


COMMANDS = dict(_walk(main, "station"))


@pytest.fixture(scope="module")
def sections(project: Path) -> dict[str, str]:
    """The text below each heading `## station verb`."""
    parts = re.split(r"^## `(station[^`]*)`$", (project / "docs" / "cli.md").read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_verb_is_documented_with_every_option(name: str, sections: dict[str, str]) -> None:
    assert name in sections, f"docs/cli.md has no heading ## `{name}`"
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Argument):
            assert parameter.make_metavar(click.Context(COMMANDS[name])) in sections[name]
            continue
        for option in (*parameter.opts, *parameter.secondary_opts):
            assert f"`{option}" in sections[name], f"docs/cli.md says nothing of {option} of `{name}`"
        assert getattr(parameter, "help", None) or parameter.name == "help", f"{parameter.name} of `{name}` has no help"


def test_no_verb_is_documented_that_does_not_exist(sections: dict[str, str]) -> None:
    assert set(sections) - set(COMMANDS) == set()
    assert len(COMMANDS) > 4


@pytest.mark.parametrize("name", COMMANDS)
def test_a_verb_explains_itself(name: str) -> None:
    result = CliRunner().invoke(main, [*name.split()[1:], "--help"])
    assert result.exit_code == 0
    assert result.output.count("\n") > 3
