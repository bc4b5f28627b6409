"""Options that belong together reach a command as one value, and what makes it may refuse them."""

import click
import pytest
from click.testing import CliRunner

from station.analysis.reading import AS_IT_IS
from station.cli.groups import handed_as
from station.cli.processes import run
from station.cli.signal_options import geometry_of, read_options_of, request_of, stated_of, with_facts
from station.faults import InputError


def _size_of(width: int, height: int) -> tuple[int, int]:
    if width < 0:
        raise click.UsageError("a width is no debt")
    return width, height


@click.command()
@click.option("--width", type=int)
@click.option("--height", type=int)
@click.option("--name")
@handed_as("area", lambda size: size[0] * size[1])
@handed_as("size", _size_of)
def inner(**given: object) -> None:
    click.echo(sorted(given.items()))


@click.command()
@click.option("--width", type=int)
@click.option("--height", type=int)
@click.option("--name")
@handed_as("size", _size_of)
@handed_as("area", lambda size: size[0] * size[1])
def outer(**given: object) -> None:
    click.echo(sorted(given.items()))


def test_a_command_gets_one_value_and_the_rest_as_they_are() -> None:
    asked = ["--width", "2", "--height", "3", "--name", "plate"]
    assert CliRunner().invoke(outer, asked).output == "[('area', 6), ('name', 'plate')]\n"
    assert isinstance(CliRunner().invoke(inner, asked).exception, KeyError)  # its parameter is made further down
    refused = CliRunner().invoke(outer, ["--width", "-1"])
    assert (refused.exit_code, "no debt" in refused.stderr) == (2, True)


def test_the_options_stay_in_the_help() -> None:
    assert [one.name for one in outer.params] == ["width", "height", "name"]
    assert {"settings_file", "rig", "host", "port"} < {one.name for one in run.params}


def test_what_is_asked_of_a_file(tmp_path) -> None:
    options = read_options_of(100.0, 140.0, 290.0, "current", 2, tmp_path)
    assert options == (100.0, (140.0, 290.0), (tmp_path, "current"), 2, None, None, None, None)
    assert with_facts(options, "cm", "ap", 3, 70.0) == (*options[:4], "cm", 70.0, "ap", 3)
    assert read_options_of(None, None, None, None, None, None) == AS_IT_IS
    assert request_of("raw", False, (-1.0, 1.0, -2.0, 2.0)) == ("raw", False, (-1.0, 1.0, -2.0, 2.0))
    assert stated_of("left", None, "foam") == ("left", None, "foam")
    for refused in (lambda: geometry_of(140.0, None), lambda: request_of("none", True, None)):
        with pytest.raises(InputError):
            refused()
