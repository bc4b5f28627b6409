"""docs/architecture.svg and docs/tick.svg, and the tables of rooms in docs/architecture.md."""

from __future__ import annotations

import re
from pathlib import Path

from drawings.house import House, Room, house, parts
from drawings.page import put
from drawings.svg import box, dot, drawing, line, text

PAGE = Path("docs/architecture.md")
_LEFT, _TOP, _CELL = 168, 132, 26
_TICK_WIDTH, _STEP_HEIGHT = 720, 58


def made(project: Path) -> dict[Path, str]:
    """What each drawn file must hold, by its path from the project's root."""
    whole = house(project)
    page = (project / PAGE).read_text(encoding="utf-8")
    page = put(page, PAGE, "rooms", _table(whole.rooms, whole))
    page = put(page, PAGE, "parts", _table(parts(project, "hw")))
    return {
        Path("docs/architecture.svg"): rooms_drawing(whole),
        Path("docs/tick.svg"): tick_drawing(page),
        PAGE: page,
    }


def rooms_drawing(whole: House) -> str:
    """A row and a column for each room, roof first; a dot where the row's room imports the column's."""
    names = [room.name for room in whole.rooms]
    side = _CELL * len(names)
    shapes = []
    for index, name in enumerate(names):
        y = _TOP + _CELL * index
        shapes.append(line(_LEFT, y + _CELL, _LEFT + side, y + _CELL))
        shapes.append(line(_LEFT + _CELL * (index + 1), _TOP, _LEFT + _CELL * (index + 1), _TOP + side))
        shapes.append(box(_LEFT + _CELL * index + 4, y + 4, _CELL - 8, _CELL - 8, "self"))
        shapes.append(text(14, y + 17, _short(name), "name"))
        shapes.append(text(_LEFT + _CELL * index + 12, _TOP - 8, _short(name), turn=-55))
        shapes += [
            dot(_LEFT + _CELL * (column + 0.5), y + _CELL / 2)
            for column, other in enumerate(names)
            if (name, other) in whole.arrows
        ]
    foot = "A dot: the room at the left imports the room above. None lies left of the squares: nothing imports upwards."
    shapes.append(text(14, _TOP + side + 24, foot, "small"))
    return drawing(_LEFT + side + 90, _TOP + side + 40, "The rooms and what each imports", shapes)


def tick_drawing(page: str) -> str:
    """One box a step, from the first call to the last; those of the reading stand inside its step."""
    rows = [(14, step) for step in steps(page, "Station.tick")]
    rows[1:1] = [(44, step) for step in steps(page, "Senses.read")]
    shapes = []
    for index, (left, (step, call, result)) in enumerate(rows):
        y = 14 + _STEP_HEIGHT * index
        shapes.append(box(left, y, _TICK_WIDTH - 14 - left, _STEP_HEIGHT - 12))
        shapes.append(text(left + 12, y + 18, step, "name"))
        shapes.append(text(_TICK_WIDTH * 0.62, y + 18, call, "call"))
        shapes.append(text(left + 12, y + 36, result, "small"))
        if index:
            shapes.append(line(_TICK_WIDTH / 2, y - 12, _TICK_WIDTH / 2, y, "arrow"))
    return drawing(_TICK_WIDTH, 14 + _STEP_HEIGHT * len(rows), "One tick, from volts to vibration", shapes)


def steps(page: str, function: str) -> list[list[str]]:
    """The rows of the page's table of that function: what is done, the call that does it, what comes of it."""
    section = re.split(r"^##", page.split(f"\n### {function}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| ")]
    return [[re.sub(r"`", "", cell).strip() for cell in row] for row in rows[1:]]


def _short(name: str) -> str:
    return name.removeprefix("station.")


def _table(rooms: tuple[Room, ...], whole: House | None = None) -> str:
    head = ["| room | what it owns |", "|---|---|"]
    if whole is None:
        return "\n".join([*head, *(f"| `{room.name}` | {room.owns} |" for room in rooms)])
    lines = ["| room | what it owns | imports |", "|---|---|---|"]
    for room in rooms:
        below = ", ".join(_short(other.name) for other in rooms if (room.name, other.name) in whole.arrows)
        lines.append(f"| `{room.name}` | {room.owns} | {below or '-'} |")
    return "\n".join(lines)
