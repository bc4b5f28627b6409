"""What somebody wants, some time after they saw it: reaction, choice, memory, mistakes and what practice makes of them.

A thing that jumps is answered after a reaction time, with an error of aim that grows with the way to it; a thing that
moves on is followed with a short delay, which people shorten by guessing where it goes. What was shown is remembered,
and the memory blurs while it is not seen.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence
from math import exp, hypot, sqrt
from typing import NamedTuple

from hw.screen import FIND_AGAIN, REMEMBERED, Shown, View
from hw.simulated.abilities import Ability
from hw.simulated.seeing import NOTHING, Point, Wish, wish_of

JUMP_MM = 20.0
"""A place that is shown so far from where it was has jumped; nearer, it moves, and is followed."""
JUMP_SHARE = 0.15
"""As much of what else a band asks for: of its goal, or of 1."""
CHOICE_S = 0.15
"""What it takes longer to go only where one may (a choice of two: Hick 1952)."""
LEAST_REACTION_S = 0.2
BEAT_S = 0.1
"""After a beat that was expected, or the turn of a movement that one is in."""
RESTS_S = 0.4
"""What has not moved for so long rests where it is seen: it is not looked for ahead of that any more."""
TRIES_TO_LEARN = 8.0
"""Tries after which 63 % of what practice can give have been learnt."""


class _Due(NamedTuple):
    """What is to be wanted from then on."""

    at_s: float
    wish: Wish


class Will:
    """One person's. `step` says what is wanted now; times are in seconds of the person's own life."""

    def __init__(self, ability: Ability, rng: random.Random) -> None:
        self._ability = ability
        self._rng = rng
        self._shapes: dict[int, Sequence[Point]] = {}
        self._seen = NOTHING
        self._due: deque[_Due] = deque()
        self._wanted = NOTHING
        self._error_mm = (0.0, 0.0)
        self._remembered = NOTHING
        self._remembered_s = 0.0
        self._speed_mm_s = (0.0, 0.0)
        self._seen_s = 0.0
        self._foreseen = False
        self.lag_s = 0.0
        """How far the body stays behind an even motion: what is foreseen beside the own delay."""
        self.tries = 0
        """How many things have been aimed at: practice."""

    def shape(self, number: int, points: Sequence[Point]) -> None:
        """A line is drawn (mm)."""
        self._shapes[number] = points

    def forget(self) -> None:
        """A new trial begins: what was to be remembered has gone, what was learnt has not."""
        self._seen = self._wanted = self._remembered = NOTHING
        self._due.clear()

    def see(self, shown: Shown, own_mm: Point, now_s: float) -> None:
        """The screen shows this from now on, and the dot is here."""
        wish = wish_of(shown, self._shapes, own_mm)
        if wish.what != "nothing" and shown.word in REMEMBERED:
            self._remembered, self._remembered_s = wish, now_s
        elif wish.what == "nothing" and self._is_asked_again(shown):
            wish = self._from_memory(now_s)
        if wish == self._seen:
            return
        before, self._seen = self._seen, wish
        if wish.leave and self._rng.random() >= self._ability.false_alarms:
            wish = NOTHING
        if _jumps(before, wish):
            self._answer(wish, own_mm, now_s)
        else:
            self._keep_on(before, wish, now_s)

    def step(self, now_s: float) -> Wish:
        """What is wanted now."""
        due = self._due
        while due and due[0].at_s <= now_s:
            self._wanted = due.popleft().wish
        if self._foreseen and not due and now_s - self._seen_s > RESTS_S:
            self._foreseen = False
            self._wanted = self._erring(self._seen)
        return self._wanted

    @property
    def shown(self) -> Wish:
        """What is seen now, errors of aim aside: what the dot is steered to by eye."""
        return self._seen

    @property
    def clumsiness(self) -> float:
        """What practice has left of the errors, from 1.0 on."""
        return 1.0 - self._ability.learns * (1.0 - exp(-self.tries / TRIES_TO_LEARN))

    def _is_asked_again(self, shown: Shown) -> bool:
        """Whether the screen asks for what was shown before: an exercise goes on and shows nothing."""
        if self._remembered is NOTHING or shown.view in (View.NONE, View.PLATE):
            return False
        return shown.word in FIND_AGAIN

    def _from_memory(self, now_s: float) -> Wish:
        """What was shown, as it is remembered now; the same for as long as it is not shown again."""
        wish = self._remembered
        if self._seen.number == -1 - wish.number:
            return self._seen
        ability, draw = self._ability, self._rng.gauss
        blur = sqrt(1.0 + (now_s - self._remembered_s) / ability.memory_s)
        blur_mm, blur_share = ability.memory_mm * blur, ability.memory_share * blur
        return wish._replace(
            number=-1 - wish.number,
            ml_mm=None if wish.ml_mm is None else wish.ml_mm + draw(0.0, blur_mm),
            ap_mm=None if wish.ap_mm is None else wish.ap_mm + draw(0.0, blur_mm),
            goal=wish.goal * (1.0 + draw(0.0, blur_share)),
            shown=None,
        )

    def _answer(self, wish: Wish, own_mm: Point, now_s: float) -> None:
        """To something new: after a reaction, and not quite there."""
        ability, draw = self._ability, self._rng.gauss
        self._due.clear()
        reaction_s = draw(ability.reaction_s, 0.15 * ability.reaction_s) + (CHOICE_S if wish.choice else 0.0)
        self._error_mm = (0.0, 0.0)
        self._speed_mm_s = (0.0, 0.0)
        self._foreseen = False
        if wish.what == "place":
            ml_mm = own_mm[0] if wish.ml_mm is None else wish.ml_mm
            ap_mm = own_mm[1] if wish.ap_mm is None else wish.ap_mm
            error_mm = ability.aim_error * self.clumsiness * hypot(ml_mm - own_mm[0], ap_mm - own_mm[1])
            self._error_mm = (draw(0.0, error_mm), draw(0.0, error_mm))
        if wish.what != "nothing":
            self.tries += 1
        turns = wish.movement and wish.movement == self._wanted.movement
        reaction_s = BEAT_S if wish.rhythm or turns else max(LEAST_REACTION_S, reaction_s)
        self._due.append(_Due(now_s + reaction_s, self._erring(wish)))
        self._seen_s = now_s

    def _keep_on(self, before: Wish, wish: Wish, now_s: float) -> None:
        """After something that moves: a little late, and where it will be by then."""
        ability = self._ability
        late_s = ability.follow_delay_s
        since_s = now_s - self._seen_s
        self._seen_s = now_s
        if wish.what == "place" and since_s > 0.0:
            speed = []
            kept_mm_s = self._speed_mm_s
            for was, now, kept in zip((before.ml_mm, before.ap_mm), (wish.ml_mm, wish.ap_mm), kept_mm_s, strict=True):
                moved = 0.0 if was is None or now is None else (now - was) / since_s
                speed.append(kept + min(1.0, since_s / 0.1) * (moved - kept))
            self._speed_mm_s = (speed[0], speed[1])
            ahead_s = ability.foresight * (late_s + self.lag_s)
            self._foreseen = True
            wish = wish._replace(
                ml_mm=None if wish.ml_mm is None else wish.ml_mm + ahead_s * speed[0],
                ap_mm=None if wish.ap_mm is None else wish.ap_mm + ahead_s * speed[1],
            )
        at_s = now_s + late_s
        if self._due:
            at_s = max(at_s, self._due[-1].at_s)
        self._due.append(_Due(at_s, self._erring(wish)))

    def _erring(self, wish: Wish) -> Wish:
        error_ml, error_ap = self._error_mm
        if wish.what != "place" or not (error_ml or error_ap):
            return wish
        return wish._replace(
            ml_mm=None if wish.ml_mm is None else wish.ml_mm + error_ml,
            ap_mm=None if wish.ap_mm is None else wish.ap_mm + error_ap,
        )


def _jumps(before: Wish, after: Wish) -> bool:
    """Whether this is something else than before, and not the same thing a little further on."""
    if (before.what, before.number, before.up) != (after.what, after.number, after.up):
        return True
    if after.what != "place":
        return abs(after.goal - before.goal) > JUMP_SHARE * max(abs(before.goal), abs(after.goal))
    far_mm = [
        abs(now - was)
        for was, now in ((before.ml_mm, after.ml_mm), (before.ap_mm, after.ap_mm))
        if was is not None and now is not None
    ]
    return max(far_mm, default=0.0) > JUMP_MM
