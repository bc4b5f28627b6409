"""Composes the snapshot from what the rings, the processes and the lease say now."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

from station.clinic.strength import shipped
from station.faults import BY_NUMBER, CATALOGUE
from station.measures.live import Rolling, Running
from station.safety.limits import HARD
from station.wire.messages import StopGeneration
from station.wire.sample import Inputs, Sample
from web_ui import wording
from web_ui.ends import End
from web_ui.live import FRAME_POINTS, Live, Statistics
from web_ui.scene import load_warning, scene_view
from web_ui.snapshot import (
    BoxView,
    CellView,
    FaultName,
    LoopView,
    NoticeView,
    PatientScreenView,
    PhaseView,
    ProcessesView,
    ResultView,
    SeenView,
    Snapshot,
    SupplyView,
    SwayFigures,
    SwayView,
    TrialView,
    VibrationView,
)
from web_ui.story import TRIPPED, EndedTrial, Story
from web_ui.sway import degraded

_TICK_MS = 4.0

LEAST_SHOWN_HZ = 0.05
"""A measured frequency below this is shown as none while no drill runs."""


RESULT_SHOWN_S = 120.0
"""How long the patient's screen shows a result: the next patient must not read it."""


OLD_S = 3.0
"""What was measured longer ago is not shown any more. The pages go blank at the same age."""


class FrameHead(NamedTuple):
    """Which frame, of which life of the web process."""

    web: str
    sent: int
    full: bool
    """Whether it carries the whole trail."""


class Beside(NamedTuple):
    """What the station says beside its rings."""

    processes: ProcessesView
    supply: SupplyView | None = None
    end: End | None = None
    """The unplanned end that waits for its acknowledgement."""
    screen: PatientScreenView = PatientScreenView()


class InCharge(NamedTuple):
    """Who controls the station, and whether a therapist is there."""

    holder: str
    present_age_s: float | None
    """How long ago the therapist was last there; None when that is not known."""
    seen: StopGeneration | None = None
    """What control says of its stops; None before it has answered."""


def compose(
    live: Live,
    beside: Beside,
    in_charge: InCharge,
    head: FrameHead,
    now_ns: int,
) -> Snapshot:
    """The state now. `now_ns` is CLOCK_MONOTONIC, the clock of the samples."""
    sample, story = live.sample, live.story
    # Between sessions the story is the last one's: only its result stays on show, with its patient's code.
    about = story if sample is not None and sample.session == story.session > 0 else Story()
    phase = sample.phase if sample else 0
    waits = live.start_fault is not None
    trip = sample.trip if sample and not waits else 0
    age_s = max(0.0, (now_ns - sample.t_ns) / 1e9) if sample else None
    now = sample if age_s is not None and age_s < OLD_S and not waits else None
    """What is measured now, if anything is."""
    idle = sample is not None and sample.session == 0
    end = beside.end if idle else None
    result = _result(live.epoch, story, now_ns, on_show=idle and trip == 0) if end is None else _cut_off(end, now_ns)
    return Snapshot(
        web=head.web,
        sent=head.sent,
        full=head.full,
        epoch=str(live.epoch),
        seq=sample.seq if sample else None,
        age_s=None if age_s is None else round(age_s, 3),
        session=sample.session if sample else 0,
        patient=about.patient,
        drill=about.drill,
        title=about.title,
        language=about.language,
        script=about.script,
        leg=about.said.leg or about.leg,
        leg_word=about.now_word,
        phase=PhaseView(number=phase, name=wording.phase_name(phase)),
        vibrates=about.session > 0 and about.may_vibrate,
        trial=sample.trial if sample else 0,
        trials=sample.trials if sample else 0,
        pausing=about.pausing,
        pause=about.pause,
        countdown_s=_real(sample.phase_left_s, 2) if sample else None,
        hold_s=_real(sample.hold_s, 2) if sample and sample.session and not about.hides else None,
        hold_target_s=about.hold_target_s,
        counts=about.counts,
        instruction=list(
            wording.NOT_READY
            if waits and end is None
            else _instruction(
                about,
                result,
                sample.phase_left_s if sample and wording.leads_on(phase) else math.inf,
                halted=trip > 0 or end is not None,
                in_part=_is_in_part(about, story if end is None else end.story),
            )
        ),
        arming=wording.named(wording.ARMING, now.arming) if now else wording.UNKNOWN,
        arming_says=wording.NOT_READY[0] if waits else _arming_says(now, about),
        estop_closed=bool(now.inputs & Inputs.ESTOP_CLOSED) if now else None,
        hand_switch=bool(now.inputs & Inputs.HAND_SWITCH) if now else None,
        foot_switch=bool(now.inputs & Inputs.FOOT_SWITCH) if now else None,
        trip=_trip(trip, story),
        notice=None if end is None else NoticeView(how=_how(end.story), at_ms=end.at_ms),
        on_plate=bool(now.stance) if now else None,
        force_n=_real(now.force_n, 1) if now else None,
        cop_ml_mm=_real(now.cop_ml_mm, 1) if now else None,
        cop_ap_mm=_real(now.cop_ap_mm, 1) if now else None,
        trail=list(live.trail) if head.full else live.recent_trail(FRAME_POINTS),
        sway=_sway(live, about),
        blind=about.hides,
        box=_box(about),
        scene=(scene := scene_view(sample.scene, about.shapes) if sample else None),
        load_warning=load_warning(scene),
        vibration=_vibration(now, about) if now else VibrationView(),
        cells=_cells(now) if now else [],
        loop=_loop(now, live.statistics) if now else LoopView(),
        processes=beside.processes,
        supply=beside.supply,
        result=result,
        seen=None if in_charge.seen is None else SeenView(epoch=in_charge.seen.epoch, stops=in_charge.seen.stops),
        screen=beside.screen,
        holder=in_charge.holder,
        presence_left_s=_presence_left_s(in_charge.present_age_s) if about.session and about.vibrates else None,
        presence_within_s=HARD.presence_age_s,
    )


def _arming_says(now: Sample | None, about: Story) -> str:
    return wording.UNKNOWN if now is None else wording.arming_key(now.arming, shakes=about.may_vibrate)


def fault_name(number: int) -> FaultName | None:
    """Which entry of the catalogue this number is; None for 0, and one of caution for a number of a newer release."""
    if number == 0:
        return None
    fault = BY_NUMBER.get(number) or BY_NUMBER[13]
    return FaultName(code=fault.code, number=number)


def _trip(number: int, story: Story) -> FaultName | None:
    name = fault_name(number)
    return name if name is None else name.model_copy(update={"cells": list(story.trip_cells), "seen": story.trip_seen})


def _is_in_part(about: Story, last: Story) -> bool:
    """Whether the leg on the plate is, or was in the last drill, under an order of partial load. Until the next drill
    begins that patient may still stand there: "foot off" harms nobody who comes instead, "both feet down" harms them.
    """
    return about.in_part if about.session else last.in_part


def _instruction(
    about: Story, result: ResultView | None, left_s: float, *, halted: bool, in_part: bool
) -> tuple[str, ...]:
    """What the patient is to do: as safety says, else as the drill says, else what holds between two drills."""
    if halted:
        return wording.stopped(in_part=in_part)
    if about.session:
        boxed = about.base_mm is not None and about.sees_dot
        said = (
            wording.ended(about.outcome, in_part=in_part)
            or wording.soon(about.said, left_s)
            or wording.instruction(about.said, boxed=boxed, shakes=about.may_vibrate, holds=about.holds)
        )
    else:
        said = wording.ended(result.outcome, in_part=in_part) if result is not None and result.on_show else ()
    return said or wording.NO_DRILL


def _presence_left_s(age_s: float | None) -> float | None:
    return None if age_s is None else round(max(0.0, HARD.presence_age_s - age_s), 1)


def _real(value: float, digits: int) -> float | None:
    return round(value, digits) if math.isfinite(value) else None


def _sway(live: Live, about: Story) -> SwayView:
    """All null where nobody is to know it yet."""
    if about.hides:
        return SwayView(trial=SwayFigures(), last_10_s=SwayFigures())
    return SwayView(trial=sway_figures(live.sway.trial), last_10_s=sway_figures(live.sway.window))


def sway_figures(sway: Running | Rolling) -> SwayFigures:
    """Rounded for a page; all null with fewer than two samples."""
    figures = sway.figures()
    if figures.samples < 2:
        return SwayFigures()
    return SwayFigures(
        duration_s=_real(figures.duration_s, 2),
        path_length_mm=_real(figures.path_length_mm, 1),
        mean_velocity_mm_s=_real(figures.mean_velocity_mm_s, 2),
        ellipse_area_mm2=_real(figures.ellipse_area_mm2, 1),
        rms_ml_mm=_real(figures.rms_ml_mm, 2),
        rms_ap_mm=_real(figures.rms_ap_mm, 2),
        range_ml_mm=_real(figures.range_ml_mm, 1),
        range_ap_mm=_real(figures.range_ap_mm, 1),
    )


def _box(story: Story) -> BoxView | None:
    half = story.base_mm
    if half is None:
        return None
    middle = story.foot_mm or (0.0, 0.0)
    plate = story.plate_mm or (None, None)
    return BoxView(
        ml_mm=round(middle[0], 1),
        ap_mm=round(middle[1], 1),
        half_ml_mm=half[0],
        half_ap_mm=half[1],
        plate_ml_mm=plate[0],
        plate_ap_mm=plate[1],
    )


def _vibration(sample: Sample, about: Story) -> VibrationView:
    comes = about.session > 0 and about.may_vibrate and not about.hides and wording.is_ahead(sample)
    return VibrationView(
        asked_hz=_real(sample.demand_hz, 2),
        asked_pp_mm=_real(sample.demand_pp_mm, 3),
        output_hz=_real(sample.output_hz, 2),
        output_pp_mm=_real(sample.output_pp_mm, 3),
        measured_hz=_real(sample.measured_hz, 2) if sample.session or sample.measured_hz >= LEAST_SHOWN_HZ else None,
        peak_acceleration_g=_real(sample.peak_acceleration_g, 3),
        strength=about.strength,
        strength_proposed=bool(about.strength) and shipped().status == "proposed",
        comes=comes,
        next_s=_real(wording.until_vibration_s(about, sample.phase, sample.phase_left_s), 2) if comes else None,
        foreseen=about.session > 0 and wording.is_foreseen(about),
        degrades_point=degraded(sample.force_n, sample.peak_acceleration_g),
    )


def _cells(sample: Sample) -> list[CellView]:
    volts = (sample.front_left_v, sample.front_right_v, sample.back_right_v, sample.back_left_v)
    newtons = (sample.front_left_n, sample.front_right_n, sample.back_right_n, sample.back_left_n)
    status = (
        sample.front_left_status,
        sample.front_right_status,
        sample.back_right_status,
        sample.back_left_status,
    )
    return [
        CellView(
            name=name,
            volts=_real(volts[index], 5),
            newtons=_real(newtons[index], 1),
            status=status[index],
            usable=status[index] <= wording.LAST_USABLE_STATUS,
            state=wording.named(wording.CELL_STATES, status[index]),
        )
        for index, name in enumerate(wording.CELL_LABELS)
    ]


def _loop(sample: Sample, statistics: Statistics) -> LoopView:
    rounded = {name: None if value is None else _real(value, 1) for name, value in statistics._asdict().items()}
    return LoopView(
        **rounded,
        work_us=_real(sample.work_us, 1),
        oldest_cell_ms=_real(_age_ms(sample.oldest_cell_ms), 2),
        late_ticks=sample.late_ticks,
        missed_ticks=sample.missed_ticks,
        repeated_samples=sample.repeated_samples,
    )


def _age_ms(age_ms: float) -> float:
    """Not less than nothing, where a voltage came while its tick was being read. Further ahead is a clock at fault."""
    return 0.0 if -_TICK_MS < age_ms < 0.0 else age_ms


def _trial(trial: EndedTrial) -> TrialView:
    score, goal = trial.score or (None, None)
    return TrialView(
        number=trial.number, outcome=trial.outcome, hold_s=trial.hold_s, leg=trial.leg, score=score, goal=goal
    )


def _how(story: Story) -> Literal["interrupted", "tripped"]:
    return "tripped" if story.outcome == TRIPPED else "interrupted"


def _cut_off(end: End, now_ns: int) -> ResultView:
    """What there is of a session that was cut off, however little."""
    view = _view(end.ring_epoch, end.story, now_ns)
    return view.model_copy(update={"outcome": _how(end.story), "age_s": None})


def _result(epoch: int, story: Story, now_ns: int, *, on_show: bool) -> ResultView | None:
    if story.hides or (not story.trials and not story.outcome):
        return None
    view = _view(epoch, story, now_ns)
    shown = on_show and view.age_s is not None and view.age_s < RESULT_SHOWN_S
    return view.model_copy(update={"on_show": shown})


def _view(epoch: int, story: Story, now_ns: int) -> ResultView:
    trials = [_trial(trial) for trial in story.trials]
    age_s = round(max(0.0, (now_ns - story.ended_ns) / 1e9), 1) if story.outcome else None
    return ResultView(
        epoch=str(epoch),
        session=story.session,
        patient=story.patient,
        drill=story.drill,
        title=story.title,
        language=story.language,
        leg=story.leg,
        leg_word=story.leg_word,
        outcome=story.outcome,
        reason=fault_name(CATALOGUE[story.reason].number) if story.reason in CATALOGUE else None,
        stopped_by=story.stopped_by,
        age_s=age_s,
        on_show=False,
        trials_asked=story.trials_asked,
        counts=story.counts,
        trials=trials,
    )
