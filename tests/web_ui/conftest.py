"""What the tests of the pages share: a feeder in the place of control, the application over it, and a served one."""

import importlib.util
import inspect
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, TypeVar

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.routing import Rule

from station.settings import PhoneSettings, Settings
from tests.web_ui.forking import Forked
from tests.web_ui.states import give_back
from web_ui.app import create_app
from web_ui.serve import run_web
from web_ui.service import service_of

if TYPE_CHECKING:
    from tests.web_ui.feeder import Feeder
else:
    _SPEC = importlib.util.spec_from_file_location("feeder", Path(__file__).with_name("feeder.py"))
    feeder_module = importlib.util.module_from_spec(_SPEC)
    _SPEC.loader.exec_module(feeder_module)
    Feeder = feeder_module.Feeder

SERVE = """import sys
from pathlib import Path
from station.claim import die_with_parent
from station.settings import PhoneSettings, Settings
from web_ui.serve import run_web
die_with_parent()
runtime, data = map(Path, sys.argv[1:3])
said = {"station": {"language": sys.argv[4] or "en"}, "web": {"patient_language": sys.argv[5] or None}}
settings = Settings.model_validate({**said, "phones": PhoneSettings.model_validate_json(sys.argv[6])})
run_web(runtime=runtime, data=data, host="127.0.0.1", port=int(sys.argv[3]), settings=settings)
"""


PHONE = {"width": 390, "height": 844}
CLOSED = PhoneSettings()
"""No door for phones."""
PATIENCE_S = 100.0
"""For a machine that is busy with something else; what is waited for takes milliseconds."""
_COMPILE = Rule._compile_builder
_BUILDERS: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
_PAUSE = threading.Event()
T = TypeVar("T")


def _compiled_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """What makes the addresses of this rule. It takes nine tenths of the time in which an application is made, three
    hundred of which have the same rules.
    """
    if rule.defaults:
        return _COMPILE(rule, append_unknown)
    key = (*rule._trace, append_unknown)
    if key not in _BUILDERS:
        _BUILDERS[key] = _COMPILE(rule, append_unknown)
    return _BUILDERS[key]


Rule._compile_builder = _compiled_once


def until(condition: Callable[[], T], ended: Callable[[], str] = str) -> T:
    """The first true value of `condition`; after `PATIENCE_S` it is given up, at once when `ended()` says why."""
    give_up_s = time.monotonic() + PATIENCE_S
    while not (value := condition()):
        if why := ended():
            pytest.fail(f"{why}; waited for {inspect.getsource(condition).strip()}")
        assert time.monotonic() < give_up_s, f"not within {PATIENCE_S:g} s: {inspect.getsource(condition).strip()}"
        _PAUSE.wait(0.01)
    return value


@pytest.fixture(name="until")
def _until() -> Callable[[Callable[[], T]], T]:
    """`until(condition)`: the first true value of `condition()`."""
    return until


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    """An empty runtime folder."""
    folder = tmp_path / "runtime"
    folder.mkdir()
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An empty data folder."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def feeder(runtime: Path) -> Iterator[Feeder]:
    """A running feeder, with an empty plate and no drill."""
    feeder = Feeder(runtime)
    feeder.start()
    yield feeder
    feeder.close()


@pytest.fixture(scope="session")
def make_feeder() -> type[Feeder]:
    """For a second life of control."""
    return Feeder


@pytest.fixture
def app(runtime: Path, data: Path) -> Iterator[OpenAPI]:
    """The application over the runtime folder, with or without a feeder in it."""
    app = create_app(runtime, data)
    yield app
    service_of(app).close()


@pytest.fixture
def live_app(feeder: Feeder, app: OpenAPI) -> OpenAPI:
    """The application once control answers it and samples come."""
    service = service_of(app)
    until(lambda: service.link.answered_age_s() is not None and service.live.sample is not None)
    return app


@pytest.fixture
def client(live_app: OpenAPI) -> FlaskClient:
    """A browser without pages, on the live application."""
    return live_app.test_client()


class Server:
    """The pages under gunicorn, as `station web` runs them."""

    def __init__(
        self,
        runtime: Path,
        data: Path,
        port: int,
        languages: tuple[str, str] = ("", ""),
        phones: PhoneSettings = CLOSED,
    ) -> None:
        self.runtime, self.data, self.port, self.languages, self.phones = runtime, data, port, languages, phones
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = self.begun()
        until(self.answers, self.ended)

    def begun(self) -> "subprocess.Popen[bytes] | Forked":
        """Its process."""
        said = (str(self.port), *self.languages, self.phones.model_dump_json())
        return subprocess.Popen([sys.executable, "-c", SERVE, self.runtime, self.data, *said])

    def ended(self) -> str:
        """How it has ended, or "" while it runs. What it printed is what the test's own process printed."""
        code = self.process.poll()
        return "" if code is None else f"the pages' server has ended with exit code {code}: see the captured stderr"

    def answers(self) -> bool:
        """Whether a page comes."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=1):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def kill(self) -> None:
        """As `kill -9` on the process that was started."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> float:
        """SIGTERM; how long it took to end, in seconds."""
        began = time.monotonic()
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=PATIENCE_S)
        return time.monotonic() - began


class ForkedServer(Server):
    """The same without loading the program: for what is not about the process itself."""

    def begun(self) -> Forked:
        language, patients = self.languages
        said = {"station": {"language": language or "en"}, "web": {"patient_language": patients or None}}
        settings = Settings.model_validate({**said, "phones": self.phones})
        places = {"runtime": self.runtime, "data": self.data, "host": "127.0.0.1", "port": self.port}
        return Forked(run_web, {**places, "settings": settings})


@pytest.fixture(scope="session")
def serve() -> type[Server]:
    """For a server in another language."""
    return ForkedServer


@pytest.fixture
def server(runtime: Path, data: Path, feeder: Feeder, free_port: Callable[[], int]) -> Iterator[Server]:
    """The pages, served over a live feeder; for a test that ends or breaks them."""
    server = ForkedServer(runtime, data, free_port())
    yield server
    server.stop()


@pytest.fixture
def loaded_server(runtime: Path, data: Path, feeder: Feeder, free_port: Callable[[], int]) -> Iterator[Server]:
    """The same in a process that loads the program: for what is tried of its start, its end, its memory and of what it
    prints, which a forked one does not print where a test's `capfd` sees it.
    """
    server = Server(runtime, data, free_port())
    yield server
    server.stop()


@pytest.fixture
def make_server(runtime: Path, data: Path, free_port: Callable[[], int]) -> Iterator[Callable[[], Server]]:
    """Serves the pages over whatever control the test has put into the runtime folder."""
    servers: list[Server] = []

    def make() -> Server:
        servers.append(ForkedServer(runtime, data, free_port()))
        return servers[-1]

    yield make
    for server in servers:
        server.stop()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[tuple[Feeder, Server]]:
    """One feeder and one server for a whole file: starting them is most of a test's time."""
    folder = tmp_path_factory.mktemp("station")
    feeder = Feeder(folder)
    feeder.start()
    server = ForkedServer(folder, folder, free_port())
    yield feeder, server
    server.stop()
    feeder.close()


@pytest.fixture
def served(shared: tuple[Feeder, Server]) -> Server:
    """The file's server, with nothing going on, and nobody's: a phone that is gone keeps control for 10 s."""
    feeder, server = shared
    feeder.reset()
    give_back(server.url)
    return server


@pytest.fixture
def patient(shared: tuple[Feeder, Server], served: Server) -> Feeder:
    """The feeder behind `served`."""
    return shared[0]


class Phone:
    """A browser that is cleared between tests: its pages share a process. A new one costs most of a test's time."""

    def __init__(self, browser: Browser) -> None:
        self.context = browser.new_context(viewport=PHONE)
        self._keeper = self.context.new_page()
        """Has no script, and keeps the process."""

    def clear(self, url: str) -> None:
        """As if it were new, for the pages of this server."""
        if not self._keeper.url.startswith(url):
            self._keeper.goto(f"{url}/healthz")
        self._keeper.evaluate("localStorage.clear()")
        self.context.clear_cookies()

    def leave(self) -> None:
        """The test is over: its pages are closed."""
        as_ever = "Date.now.toString().includes('[native code]') && navigator.onLine"
        if not self._keeper.evaluate(as_ever):
            pytest.fail("clock and line are the context's: use `page.clock` and `page.context` in the test itself")
        for page in self.context.pages:
            if page is not self._keeper:
                page.close()


def _names(code: CodeType) -> set[str]:
    """The attributes that a function's code uses, with those of the functions in it."""
    inner = (_names(one) for one in code.co_consts if isinstance(one, CodeType))
    return set(code.co_names).union(*inner)


@pytest.fixture(scope="module")
def phones(browser: Browser) -> Iterator[list[Phone]]:
    """The file's phones: they come with the tests that need so many."""
    phones: list[Phone] = []
    yield phones
    for phone in phones:
        phone.context.close()


@pytest.fixture
def visit(
    request: pytest.FixtureRequest, browser: Browser, phones: list[Phone], served: Server
) -> Iterator[Callable[..., Page]]:
    """Open a page and wait for live data. At the test's end fail for anything that its console complained of.

    Each page is another phone's. A test that itself uses a page's `context` or `clock` has new ones.
    """
    complaints, contexts = [], []
    cleared = not _names(request.function.__code__) & {"context", "clock"}
    used: list[Phone] = []

    def phone(size: dict, options: dict) -> BrowserContext:
        if not cleared or options:
            contexts.append(browser.new_context(viewport=size, **options))
            return contexts[-1]
        if len(used) == len(phones):
            phones.append(Phone(browser))
        used.append(phones[len(used)])
        used[-1].clear(served.url)
        return used[-1].context

    def visit(path: str, size: dict = PHONE, **options: object) -> Page:
        page = phone(size, options).new_page()
        if page.viewport_size != size:
            page.set_viewport_size(size)
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(served.url + path)
        expect(page.locator("body")).to_have_attribute("data-freshness", "live")
        return page

    yield visit
    for context in contexts:
        context.close()
    for one in used:
        one.leave()
    meant = ("the server responded with a status of", "net::ERR_INTERNET_DISCONNECTED")  # a test did that itself
    assert [one for one in complaints if not any(words in one for words in meant)] == []
