"""Which cell is under which corner: a person presses the corners one after another, and the cells tell.

Swapped cables give no error: every cell reads a force, and the centre of pressure is mirrored or turned. So whoever
wires a plate is asked to press each corner in turn.
"""

from __future__ import annotations

from hw.values import CELL_NAMES, Four

PRESSED_N = 50.0
"""A hand's push: more than drift, less than a person's weight."""
RELEASED_N = 10.0
DOMINANT = 0.6
"""The share of the push that its own corner carries at least; pressed at the cell itself it is nearly all."""


class CornerCheck:
    """Ask for `asked`, feed forces, until `finished`; then `swapped` says what is wrong, empty for nothing.

    Forces are in newtons above the empty plate, in the order of `CELL_NAMES`. A push counts once it is `PRESSED_N`
    strong and lies on one cell; the plate must be let go of before the next.
    """

    def __init__(self) -> None:
        self.found: list[int] = []
        """For each corner pressed so far, the cell that felt it."""
        self._released = True

    @property
    def released(self) -> bool:
        """Nothing presses now: the next corner may be pressed."""
        return self._released

    @property
    def finished(self) -> bool:
        """All four corners have been pressed."""
        return len(self.found) == len(CELL_NAMES)

    @property
    def asked(self) -> str:
        """The corner to press now, as in `CELL_NAMES`; "" when finished."""
        return "" if self.finished else CELL_NAMES[len(self.found)]

    def feed(self, forces_n: Four) -> None:
        """One more reading. NaN and a push between two corners count as nothing."""
        total_n = sum(forces_n)
        if not self._released:
            self._released = total_n < RELEASED_N
        elif not self.finished and total_n >= PRESSED_N:
            strongest = max(range(len(CELL_NAMES)), key=lambda cell: forces_n[cell])
            if forces_n[strongest] >= DOMINANT * total_n:
                self.found.append(strongest)
                self._released = False

    @property
    def swapped(self) -> list[tuple[str, str]]:
        """Each corner that was felt by the cell of another, and that cell; the fault's code is "cells-swapped"."""
        return [(CELL_NAMES[corner], CELL_NAMES[cell]) for corner, cell in enumerate(self.found) if corner != cell]

    def addresses(self, wired: tuple[int, ...]) -> tuple[int, ...]:
        """The addresses of `rig.load_cells.addresses` in the order in which they belong.

        `wired` are those in use, one a cell. Raises ValueError before each of the four corners was found by its cell.
        """
        if sorted(self.found) != list(range(len(CELL_NAMES))):
            raise ValueError("not every corner was felt by a cell of its own: press them again")
        return tuple(wired[cell] for cell in self.found)
