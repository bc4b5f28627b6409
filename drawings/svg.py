"""Scalable drawings as text: plain SVG that is readable on white and on dark."""

from __future__ import annotations

from xml.sax.saxutils import escape

STYLE = """
  .paper { fill: #ffffff; stroke: #c8c8c8 }
  .box { fill: #eef3f8; stroke: #52708c }
  .gate { fill: #ffffff; stroke: #b3471d }
  .cut { stroke: #b3471d; stroke-width: 2; stroke-dasharray: 7 5 }
  .self { fill: #52708c }
  .dot { fill: #b3471d }
  .line { stroke: #d9dfe5; stroke-width: 1 }
  .arrow { stroke: #52708c; stroke-width: 1.5; fill: none }
  text { font-family: "DejaVu Sans", sans-serif; font-size: 12px; fill: #1c2733 }
  .name { font-weight: bold }
  .call { font-family: "DejaVu Sans Mono", monospace; font-size: 11px }
  .small { font-size: 11px; fill: #46566a }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #14191f; stroke: #3b4653 }
    .box { fill: #1f2a36; stroke: #8fb0cf }
    .gate { fill: #14191f; stroke: #ff9a6b }
    .cut { stroke: #ff9a6b }
    .self { fill: #8fb0cf }
    .dot { fill: #ff9a6b }
    .line { stroke: #2a343f }
    .arrow { stroke: #8fb0cf }
    text { fill: #e8edf2 }
    .small { fill: #b3c0cd }
  }
"""


BUILT = """
  .hidden { fill: none; stroke: #52708c; stroke-dasharray: 5 4 }
  .hidden-line { stroke: #52708c; stroke-dasharray: 5 4 }
  .block { fill: #d9dfe5; stroke: #52708c }
  .ring { fill: none; stroke: #52708c; stroke-width: 1.5 }
  .heavy { stroke: #1c2733; stroke-width: 4 }
  .old { stroke: #52708c; stroke-width: 0.8 }
  .old.top { fill: #eef3f8 } .old.front { fill: #d9e3ec } .old.right { fill: #c4d2df }
  .new { stroke: #b3471d; stroke-width: 0.8 }
  .new.top { fill: #ffd9c7 } .new.front { fill: #f7bfa5 } .new.right { fill: #eda886 }
  @media (prefers-color-scheme: dark) {
    .hidden, .hidden-line, .ring { stroke: #8fb0cf }
    .block { fill: #2a343f; stroke: #8fb0cf }
    .heavy { stroke: #e8edf2 }
    .old { stroke: #8fb0cf }
    .old.top { fill: #2b3947 } .old.front { fill: #233040 } .old.right { fill: #1b2632 }
    .new { stroke: #ff9a6b }
    .new.top { fill: #8a4526 } .new.front { fill: #74381e } .new.right { fill: #5f2d17 }
  }
"""
"""What drawings of things need beside: hidden edges, blocks, and solids in three shades."""


def drawing(width: int, height: int, title: str, shapes: list[str], further: str = "") -> str:
    """A whole file of this size in pixels; `title` is what a screen reader says, `further` is more style."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img">'
    paper = f'<rect class="paper" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="6"/>'
    return (
        "\n".join(
            [head, f"<title>{escape(title)}</title>", f"<style>{STYLE}{further}</style>", paper, *shapes, "</svg>"]
        )
        + "\n"
    )


def text(x: float, y: float, words: str, kind: str = "", turn: int = 0) -> str:
    """Words that begin at this place, in pixels; turned by so many degrees."""
    turned = f' transform="rotate({turn} {x:g} {y:g})"' if turn else ""
    return f'<text class="{kind}" x="{x:g}" y="{y:g}"{turned}>{escape(words)}</text>'


def box(x: float, y: float, width: float, height: float, kind: str = "box") -> str:
    """A rectangle with round corners."""
    return f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="4"/>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str = "line") -> str:
    """A straight line."""
    return f'<path class="{kind}" d="M{x1:g} {y1:g} L{x2:g} {y2:g}"/>'


def dot(x: float, y: float) -> str:
    """A filled circle."""
    return f'<circle class="dot" cx="{x:g}" cy="{y:g}" r="5"/>'
