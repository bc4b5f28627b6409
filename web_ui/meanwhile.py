"""What the patient's screen shows beside the drill: its options, what comes next, and the way from one patient to the
next. One instance; the thread that reads the rings looks, any thread may ask for what it shows.
"""

from __future__ import annotations

from pathlib import Path

from station.clock import NS_PER_S
from station.wire.sample import Sample
from web_ui.between import AWAY_S, Between, BetweenStage, PlateLook, look
from web_ui.coming import ComingNext
from web_ui.compose import OLD_S, RESULT_SHOWN_S
from web_ui.live import Live
from web_ui.pair_button import PairButton
from web_ui.screen import PatientScreen
from web_ui.snapshot import NextView, PatientScreenView
from web_ui.wording import CELL_LABELS, LAST_USABLE_STATUS


class Meanwhile:
    """`start` begins to ask the records what comes next."""

    def __init__(self, live: Live, data: Path, screen: PatientScreen, button: PairButton) -> None:
        self.screen = screen
        self._button = button
        self.coming = ComingNext(live, data)
        self._between = Between()

    def start(self) -> None:
        """Begin to ask the records."""
        self.coming.start()

    def close(self) -> None:
        """End that."""
        self.coming.close()

    def look(self, live: Live, now_ns: int, *, halted: bool) -> PatientScreenView:
        """After what `live` has read by now; `halted`: an unplanned end waits for its acknowledgement."""
        sample, story = live.sample, live.story
        runs = halted or sample is None or sample.session > 0 or sample.trip > 0
        pairs = self._button.look(live.presses.total, now_ns / NS_PER_S, busy=runs)
        ended_s = (now_ns - story.ended_ns) / NS_PER_S if story.ended_ns else None
        here = self.coming.of(story.patient)
        shows = ended_s is not None and (ended_s < RESULT_SHOWN_S or (here.here and ended_s < AWAY_S))
        before = self._between
        used = before.used or (before.stage is BetweenStage.NONE and ended_s is not None and before.since_s is None)
        self._between = look(
            before._replace(used=used), PlateLook(now_ns / NS_PER_S, runs, shows, _cells(sample, now_ns))
        )
        if before.used and not self._between.used:
            self.screen.begin_anew()
        between, options = self._between, self.screen.now
        off = between.off if between.stage is BetweenStage.ZERO_OFF else None
        return PatientScreenView(
            **options._asdict(),
            stage="pair" if pairs else between.stage.value,
            off_cell="" if off is None else CELL_LABELS[off[0]],
            off_n=None if off is None else round(off[1], 1),
            message=between.message(now_ns / NS_PER_S) if self.screen.settings.messages else 0,
            next=None if runs or here.next is None else NextView(**here.next._asdict()),
        )


def _cells(sample: Sample | None, now_ns: int) -> tuple[float, float, float, float] | None:
    """What the four measure now; None where that is old, or one of them is not to be used."""
    if sample is None or now_ns - sample.t_ns > OLD_S * NS_PER_S:
        return None
    status = (
        sample.front_left_status,
        sample.front_right_status,
        sample.back_right_status,
        sample.back_left_status,
    )
    if max(status) > LAST_USABLE_STATUS:
        return None
    return sample.front_left_n, sample.front_right_n, sample.back_right_n, sample.back_left_n
