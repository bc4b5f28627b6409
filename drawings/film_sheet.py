"""All film strips of a folder on one page, by exercise, so that somebody can choose a drill by looking."""

from __future__ import annotations

from html import escape
from pathlib import Path

from drills.document import DrillDocument
from drills.library import catalogue_names, load_shipped

STYLE = """
body { margin: 2rem auto; max-width: 90rem; padding: 0 1rem; font: 1.1rem/1.4 system-ui, sans-serif; color: #14202b; }
nav { columns: 16rem; } nav a { display: block; } img { width: 100%; height: auto; } section { margin-block: 3rem; }
p { margin: 0.3rem 0; max-width: 60rem; } h2 { border-top: 3px solid #7a8a98; padding-top: 1rem; }
"""


def write_sheet(folder: Path) -> None:
    """index.html beside the strips: of each drill that has one its title, what it is for and its eight frames."""
    shown = [load_shipped(name) for name in catalogue_names() if _strip_of(folder, name).exists()]
    by_exercise = dict[str, list[DrillDocument]]()
    for document in shown:
        by_exercise.setdefault(document.exercise_step.exercise, []).append(document)
    parts = ["<!doctype html><html lang='en'><meta charset='utf-8'><title>Drills, as the patient sees them</title>"]
    parts.append(f"<style>{STYLE}</style><h1>Drills, as the patient sees them</h1>")
    parts.append(
        "<p>Eight frames of one try each: getting on, ready, five of the exercise, and how it went. It is done by a"
    )
    parts.append(f"simulated person.</p><nav>{''.join(map(_link, shown))}</nav>")
    for exercise, documents in sorted(by_exercise.items()):
        parts.append(f"<h2>{escape(exercise)}</h2>")
        parts += [_section(document) for document in documents]
    (folder / "index.html").write_text("\n".join(parts), encoding="utf-8")


def _strip_of(folder: Path, name: str) -> Path:
    return folder / f"film-{name}.png"


def _link(document: DrillDocument) -> str:
    return f"<a href='#{document.name}'>{escape(document.title)}</a>"


def _section(document: DrillDocument) -> str:
    about = document.about
    told = "" if about is None else f"<p>{escape(about.purpose)}</p><p>For whom: {escape(about.suits)}</p>"
    picture = f"<img src='film-{document.name}.png' alt='Eight frames of {escape(document.title)}' loading='lazy'>"
    return f"<section id='{document.name}'><h3>{escape(document.title)}</h3>{told}{picture}</section>"
