"""The guard of `tests/conftest.py`: no test reaches real pins or buses, by whichever way in."""

import builtins
import contextlib
import importlib
import io
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

# ruff: noqa: SIM115, PLW0108 - these calls must fail, and must be looked up when they are made
WAYS_IN = {
    "open": lambda path: builtins.open(path, "rb"),
    "io.open": lambda path: io.open(path, "rb"),  # noqa: UP020 - drivers may call it by this name
    "io.FileIO": lambda path: io.FileIO(path),
    "Path.open": lambda path: Path(path).open("rb"),
    "Path.read_bytes": lambda path: Path(path).read_bytes(),
    "os.open": lambda path: os.open(path, os.O_RDWR),
    "os.open bytes": lambda path: os.open(os.fsencode(path), os.O_RDWR),
}
refused = pytest.raises(pytest.fail.Exception, match="A test tried to")


@pytest.mark.parametrize(
    "device", ["/dev/i2c-1", "/dev/gpiochip0", "/dev/gpiomem", "/dev/mem", "/sys/class/gpio/export"]
)
@pytest.mark.parametrize("way", WAYS_IN)
def test_a_device_file_cannot_be_opened(way: str, device: str) -> None:
    with refused:
        WAYS_IN[way](device)


def test_a_driver_cannot_swallow_the_refusal() -> None:
    with refused, contextlib.suppress(Exception):
        os.open("/dev/i2c-1", os.O_RDWR)


def test_other_files_open_as_ever(tmp_path: Path) -> None:
    (tmp_path / "i2c-1").write_text("an ordinary file")
    assert (tmp_path / "i2c-1").read_text() == "an ordinary file"
    with pytest.raises(FileNotFoundError):
        os.open(tmp_path / "absent", os.O_RDONLY)


def test_the_real_pigpiod_cannot_be_reached() -> None:
    pigpio = importlib.import_module("pigpio")
    with refused:
        pigpio.pi("127.0.0.1")


def test_another_port_of_this_computer_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


@pytest.mark.parametrize("library", ["lgpio", "RPi.GPIO"])
def test_a_pin_library_cannot_be_imported(library: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path.joinpath(*library.split("."))
    package.parent.mkdir(exist_ok=True)
    package.with_suffix(".py").write_text("")  # so that the test says the same where the library is not installed
    if "." in library:
        (package.parent / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    for name in (library, library.partition(".")[0]):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with refused:
        importlib.import_module(library)


def test_gpiozero_finds_no_real_pins_by_itself() -> None:
    gpiozero = importlib.import_module("gpiozero")
    with refused:
        gpiozero.LED(17)


@pytest.mark.parametrize(
    "command",
    [["station", "run", "--rig", "pi"], ["station", "run", "--rig=pi5"], ["python", "-m", "hw.pi5.guard"]],
)
def test_no_child_process_opens_a_real_rig(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "glob", lambda folder, pattern: iter([folder / "gpiochip0"]))
    with refused:
        subprocess.run(command, check=False)


@pytest.fixture
def nested(pytester: pytest.Pytester, project: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A pytest of its own, in a process of its own, with this project's conftest."""
    monkeypatch.delenv("STATION_REAL_HARDWARE", raising=False)
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\nmarkers = ['pi: real hardware']")
    pytester.makeconftest((project / "tests" / "conftest.py").read_text())
    return pytester


def test_a_pin_factory_that_is_left_behind_fails_the_test(nested: pytest.Pytester) -> None:
    nested.makepyfile("""
        import gpiozero
        from gpiozero.pins.mock import MockFactory
        def test_leaves(): gpiozero.Device.pin_factory = MockFactory()
        def test_finds_it_clean(): assert gpiozero.Device.pin_factory is None
    """)
    result = nested.runpytest_subprocess()
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*left gpiozero.Device.pin_factory set*"])


def test_hardware_tests_are_skipped_by_name_and_lift_the_guard_only_when_asked(
    nested: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    nested.makepyfile("""
        import os, pytest
        @pytest.mark.pi
        def test_touches():
            with pytest.raises(OSError): os.open("/dev/i2c-99", os.O_RDWR)
        def test_must_not(): os.open("/dev/i2c-99", os.O_RDWR)
    """)
    nested.runpytest_subprocess().assert_outcomes(skipped=1, failed=1)
    monkeypatch.setenv("STATION_REAL_HARDWARE", "1")
    nested.runpytest_subprocess().assert_outcomes(passed=1, failed=1)


def test_a_skip_without_a_good_reason_is_a_failure(nested: pytest.Pytester) -> None:
    nested.makepyfile(
        test_one="""
            import pytest
            def test_skips(): pytest.skip("not today")
            @pytest.mark.xfail
            def test_expected(): assert False
            @pytest.mark.skip
            def test_marked(): pass
            def test_recordings(shared_data): pass
        """,
        test_two="import pytest; pytest.importorskip('a_module_that_is_absent')",
    )
    result = nested.runpytest_subprocess("--continue-on-collection-errors")
    result.assert_outcomes(failed=2, errors=2, skipped=1)
