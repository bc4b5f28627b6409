"""Options that several verbs share, and the settings that come of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from hw.values import RIG_NAMES
from station.cli.groups import Command
from station.cli.words import WANTED, say

if TYPE_CHECKING:
    from station.settings import Settings

_settings = click.option("--settings", "settings_file", type=click.Path(path_type=Path), help="cli.option.settings")
rig_option = click.option("--rig", metavar="|".join(RIG_NAMES), help="cli.option.rig")
_data = click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="cli.option.data")
_seed = click.option("--seed", type=click.IntRange(min=0), help="cli.option.seed")
_input = click.option(
    "--input",
    "input_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="cli.option.input",
)
WANTS_JSON = "station.wants_json"


def _remember(context: click.Context, parameter: click.Parameter, value: bool) -> bool:
    """A fault must know it too, wherever it happens."""
    del parameter
    context.meta[WANTS_JSON] = value
    return value


as_json = click.option("--json", "as_json", is_flag=True, is_eager=True, callback=_remember, help="cli.option.json")
explain = click.option("--explain", is_flag=True, help="cli.option.explain")


class Printing(NamedTuple):
    """How figures are printed."""

    kind: str
    """A table for a person, or "csv" or "json" for a program."""
    explain: bool = False
    """Whether the table says what its figures mean."""


def form_of(explain: bool, as_json: bool) -> Printing:
    """What `explain` and `as_json` ask for. Raises click.UsageError for both: JSON has names and figures alone."""
    if explain and as_json:
        raise click.UsageError(say("cli.measures.explain-table"))
    return Printing("json" if as_json else "table", explain)


class RigOptions(NamedTuple):
    """What `rig_options` gave."""

    settings_file: Path | None
    rig: str | None
    data: Path | None
    seed: int | None
    input_file: Path | None

    def settings(self) -> Settings:
        """Raises InputError as `settings_with`."""
        return settings_with(self.settings_file, rig=self.rig, data=self.data, seed=self.seed)


def rig_options(command: Command) -> Command:
    """Add --settings, --rig, --data, --seed and --input."""
    for option in (_input, _seed, _data, rig_option, _settings):
        command = option(command)
    return command


def settings_options(command: Command) -> Command:
    """Add --settings and --data."""
    return _settings(_data(command))


def settings_with(
    settings_file: Path | None,
    *,
    rig: str | None = None,
    data: Path | None = None,
    seed: int | None = None,
    host: str | None = None,
    port: int | None = None,
) -> Settings:
    """The settings of the file, with what the command line gives put over them.

    Raises InputError "rig-unknown" (with the nearest name), "settings-missing" or "settings-invalid".
    """
    from station.settings import load_settings

    return _with_options(
        load_settings(settings_file), {"rig": rig, "data": data, "seed": seed}, {"host": host, "port": port}
    )


def usable_with(
    settings_file: Path | None, *, data: Path | None, host: str | None = None, port: int | None = None
) -> Settings:
    """The same of a file that is refused, as far as it is right: the folders and the address of the pages."""
    from station.settings import usable_settings

    return _with_options(usable_settings(settings_file), {"data": data}, {"host": host, "port": port})


def _with_options(settings: Settings, over_station: dict[str, Any], over_web: dict[str, Any]) -> Settings:
    from drills.problems import nearest
    from station.clock import live_in
    from station.faults import InputError, because

    live_in(settings.station.time_zone)
    rig = over_station.get("rig")
    if "language" in settings.station.model_fields_set:
        WANTED["settings"] = settings.station.language
    if rig is not None and rig not in RIG_NAMES:
        near = nearest(rig, RIG_NAMES)
        raise InputError("rig-unknown", f"--rig {rig}", *([because("did-you-mean", suggestion=near)] if near else []))
    return settings.model_copy(
        update={
            "station": settings.station.model_copy(update={k: v for k, v in over_station.items() if v is not None}),
            "web": settings.web.model_copy(update={k: v for k, v in over_web.items() if v is not None}),
        }
    )
