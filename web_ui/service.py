"""What the web process keeps for its whole life: the line to control, the hub, the lease. One for each app."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask, current_app

from drills.bounds import Bounds
from drills.platform import Platform
from station.clock import NS_PER_S
from station.settings import GdtSettings, PhoneSettings, ScreenSettings
from station.wire.places import CONTROL_SOCKET
from web_ui.cards import Cards
from web_ui.compose import OLD_S
from web_ui.ends import EndNotices
from web_ui.errands import Errands
from web_ui.health import Health
from web_ui.hub import Charge, Hub
from web_ui.lease import Lease
from web_ui.link import SharedControlLink
from web_ui.live import Live
from web_ui.meanwhile import Meanwhile
from web_ui.names import Names
from web_ui.network_key import NetworkKey
from web_ui.pair_button import PairButton, PairingSurroundings
from web_ui.papers import Papers
from web_ui.phones import Access, ways_by
from web_ui.practice import Practice
from web_ui.practice_files import PracticeFiles
from web_ui.screen import PatientScreen

_EXTENSION = "station-service"


class House(NamedTuple):
    """What limits a prescription here, beside its drill."""

    platform: Platform | None
    """What fixes the displacement of the platform; None where any can be asked for."""
    bounds: Bounds


class Service:
    """The parts that the requests share. `start` before the first request, `close` after the last."""

    def __init__(
        self,
        runtime: Path,
        data: Path,
        answers: Callable[[], bool] | None = None,
        screen: ScreenSettings | None = None,
        phones: PhoneSettings | None = None,
    ) -> None:
        doors = PhoneSettings() if phones is None else phones
        self.data = data
        self.trusted = data
        """Data folder with the certificates that phones trust."""
        self.link = SharedControlLink(runtime / CONTROL_SOCKET, answers)
        self.lease = Lease()
        self.names = Names()
        self.network_key = NetworkKey(runtime, self.drill_runs)
        self.access = Access(data, removed=self.network_key.want_after_revoke)
        self.live = Live(runtime)
        self.health = Health(runtime, self.link)
        self.ends = EndNotices(self.live, data)
        self.papers = Papers(data)
        self.runtime = runtime
        self.errands = Errands(self.drill_runs)
        self.cards = Cards()
        around = PairingSurroundings(lambda: ways_by(doors), doors.access_point or "", self.network_key.network)
        button = PairButton(self.access.pairings, around)
        self.meanwhile = Meanwhile(self.live, data, PatientScreen(screen), button)
        self.practice: Practice | None = None
        self.practice_files: PracticeFiles | None = None
        self.hub = Hub(self.live, self.health, Charge(self.lease, self.link), self.ends, self.meanwhile)

    def practise(self, real: Path) -> None:
        """From the first request on: nobody real is there. Whom the data folder `real` knows may earn something."""
        self.access = Access(real, removed=self.network_key.want_after_revoke, pairings=self.access.pairings)
        self.trusted = real
        self.practice = Practice(self.data, self.access)

    def exchange(self, settings: GdtSettings, language: str) -> None:
        """From now on the practice's software asks for tests by files, where the settings name a folder."""
        if settings.folder is not None:
            self.practice_files = PracticeFiles(self.data, settings, settings.folder, language)
            self.practice_files.start()

    def start(self) -> None:
        """Begin the heartbeat to control and the reading of the rings."""
        self.link.start()
        self.hub.start()
        self.ends.start()
        self.meanwhile.start()
        self.network_key.start()

    def house(self) -> House:
        """What can be asked of the platform here, by control. Raises StationError "control-unreachable"."""
        return house_of(self.link.request("describe")["facts"])

    def drill_runs(self) -> bool:
        """Whether a session runs now, by control's newest sample; what control said too long ago says nothing."""
        sample = self.live.sample
        return sample is not None and sample.session > 0 and time.monotonic_ns() - sample.t_ns < OLD_S * NS_PER_S

    def close(self) -> None:
        """End both, every open stream, and what is being made."""
        if self.practice_files is not None:
            self.practice_files.close()
        self.network_key.close()
        self.errands.close()
        self.papers.close()
        self.meanwhile.close()
        self.ends.close()
        self.hub.close()
        self.link.close()


def house_of(facts: dict[str, Any]) -> House:
    """The same, of what control has described."""
    return House(_platform(facts["platform"]), Bounds(**facts.get("limits", {})))


def _platform(facts: dict[str, Any] | None) -> Platform | None:
    if facts is None:
        return None
    pairs = tuple((hz, mm) for hz, mm in facts["displacement_pp_mm"])
    return Platform(facts["min_hz"], facts["max_hz"], facts["slew_hz_per_s"], pairs)


def attach(app: Flask, service: Service) -> None:
    """Make `service` the one of this app."""
    app.extensions[_EXTENSION] = service


def service_of(app: Flask) -> Service:
    """The service of this app."""
    service: Service = app.extensions[_EXTENSION]
    return service


def service() -> Service:
    """The service of the app that handles this request."""
    return service_of(current_app)
