"""The doctor over every board on both systems, whole and with one thing wrong, and over garbage: it never raises."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.cli.doctor import check_words
from station.commissioning.doctor import examine
from station.commissioning.doctor.values import Machine
from station.settings import Settings
from station.texts import Texts
from station.texts.counting import Lacks
from station.texts.pseudo import PSEUDO
from tests.station.commissioning.doctor.roots import BOARDS, CHANGES, GARBAGE, INVENTED, SYSTEMS, Root

LAYOUTS = (
    {},
    {"layout": "two_chips", "addresses": [0x4A, 0x4B]},
    {"layout": "one_chip", "addresses": [0x49]},
)


@pytest.fixture(params=[(board, system) for system in SYSTEMS for board in BOARDS], ids=" on ".join)
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Root:
    return Root(tmp_path, *request.param)


def by_state(checks, state: str) -> set[str]:
    return {name for name, check in checks.items() if check.state == state}


def test_a_healthy_one_has_nothing_to_do(root: Root) -> None:
    checks = root.examine()
    assert by_state(checks, "fail") == by_state(checks, "warn") == set(), checks
    assert by_state(checks, "na") == ({"pigpiod"} if root.rig == "pi5" else set())
    assert checks["board"].seen == root.board.model


def test_each_thing_that_is_wrong_is_seen_and_nothing_else(root: Root, tmp_path_factory) -> None:
    board = next(name for name, board in BOARDS.items() if board is root.board)
    tried = {name: change for name, change in CHANGES.items() if change.rig in ("", root.rig)}
    assert len(tried) >= 6
    for name, change in tried.items():
        spoiled = Root(tmp_path_factory.mktemp("root"), board, root.system)
        change.spoil(spoiled)
        checks = spoiled.examine()
        assert by_state(checks, "fail") == set(change.fails), name
        assert by_state(checks, "warn") == set(change.warns), name


def test_the_rig_of_the_other_boards_fails_with_the_name_of_the_right_one(root: Root) -> None:
    right = root.rig
    root.rig = {"pi": "pi5", "pi5": "pi"}[right]
    checks = root.examine()
    assert checks["board"].state == "fail"
    assert f'"{right}"' in checks["board"].remedy
    if right == "pi5":
        assert "does not run on this board" in checks["pigpiod"].remedy


def test_remedies_are_true_on_this_system(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib.metadata import PackageNotFoundError

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("station.commissioning.doctor.board.version", missing)
    if root.rig == "pi":
        root.remove("/proc/612/cmdline")
    checks = root.examine()
    assert ("python3-lgpio" in checks["lgpio"].remedy) is (root.system == "trixie")
    if root.rig == "pi":
        packaged = "apt install pigpio" in checks["pigpiod"].remedy
        assert packaged is (root.system == "bookworm")
        assert packaged is not ("from its source" in checks["pigpiod"].remedy)
    monkeypatch.setattr("station.commissioning.doctor.board.version", lambda name: "0.0.0.2")
    assert root.examine()["lgpio"].state == "fail", "the empty package of that name"


def test_every_file_says_what_it_follows(root: Root) -> None:
    assert {str(path) for path in map(root.path, root.follows)} >= {
        str(path) for path in root.root.rglob("*") if path.is_file() and not path.is_symlink()
    }
    assert all(root.follows.values())
    assert sum(follows == INVENTED for follows in root.follows.values()) <= 3


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_missing_converter_of_each_layout_names_its_cells(pi: Root, layout) -> None:
    if layout:
        pi.settings["rig"]["load_cells"] = layout
    address = layout.get("addresses", [0x48])[0]
    pi.chips = [chip for chip in pi.chips if chip != address]
    found = pi.examine()["converters"]
    assert found.state == "fail"
    assert "front left" in found.seen
    assert ("front right" in found.seen) is bool(layout)
    assert f"0x{address:02x}" in found.seen


# --- garbage -----------------------------------------------------------------------------------------------------


def answers(draw) -> dict:
    """What the probes give on a machine of which nothing is known: any number, or a refusal."""

    def one(low: int, high: int):
        found = draw(st.one_of(st.none(), st.integers(low, high)))

        def ask(*_: object) -> int:
            if found is None:
                raise OSError(draw(st.sampled_from([None, 5, 13, 121])), "garbage")
            return found

        return ask

    register, clock, version, word = one(0, 255), one(0, 2**32 - 1), one(0, 2**32 - 1), one(0, 2**32 - 1)
    few = draw(st.integers(0, 2))
    return {
        "scan": lambda node, addresses: [one for one in addresses if one & draw(st.integers(0, 127))],
        "register": register,
        "clock_flags": clock,
        "pigpiod_version": version,
        "firmware": lambda *asked: tuple(word() for _ in range(few)),
    }


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_doctor_never_raises(data) -> None:
    board, system = data.draw(st.sampled_from(list(BOARDS))), data.draw(st.sampled_from(list(SYSTEMS)))
    with tempfile.TemporaryDirectory() as folder:
        root = Root(Path(folder), board, system)
        for name in data.draw(st.lists(st.sampled_from(sorted(root.follows)), max_size=6, unique=True)):
            spoil(root.path(name), data)
        wanted = {
            "station": {"rig": data.draw(st.sampled_from(["pi", "pi5", "simulated"])), "data": folder},
            "rig": {
                "load_cells": data.draw(st.sampled_from(LAYOUTS)),
                "accelerometer": {"fitted": data.draw(st.booleans())},
            },
        }
        machine = Machine(root.root, uid=1, groups=frozenset(), real_time=(0, 0), **answers(data.draw))
        checks = examine(machine, Settings.model_validate(wanted))
    assert {check.state for check in checks} <= {"ok", "warn", "fail", "na"}
    lacks = Lacks()
    of = Texts(data.draw(st.sampled_from(["en", "de", *PSEUDO])), lacks=lacks)
    for check in checks:
        _, seen, remedy = check_words(check, of)
        assert seen
        assert bool(remedy) is (check.state in ("warn", "fail")), check
    assert lacks.seen() == ()


def spoil(path: Path, data) -> None:
    """Other content, nothing, a folder, a link to itself, or a file that nobody may read."""
    how = data.draw(st.sampled_from(["content", "gone", "folder", "loop", "forbidden"]))
    if how == "content":
        path.write_bytes(data.draw(GARBAGE))
    elif how == "forbidden":
        os.chmod(path, 0)
    else:
        path.unlink()
        if how == "folder":
            path.mkdir()
        elif how == "loop":
            path.symlink_to(path.name)


def test_an_empty_root_is_no_reason_to_raise(tmp_path: Path) -> None:
    machine = Machine(root=tmp_path / "nothing", uid=1, groups=frozenset())
    for rig in ("pi", "pi5", "simulated"):
        checks = examine(machine, Settings.model_validate({"station": {"rig": rig, "data": str(tmp_path)}}))
        assert all(check.seen for check in checks)
