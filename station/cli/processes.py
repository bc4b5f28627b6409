"""`station run`, and the three processes that it starts: `control`, `recorder` and `web`."""

from __future__ import annotations

import shutil
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import NamedTuple

import click

from station.cli.groups import handed_as
from station.cli.options import rig_options, settings_options, settings_with
from station.cli.speaking import Verb
from station.cli.words import say, seen
from station.settings import MEMORY, data_folder, runtime_folder


def _check_port(host: str, port: int) -> None:
    """Raise StationError "port-in-use" before anything is started."""
    from station.faults import StationError, because

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise StationError(
                "port-in-use", f"{host}:{port}", because("system-said", said=str(problem.strerror))
            ) from problem


def _check_host(host: str) -> None:
    from station.faults import InputError

    if host not in ("127.0.0.1", "::1", "localhost"):
        raise InputError("not-loopback", f"host {host}")


class _Address(NamedTuple):
    """Where the command line wants the pages served; None where the settings are to say it."""

    host: str | None
    port: int | None


@click.command(cls=Verb)
@rig_options
@click.option("--port", type=click.IntRange(1, 65535), help="cli.option.port")
@click.option("--host", help="cli.option.host")
@handed_as("address", _Address)
def run(
    settings_file: Path | None,
    rig: str | None,
    data: Path | None,
    seed: int | None,
    input_file: Path | None,
    address: _Address,
) -> None:
    """Start the whole station and keep it running until Ctrl-C.

    Three processes: control (the hardware, the loop, safety), recorder and web. One that dies is started again within a
    second; control always comes back disarmed.
    """
    from station.claim import claim
    from station.processes.supervisor import Child, Supervisor

    settings = settings_with(settings_file, rig=rig, data=data, seed=seed, **address._asdict())
    _check_host(settings.web.host)
    _check_port(settings.web.host, settings.web.port)
    data_folder(settings)
    common = ["--settings", str(settings_file)] if settings_file is not None else []
    common += ["--data", str(settings.station.data)]
    replayed = ["--input", str(input_file)] if input_file is not None else []
    own = {
        "control": [*common, "--rig", settings.station.rig, "--seed", str(settings.station.seed), *replayed],
        "recorder": common,
        "web": [*common, "--host", settings.web.host, "--port", str(settings.web.port)],
    }
    children = [Child(verb, [sys.executable, "-m", "station", verb, *options]) for verb, options in own.items()]
    runtime = runtime_folder(settings)
    with claim(runtime):
        address_of_pages = f"http://{settings.web.host}:{settings.web.port}"
        click.echo(
            say("cli.run.started", rig=settings.station.rig, address=address_of_pages, data=settings.station.data)
        )
        code = Supervisor(children, lambda event: click.echo(f"station: {seen(event)}", err=True)).run()
        if runtime.parent == MEMORY:
            shutil.rmtree(runtime, ignore_errors=True)  # it holds memory
    click.echo(say("cli.run.stopped" if code == 0 else "cli.run.stopped-by-fault"))
    sys.exit(code)


@click.command(cls=Verb)
@rig_options
def control(
    settings_file: Path | None, rig: str | None, data: Path | None, seed: int | None, input_file: Path | None
) -> None:
    """The control process alone: hardware, loop, drills, safety (`station run` and the service start it)."""
    from station.processes.control import run_control

    settings = settings_with(settings_file, rig=rig, data=data, seed=seed)
    run_control(settings, runtime_folder(settings), _stop_on_signal(), input_file)


@click.command(cls=Verb)
@settings_options
def recorder(settings_file: Path | None, data: Path | None) -> None:
    """The recorder process alone: samples and results to the data folder."""
    from station.processes.recorder import run_recorder

    settings = settings_with(settings_file, data=data)
    run_recorder(runtime_folder(settings), data_folder(settings), stop=_stop_on_signal())


@click.command(cls=Verb)
@settings_options
@click.option("--host", help="cli.option.host.processes")
@click.option("--port", type=click.IntRange(1, 65535), help="cli.option.port.processes")
def web(settings_file: Path | None, data: Path | None, host: str | None, port: int | None) -> None:
    """The web process alone: the pages and the API."""
    # The room above is found by its entry point: the station must not import the pages (docs/decisions/0002).
    from importlib.metadata import entry_points

    settings = settings_with(settings_file, data=data, host=host, port=port)
    (process,) = entry_points(group="balance_station.processes", name="web")
    process.load()(
        runtime=runtime_folder(settings),
        data=settings.station.data,
        host=settings.web.host,
        port=settings.web.port,
        languages=(settings.station.language, settings.web.patient_language or ""),
    )


def _stop_on_signal() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def on_signal(number: int, frame: object) -> None:
        del number, frame
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    return stop
