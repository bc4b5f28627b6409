"""Views of things in millimetres: where a point lies on the paper, outlines, and lines with their measure."""

from __future__ import annotations

from typing import NamedTuple

from drawings.dimensions import mm
from drawings.svg import line, text

TICK = 4.0
"""Half of the stroke at the end of a dimension line, in pixels."""


class View(NamedTuple):
    """A scale (pixels a mm) and where the origin lies (pixels); y grows upward in mm and downward on the paper."""

    scale: float
    x: float
    y: float

    def at(self, x_mm: float, y_mm: float) -> tuple[float, float]:
        """This point on the paper."""
        return round(self.x + self.scale * x_mm, 1), round(self.y - self.scale * y_mm, 1)

    def outline(self, left: float, bottom: float, width: float, height: float, kind: str = "box") -> str:
        """A rectangle by its lower left corner, in mm."""
        x, y = self.at(left, bottom + height)
        return (
            f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{self.scale * width:.4g}" '
            f'height="{self.scale * height:.4g}"/>'
        )

    def circle(self, x_mm: float, y_mm: float, across_mm: float, kind: str = "dot") -> str:
        """A circle of this diameter."""
        x, y = self.at(x_mm, y_mm)
        return f'<circle class="{kind}" cx="{x:g}" cy="{y:g}" r="{max(2.0, 0.5 * self.scale * across_mm):.3g}"/>'

    def stroke(self, first: tuple[float, float], second: tuple[float, float], kind: str = "line") -> str:
        """A straight line between two points in mm."""
        return line(*self.at(*first), *self.at(*second), kind)

    def words(
        self, x_mm: float, y_mm: float, said: str, kind: str = "small", shift: tuple[float, float] = (0, 0)
    ) -> str:
        """Words that begin at this point, moved by so many pixels."""
        x, y = self.at(x_mm, y_mm)
        return text(x + shift[0], y + shift[1], said, kind)

    def across(self, left: float, right: float, y_mm: float, said: str = "") -> list[str]:
        """A level dimension line at this height, with the length between."""
        (x1, y), (x2, _) = self.at(left, y_mm), self.at(right, y_mm)
        shown = f"{mm(round(right - left, 2))}{said}"
        middle = (x1 + x2) / 2.0 - 3.2 * len(shown)
        ends = [line(x, y - TICK, x, y + TICK, "arrow") for x in (x1, x2)]
        return [line(x1, y, x2, y, "arrow"), *ends, text(round(middle, 1), y - 5, shown, "small")]

    def up(self, x_mm: float, bottom: float, top: float, said: str = "") -> list[str]:
        """An upright dimension line at this place, with the length beside it."""
        (x, y1), (_, y2) = self.at(x_mm, bottom), self.at(x_mm, top)
        ends = [line(x - TICK, y, x + TICK, y, "arrow") for y in (y1, y2)]
        shown = f"{mm(round(top - bottom, 2))}{said}"
        return [line(x, y1, x, y2, "arrow"), *ends, text(x + 7, round((y1 + y2) / 2.0 + 4, 1), shown, "small")]
