"""Options that several verbs share, and the settings that come of them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

import click

from station.settings import RIG_NAMES, Settings, load_settings

_Command = TypeVar("_Command", bound=Callable[..., Any])

_settings = click.option(
    "--settings", "settings_file", type=click.Path(path_type=Path), help="Settings file (TOML); see docs/settings.md."
)
rig_option = click.option("--rig", metavar="|".join(RIG_NAMES), help="Hardware to use, instead of the settings' own.")
_data = click.option(
    "--data", type=click.Path(path_type=Path), metavar="DIR", help="Folder of recordings and records, made if missing."
)
_seed = click.option("--seed", type=click.IntRange(min=0), help="Seed of the simulated world.")
_input = click.option(
    "--input",
    "input_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Recording that the rig replay plays.",
)
WANTS_JSON = "station.wants_json"


def _remember(context: click.Context, parameter: click.Parameter, value: bool) -> bool:
    """A fault must know it too, wherever it happens."""
    del parameter
    context.meta[WANTS_JSON] = value
    return value


as_json = click.option(
    "--json", "as_json", is_flag=True, is_eager=True, callback=_remember, help="Print JSON for a program to read."
)


def gathered(name: str, fields: tuple[str, ...], group: Callable[..., object]) -> Callable[[_Command], _Command]:
    """Give the command these of its options as one value of this name: what `group` makes of them."""

    def decorate(command: _Command) -> _Command:
        @functools.wraps(command)
        def called(**given: Any) -> object:  # noqa: ANN401  # whatever Click read
            value = group(**{field: given.pop(field) for field in fields})
            return command(**given, **{name: value})

        return cast("_Command", called)

    return decorate


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


def rig_options(command: _Command) -> _Command:
    """Add --settings, --rig, --data, --seed and --input."""
    for option in (_input, _seed, _data, rig_option, _settings):
        command = option(command)
    return command


def settings_options(command: _Command) -> _Command:
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
    import difflib

    from station.faults import InputError

    settings = load_settings(settings_file)
    if rig is not None and rig not in RIG_NAMES:
        near = difflib.get_close_matches(rig, RIG_NAMES, n=1)
        raise InputError("rig-unknown", f"--rig {rig}", f"did you mean {near[0]}?" if near else "")
    over_station = {"rig": rig, "data": data, "seed": seed}
    over_web = {"host": host, "port": port}
    return settings.model_copy(
        update={
            "station": settings.station.model_copy(update={k: v for k, v in over_station.items() if v is not None}),
            "web": settings.web.model_copy(update={k: v for k, v in over_web.items() if v is not None}),
        }
    )
