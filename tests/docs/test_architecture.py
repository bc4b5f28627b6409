"""docs/architecture.md is what the code is: its drawings, the order of a tick's calls, and every hop of its walks."""

import ast
import inspect
import itertools
import re
import textwrap
from collections.abc import Callable

import pytest

import drawings.architecture
from drawings.house import house
from station.control.tick import Station
from station.sensing.senses import Senses

PAGE = "docs/architecture.md"
NOT_A_STEP = {"bool", "min", "Reading", "clock.now_ns", "_vibrates"}
WALKS = (
    "A cell's voltage to the drive",
    "A cell's voltage to the file",
    "A Start to the drive",
    "A trip to the phone",
    "A recording to a figure",
)


def test_what_is_drawn_is_what_the_code_gives(project) -> None:
    drawn = drawings.architecture.made(project)
    assert len(drawn) == 3
    assert [str(path) for path, text in drawn.items() if (project / path).read_text(encoding="utf-8") != text] == [], (
        "run `make drawings`"
    )


def test_no_arrow_goes_up(project) -> None:
    whole = house(project)
    level = {room.name: index for index, room in enumerate(whole.rooms)}
    assert len(whole.arrows) > 60
    assert {(one, other) for one, other in whole.arrows if level[one] >= level[other]} == set()
    assert all(room.owns for room in whole.rooms)


def _calls(function: Callable[..., object]) -> list[str]:
    """The calls of a function in the order in which they are made, without `self` and `rig`."""
    nodes = [
        node for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))) if isinstance(node, ast.Call)
    ]
    nodes.sort(key=lambda node: (node.end_lineno, node.end_col_offset))
    return [re.sub(r"^(self\.)?(rig\.)?", "", ast.unparse(node.func)) for node in nodes]


@pytest.mark.parametrize("function", [Station.tick, Senses.read], ids=lambda function: function.__qualname__)
def test_these_calls_are_made_in_this_order_and_no_other(project, function) -> None:
    rows = drawings.architecture.steps((project / PAGE).read_text(encoding="utf-8"), function.__qualname__)
    assert [call for _, call, _ in rows] == [call for call in _calls(function) if call not in NOT_A_STEP]


def _room(hop: str) -> str:
    package, part = hop.split(".")[:2]
    return f"{package}.{part}" if package in {"station", "hw"} else package


@pytest.mark.parametrize("walk", WALKS)
def test_each_hop_of_a_walk_exists_and_no_walk_comes_back(pages, table, lead_to, walk) -> None:
    rows = table(pages[PAGE], f"### {walk}")
    assert len(rows) > 4
    for _, hop, _ in rows:
        assert callable(lead_to(hop.strip("`"))), hop
    for process, hops in itertools.groupby(rows, key=lambda row: row[0]):
        rooms = [room for room, _ in itertools.groupby(_room(row[1].strip("`")) for row in hops)]
        assert len(rooms) == len(set(rooms)), f"{walk}, {process}: {rooms}"


def test_every_walk_is_checked(pages) -> None:
    walks = pages[PAGE].split("\n## Walks\n")[1]
    assert tuple(re.findall(r"^### (.+)$", walks, re.MULTILINE)) == WALKS


def test_every_name_of_the_code_in_a_page_leads_somewhere(pages, lead_to) -> None:
    named = [
        (path, name)
        for path, text in pages.items()
        if path not in {"CHANGELOG.md", "docs/settings.md"}  # what was, and keys of settings
        for name in re.findall(r"`((?:hw|drills|station|web_ui)(?:\.[a-zA-Z]\w*)+)`", text)
        if not name.endswith((".toml", ".md", ".service", ".target", ".svg", ".py"))
        and f"| `{name}` |" not in pages["docs/settings.md"]  # a key of the settings' table `[station]`
    ]
    assert len(named) > 40
    for path, name in named:
        try:
            lead_to(name)
        except LookupError as problem:
            pytest.fail(f"{path}: {problem}")
