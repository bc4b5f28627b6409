"""One try of loading a leg by its order: its mean and peaks, how long it was over, and how that is told."""

from __future__ import annotations

from typing import NamedTuple

from drills.ordered import Beyond, OrderedLoad
from drills.scene import whole
from drills.units import NS_PER_S, STANDARD_GRAVITY_M_S2
from drills.values import Event
from drills.words import Word

LANDING_NS = NS_PER_S
"""So long after its first touch a foot is stepping on (proposed)."""
LEAST_OF_ORDER = 0.5
"""A step that carried less than this share of the order was none (proposed)."""


class TryEnded(NamedTuple):
    """What came of a try. Loads in N."""

    number: int
    blind: bool
    mean_n: float | None
    """None where nothing was carried."""
    peak_n: float
    landing_n: float
    in_band_s: float
    over_s: float
    over_limit: bool
    counted: bool
    low_n: float
    """Less than this was too little."""
    error_n: float | None
    """Over the order, or under it: of the mean of a press, of the peak of a step and of what was beyond the limit."""

    def words(self, load: OrderedLoad) -> tuple[int, int, int]:
        """The word that tells it, with tenths of a kg and percent of the order."""
        if self.error_n is None or load.order_n <= 0.0:
            return Word.UNDER_THE_LINE_BY, whole(10.0 * load.order_n / STANDARD_GRAVITY_M_S2), 100
        tenths_kg = whole(abs(10.0 * self.error_n / STANDARD_GRAVITY_M_S2))
        percent = whole(abs(100.0 * self.error_n / load.order_n))
        if self.error_n > 0.0 and tenths_kg:
            return Word.OVER_THE_LINE_BY, tenths_kg, percent
        if load.order_n + self.error_n < self.low_n:
            return Word.UNDER_THE_LINE_BY, tenths_kg, percent
        return Word.ON_THE_LINE, tenths_kg, percent

    def event(self, trial: int, load: OrderedLoad, now_ns: int) -> Event:
        """What is recorded of it."""
        error = None if self.error_n is None or load.order_n <= 0.0 else 100.0 * self.error_n / load.order_n
        data: dict[str, object] = {
            "trial": trial,
            "number": self.number,
            "blind": self.blind,
            "mean_n": None if self.mean_n is None else round(self.mean_n, 1),
            "peak_n": round(self.peak_n, 1),
            "step_on_peak_n": round(self.landing_n, 1),
            "in_band_s": round(self.in_band_s, 2),
            "over_order_s": round(self.over_s, 2),
            "over_limit": self.over_limit,
            "counted": self.counted,
            "error_n": None if self.error_n is None else round(self.error_n, 1),
            "error_percent": None if error is None else round(error, 1),
        }
        return Event("load-try", now_ns, data)


class LoadTry(NamedTuple):
    """A try that goes on."""

    number: int
    """From 1; of a press the trial's."""
    blind: bool
    on_ns: int | None = None
    """When the foot first touched the plate."""
    sum_n_ns: float = 0.0
    sum_ns: int = 0
    """Of the load while the foot is on; of a press, while the seconds run."""
    peak_n: float = 0.0
    landing_n: float = 0.0
    in_band_ns: int = 0
    over_ns: int = 0
    over_limit: bool = False
    spoilt: bool = False
    seconds_run: bool = False

    def after(self, load: OrderedLoad, force_n: float, level: Beyond, now_ns: int, tick_ns: int) -> LoadTry:
        """With one more tick."""
        on = force_n >= load.touch_n > 0.0 or level is not Beyond.NOTHING
        on_ns = now_ns if self.on_ns is None and on else self.on_ns
        if on_ns is None:
            return self
        real = force_n == force_n
        peak_n = max(self.peak_n, force_n) if real else self.peak_n
        landing_n = peak_n if now_ns - on_ns <= LANDING_NS else self.landing_n
        adds = tick_ns if on and real and not self.seconds_run else 0
        return self._replace(
            on_ns=on_ns,
            sum_n_ns=self.sum_n_ns + (force_n * adds if adds else 0.0),
            sum_ns=self.sum_ns + adds,
            peak_n=peak_n,
            landing_n=landing_n,
            over_ns=self.over_ns + (tick_ns if level is not Beyond.NOTHING else 0),
            over_limit=self.over_limit or level is Beyond.LIMIT,
        )

    def counting(self, bar_n: float, inside: bool, tick_ns: int) -> LoadTry:
        """With one more tick of the seconds of a press: its mean is theirs, of what the bar shows."""
        before_n, before_ns = (self.sum_n_ns, self.sum_ns) if self.seconds_run else (0.0, 0)
        return self._replace(
            seconds_run=True,
            sum_n_ns=before_n + bar_n * tick_ns,
            sum_ns=before_ns + tick_ns,
            in_band_ns=self.in_band_ns + (tick_ns if inside else 0),
        )

    def is_step(self, load: OrderedLoad) -> bool:
        """Whether it was a step that counts: enough was carried, never beyond the limit, and nobody called it none."""
        enough = self.peak_n >= LEAST_OF_ORDER * load.order_n
        return self.on_ns is not None and enough and not self.over_limit and not self.spoilt

    def end(self, load: OrderedLoad, way: str, tolerance: float, done: int) -> TryEnded:
        """What came of it. `done`: whole seconds of a press in the band."""
        carried = self.on_ns is not None
        mean_n = self.sum_n_ns / self.sum_ns if carried and self.sum_ns else None
        steps = way == "step-on"
        reached_n = self.peak_n if steps or self.over_limit else mean_n
        return TryEnded(
            self.number,
            self.blind,
            mean_n,
            self.peak_n,
            self.landing_n,
            self.in_band_ns / NS_PER_S,
            self.over_ns / NS_PER_S,
            self.over_limit,
            self.is_step(load) if steps else done > 0,
            load.order_n * (LEAST_OF_ORDER if steps else 1.0 - tolerance),
            None if reached_n is None or not carried else reached_n - load.order_n,
        )
