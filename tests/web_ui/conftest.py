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
from typing import TYPE_CHECKING, TypeVar

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from playwright.sync_api import Browser, Page, expect, sync_playwright

from web_ui.app import create_app
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
from web_ui.serve import run_web
languages = (sys.argv[4], sys.argv[5])
run_web(runtime=Path(sys.argv[1]), data=Path(sys.argv[2]), host="127.0.0.1", port=int(sys.argv[3]), languages=languages)
"""


CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 390, "height": 844}
PATIENCE_S = 50.0
"""For a machine that is busy with something else; what is waited for takes milliseconds."""
_PAUSE = threading.Event()
T = TypeVar("T")

expect.set_options(timeout=1000 * PATIENCE_S)


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

    def __init__(self, runtime: Path, data: Path, port: int, languages: tuple[str, str] = ("", "")) -> None:
        self.runtime, self.data, self.port, self.languages = runtime, data, port, languages
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, self.runtime, self.data, str(self.port), *self.languages]
        )
        until(self.answers, self.ended)

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


@pytest.fixture(scope="session")
def serve() -> type[Server]:
    """For a server in another language."""
    return Server


@pytest.fixture
def server(runtime: Path, data: Path, feeder: Feeder, free_port: Callable[[], int]) -> Iterator[Server]:
    """The pages, served over a live feeder; for a test that ends or breaks them."""
    server = Server(runtime, data, free_port())
    yield server
    server.stop()


@pytest.fixture
def make_server(runtime: Path, data: Path, free_port: Callable[[], int]) -> Iterator[Callable[[], Server]]:
    """Serves the pages over whatever control the test has put into the runtime folder."""
    servers: list[Server] = []

    def make() -> Server:
        servers.append(Server(runtime, data, free_port()))
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
    server = Server(folder, folder, free_port())
    yield feeder, server
    server.stop()
    feeder.close()


@pytest.fixture
def served(shared: tuple[Feeder, Server]) -> Server:
    """The file's server, with nothing going on."""
    feeder, server = shared
    feeder.reset()
    return server


@pytest.fixture
def patient(shared: tuple[Feeder, Server], served: Server) -> Feeder:
    """The feeder behind `served`."""
    return shared[0]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, served: Server) -> Iterator[Callable[..., Page]]:
    """Open a page and wait for live data. At the test's end fail for anything that its console complained of."""
    complaints, contexts = [], []

    def visit(path: str, size: dict = PHONE, **options: object) -> Page:
        context = browser.new_context(viewport=size, **options)
        contexts.append(context)
        context.set_default_timeout(1000 * PATIENCE_S)
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(served.url + path)
        expect(page.locator("body")).to_have_attribute("data-freshness", "live")
        return page

    yield visit
    for context in contexts:
        context.close()
    meant = ("the server responded with a status of", "net::ERR_INTERNET_DISCONNECTED")  # a test did that itself
    assert [one for one in complaints if not any(words in one for words in meant)] == []
