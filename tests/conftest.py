"""What holds for every test: no real hardware, no silent skip, repeatable property tests, the real recordings' folder.

The guard is an audit hook of the interpreter: it sees every way in which Python opens a file or a connection. Only a
test marked `pi`, on a machine where somebody set STATION_REAL_HARDWARE=1, may touch pins and buses.
"""

import contextlib
import gc
import itertools
import os
import socket
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext
    from xdist.remote import Producer
    from xdist.scheduler import LoadFileScheduling

PATIENCE_S = 100.0
"""How long a page may take on a machine that is busy with something else; nothing is judged by it."""
REAL_HARDWARE = os.environ.get("STATION_REAL_HARDWARE") == "1"
SHELL = Path("/usr/bin/chromium-headless-shell")
CHROMIUM = str(SHELL if SHELL.is_file() else "/usr/bin/chromium")
"""The same engine of the same package: the shell draws no windows round the pages, which takes two thirds less."""
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",
)
NO_PI = "needs the station's own hardware: run `STATION_REAL_HARDWARE=1 pytest -m pi` on the station"
NO_SILICON = "the modelled silicon is absent: no folder ../shared/tools/pigpiod-sim beside the project"
NO_RECORDINGS = "the real recordings are absent: no folder ../shared/data beside the project"
NO_BOOT = "this computer can boot nothing: it takes root, systemd, namespaces and a mount over its root folder"
NO_REAL_TIME = "this user may not ask for SCHED_FIFO"

DEVICES = ("/dev/i2c-", "/dev/gpiochip", "/dev/gpiomem", "/dev/mem", "/dev/spidev", "/sys/class/gpio", "/sys/class/pwm")
PIN_LIBRARIES = ("lgpio", "RPi.GPIO", "RPi._GPIO")
"""Written in C: they open the pins where the hook cannot see it, so in tests they cannot even be imported."""
PIGPIOD_PORT = 8888
LONG_FIRST = (
    "tests/web_ui/test_languages.py",
    "tests/benchmarks/test_figures.py",
    "tests/web_ui/test_actions.py",
    "tests/docs/test_howto.py",
    "tests/attacks/test_dose.py",
    "tests/gates/",
    "tests/golden/test_golden.py",
    "tests/web_ui/test_schema.py",
    "tests/attacks/test_stop.py",
    "tests/hw/simulated/test_rehearsal.py",
    "tests/web_ui/test_questions.py",
    "tests/station/cli/test_measures_and_compare.py",
    "tests/web_ui/test_papers.py",
    "tests/station/control/test_clinic_hours.py",
    "tests/web_ui/test_looks.py",
    "tests/station/analysis/test_results.py",
    "tests/system/test_run.py",
    "tests/station/control/test_tick.py",
)
"""Files of three quarters of a minute and more: none of them may be the last."""
WAITING = (
    "tests/system/",
    "tests/systemd/",
    "tests/web_ui/",
    "tests/attacks/",
    "tests/station/cli/",
    "tests/station/keeping/",
    "tests/station/processes/",
)
"""Files that mostly wait for processes and pages. Among those that compute, both cores are busy from first to last."""

# Whatever the shell says: each worker and each process that a test starts would compile the whole tree anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

hypothesis.settings.register_profile(
    "gate",
    derandomize=True,  # the same examples each time: CI never fails by chance
    deadline=None,
    max_examples=60,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile(
    "soak",
    derandomize=False,
    deadline=None,
    max_examples=int(os.environ.get("STATION_SOAK", "20000")),
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("gate")


class _Guard:
    """Refuses real hardware unless lifted. An audit hook cannot be removed, so there is a switch."""

    lifted = False

    def find_spec(self, name: str, *_: object) -> None:
        """Stand first among the finders of modules; find nothing."""
        if name in PIN_LIBRARIES and not self.lifted:
            _refuse(f"import {name}, which opens the pins")

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if self.lifted:
            return
        if event == "open":
            path = os.fsdecode(args[0]) if isinstance(args[0], str | bytes) else ""
            if path.startswith(DEVICES):
                _refuse(f"open {path}")
        elif event == "socket.connect" and isinstance(args[1], tuple) and args[1][1] == PIGPIOD_PORT:
            args[0].close()  # the caller closes it on an OSError only
            _refuse(f"connect to a pigpiod at {args[1][0]}:{PIGPIOD_PORT}")
        elif event == "subprocess.Popen" and _starts_real_rig(args[1]):
            _refuse(f"start a program on a real rig: {' '.join(map(str, args[1]))}")


def _refuse(action: str) -> None:
    """Fail the test by an exception that no `except Exception` of a driver can swallow."""
    pytest.fail(f"A test tried to {action}. Use the simulated rig, or mark the test `pi`.")


def _starts_real_rig(command: Sequence[str]) -> bool:
    """Whether a child process would open real pins: the hook does not reach into it."""
    if isinstance(command, str | bytes) or not any(Path("/dev").glob("gpiochip*")):
        return False
    words = [str(word) for word in command]
    return any(word in {"--rig=pi", "--rig=pi5", "hw.pi5.guard"} for word in words) or any(
        pair in {("--rig", "pi"), ("--rig", "pi5")} for pair in itertools.pairwise(words)
    )


_guard = _Guard()
sys.addaudithook(_guard)
sys.meta_path.insert(0, _guard)


@pytest.fixture(autouse=True)
def no_real_hardware(request: pytest.FixtureRequest) -> Iterator[None]:
    """Lift the guard for a `pi` test alone, and see that no test leaves gpiozero's pins behind."""
    _guard.lifted = REAL_HARDWARE and request.node.get_closest_marker("pi") is not None
    yield
    _guard.lifted = False
    gpiozero = sys.modules.get("gpiozero")
    if gpiozero is not None and gpiozero.Device.pin_factory is not None:
        left, gpiozero.Device.pin_factory = gpiozero.Device.pin_factory, None
        pytest.fail(f"The test left gpiozero.Device.pin_factory set to {left!r}: later tests would use it.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files come first, then by turns such that wait and such that compute.

    Tests of the real hardware run only where somebody asked for it.
    """
    places = _places(list(dict.fromkeys(item.nodeid.partition("::")[0] for item in items)))
    items.sort(key=lambda item: places[item.nodeid.partition("::")[0]])
    for item in items:
        if item.get_closest_marker("pi") is not None and not REAL_HARDWARE:
            item.add_marker(pytest.mark.skip(reason=NO_PI))


def _places(files: Sequence[str]) -> dict[str, tuple[float, ...]]:
    """By which each file is sorted: the long ones in their order, the waiting and the others each spread evenly."""
    places: dict[str, tuple[float, ...]] = {}
    rest: dict[bool, list[str]] = {True: [], False: []}
    for file in files:
        long = next((at for at, name in enumerate(LONG_FIRST) if file.startswith(name)), None)
        if long is None:
            rest[file.startswith(WAITING)].append(file)
        else:
            places[file] = (0, long)
    for of_kind in rest.values():
        places |= {file: (1, (at + 0.5) / len(of_kind)) for at, file in enumerate(of_kind)}
    return places


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> "LoadFileScheduling | None":
    """With `--dist loadfile` the gates too stay in one process: they share the syntax trees of all files, which take
    6 s and half a gigabyte to make.
    """
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class ByFileOrGates(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "tests/gates" if nodeid.startswith("tests/gates/") else super()._split_scope(nodeid)

    return ByFileOrGates(config, log)


def pytest_collection_finish() -> None:
    """What was made so far stays: looking through it for cycles again and again takes a tenth of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skip for any other reason than those above is a failure: a test that does not run protects nobody."""
    report = yield
    reason = report.longrepr[2] if report.skipped and isinstance(report.longrepr, tuple) else ""
    if report.skipped and not reason.endswith((NO_PI, NO_RECORDINGS, NO_SILICON, NO_BOOT, NO_REAL_TIME)):
        report.outcome = "failed"
        excuses = "absent hardware, recordings, silicon or rights"
        report.longrepr = f"{item.nodeid} did not run: {report.longrepr}. Only {excuses} excuse it."
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file that skips itself."""
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} skips itself: {report.longrepr}."
    return report


@pytest.fixture(scope="session")
def project() -> Path:
    """The project's root folder."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """`free_port()`: a port that nobody has or gets, below those that the system gives away; another one each time."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ports = itertools.count(20_000 + 2_500 * (worker % 5) + os.getpid() % 1_000)

    def free() -> int:
        for port in ports:
            with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
                break
        return port

    return free


def _patient(browser: "Browser") -> "Browser":
    """The same browser, whose pages all have `PATIENCE_S` instead of half a minute."""
    make = browser.new_context

    def new_context(**options: Any) -> "BrowserContext":
        context = make(**options)
        context.set_default_timeout(1000 * PATIENCE_S)
        return context

    browser.new_context = new_context  # type: ignore[method-assign]
    browser.new_page = lambda **options: new_context(**options).new_page()  # type: ignore[method-assign]
    return browser


@pytest.fixture(scope="session")
def chromium() -> Iterator[Callable[[], "Browser"]]:
    """`chromium()`: Debian's Chromium, started once for all files of this process, and again where it has ended.

    Whatever waits for a page is patient: its taps, its loads and what is expected of it.
    """
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=1000 * PATIENCE_S)
    started: list[Browser] = []

    def running() -> "Browser":
        if not started or not started[-1].is_connected():
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS), timeout=1000 * PATIENCE_S)
            started.append(_patient(browser))
        return started[-1]

    with sync_playwright() as playwright:
        yield running
        for browser in started:
            browser.close()


@pytest.fixture(scope="module")
def browser(chromium: Callable[[], "Browser"]) -> Iterator["Browser"]:
    """Debian's Chromium without a page: at the file's end none is left."""
    browser = chromium()
    yield browser
    for context in browser.contexts:
        context.close()


@pytest.fixture(scope="session")
def shared_data(project: Path) -> Path:
    """The folder of real recordings."""
    folder = project.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(NO_RECORDINGS)
    return folder


@pytest.fixture(scope="session")
def bds(shared_data: Path) -> Path:
    """Quiet two-legged standing of 12 people (Santos & Duarte 2016), 100 Hz."""
    return shared_data / "bds"


@pytest.fixture(scope="session")
def kinvent(shared_data: Path) -> Path:
    """Real single-leg stance on a plate with four load cells, 250 Hz, with the vendor's own figures."""
    return shared_data / "kinvent_single_leg"
