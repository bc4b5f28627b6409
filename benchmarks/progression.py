"""Progression on simulated learners: success, locks by chance, and how far a session moves a rung.

The plot is `docs/progression.svg`.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.common import Verdict, at_most, table
from benchmarks.learners import SETTLED_FROM, Group, Seen, seen
from drawings.svg import drawing, line, text

LEARNERS = 4000
SHORT = 40
SLOPES = (0.4, 0.8, 1.2)
UNSAFE = (0.02, 0.03, 0.05, 0.10)
SESSION_TRIALS = (6, 9, 12, 15)
WITHIN = 0.02
MOST_LOCKED = 0.02
FEW_UNSAFE = 0.03
PLOT = Path(__file__).resolve().parents[1] / "docs" / "progression.svg"


def main(*, short: bool = False) -> list[Verdict]:
    """Print the tables and judge them. `short`: few learners; the plot is left as it is."""
    learners = SHORT if short else LEARNERS
    success, curves = _success(learners)
    locks, verdicts = _locks(learners)
    few = seen(Group(learners, 0.8, 0.02, session_trials=3, sessions=12))
    print(f"\nSessions of one set of 3: {few.ups} steps up, {few.ups_across} of them on trials of several sessions.")
    verdicts = [*success, *verdicts]
    most = max(one.most_rungs for one in (*curves.values(), *locks.values(), few))
    verdicts.append(at_most("rungs moved in one session", most, 1, "rungs"))
    verdicts.append(Verdict("steps up on trials of several sessions", str(few.ups_across), few.ups_across > 0))
    if not short:
        PLOT.write_text(plot(curves, locks), encoding="utf-8")
    return verdicts


def _success(learners: int) -> tuple[list[Verdict], dict[str, Seen]]:
    verdicts, rows, curves = [], [], {}
    for fear in (False, True):
        wanted = 0.8 if fear else 0.7
        for slope in SLOPES:
            for unsafe in (0.02, 0.10):
                one = seen(Group(learners, slope, unsafe, sessions=5, fear=fear))
                name = f"{100 * wanted:.0f} %, slope {slope}, unsafe {100 * unsafe:.0f} %"
                rows.append([name, *(100 * part for part in (one.success, one.spread, one.there))])
                goal = f"success from trial {SETTLED_FROM}, {name}: away from it"
                verdicts.append(at_most(goal, 100 * abs(one.success - wanted), 100 * WITHIN, "%"))
                if unsafe == UNSAFE[0]:
                    curves[name] = one
    print(
        table(
            [
                "wanted, learners",
                f"hits from trial {SETTLED_FROM} %",
                "standard deviation of people %",
                "on that rung alone %",
            ],
            rows,
        )
    )
    return verdicts, curves


def _locks(learners: int) -> tuple[dict[tuple[float, int], Seen], list[Verdict]]:
    found, verdicts = {}, []
    for unsafe in UNSAFE:
        for trials in SESSION_TRIALS:
            one = seen(Group(learners, 0.8, unsafe, session_trials=trials, sessions=4))
            found[unsafe, trials] = one
            if unsafe <= FEW_UNSAFE:
                name = f"sessions locked, {100 * unsafe:.0f} % unsafe, {trials} trials"
                verdicts.append(at_most(name, 100 * one.locked, 100 * MOST_LOCKED, "%"))
    rows = [
        [f"{100 * unsafe:.0f}", *(100 * found[unsafe, trials].locked for trials in SESSION_TRIALS)] for unsafe in UNSAFE
    ]
    print("\n" + table(["unsafe % of trials", *(f"locked % of {trials} trials" for trials in SESSION_TRIALS)], rows))
    return found, verdicts


def plot(curves: dict[str, Seen], locks: dict[tuple[float, int], Seen]) -> str:
    """Success by trial for each group, and locks by chance beside it."""
    return drawing(
        960, 420, "Success of simulated learners by trial, and locks by chance", [*_curves(curves), *_bars(locks)]
    )


_TOP, _BOTTOM, _LEFT, _RIGHT = 60.0, 360.0, 60.0, 560.0
_LEAST, _MOST = 0.5, 1.0


def _y(share: float) -> float:
    return _BOTTOM - (share - _LEAST) / (_MOST - _LEAST) * (_BOTTOM - _TOP)


def _curves(curves: dict[str, Seen]) -> list[str]:
    shapes = [text(_LEFT, 28, "Share of trials hit, 4,000 learners a line (slope in rungs)", "name")]
    for share in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        shapes += [line(_LEFT, _y(share), _RIGHT, _y(share)), text(22, _y(share) + 4, f"{100 * share:.0f} %", "small")]
    longest = max(len(one.by_trial) for one in curves.values())
    across = (_RIGHT - _LEFT) / longest
    begins = _LEFT + across * SETTLED_FROM
    shapes += [
        line(begins, _TOP, begins, _BOTTOM, "cut"),
        text(begins + 4, _TOP + 12, f"from trial {SETTLED_FROM}", "small"),
    ]
    for name, one in curves.items():
        run = [
            sum(one.by_trial[max(0, n - 2) : n + 3]) / len(one.by_trial[max(0, n - 2) : n + 3])
            for n in range(len(one.by_trial))
        ]
        places = " L".join(
            f"{_LEFT + across * (n + 0.5):.1f} {_y(min(_MOST, max(_LEAST, share))):.1f}" for n, share in enumerate(run)
        )
        shapes.append(f'<path class="arrow" d="M{places}"><title>{name}</title></path>')
    for wanted, place in ((0.7, "people"), (0.8, "people who fear to fall")):
        shapes.append(text(_RIGHT + 6, _y(wanted) + 4, place, "small"))
    return [*shapes, text(_LEFT, 385, f"trial 1 to {longest}, running mean of 5", "small")]


def _bars(locks: dict[tuple[float, int], Seen]) -> list[str]:
    left, most = 740.0, 0.25
    shapes = [text(left, 28, "Sessions locked by chance", "name")]
    for share in (0.0, 0.05, 0.10, 0.15, 0.20, 0.25):
        y = _BOTTOM - share / most * (_BOTTOM - _TOP)
        shapes += [line(left, y, 930, y), text(left - 34, y + 4, f"{100 * share:.0f} %", "small")]
    for group, unsafe in enumerate(UNSAFE):
        for place, trials in enumerate(SESSION_TRIALS):
            height = locks[unsafe, trials].locked / most * (_BOTTOM - _TOP)
            x = left + 4 + group * 48 + place * 10
            shapes.append(f'<rect class="self" x="{x:g}" y="{_BOTTOM - height:.1f}" width="8" height="{height:.1f}"/>')
        shapes.append(text(left + 8 + group * 48, 378, f"{100 * unsafe:.0f} %", "small"))
    return [
        *shapes,
        text(left - 60, 396, f"unsafe trials; bars: {', '.join(map(str, SESSION_TRIALS))} a session", "small"),
    ]


if __name__ == "__main__":
    main()
