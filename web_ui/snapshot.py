"""The snapshot: the whole state that a page shows, in one type, with its sequence number and age.

It has no words: keys and values, so that one frame is right for every phone, whatever its language.

A float that is not a number (CoP of an empty plate, a phase without an end) is null in the JSON.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from web_ui.live import Point
from web_ui.scene import SceneView

Real = Annotated[float, Field(allow_inf_nan=False)] | None


class PhaseView(BaseModel):
    """Where the drill is."""

    number: int = 0
    name: str = "idle"


class FaultName(BaseModel):
    """Which entry of the fault catalogue; its words are the catalogue's, in every language."""

    code: str
    number: int
    cells: list[str] = []
    """Of a trip for a load cell: which, as `CellView.name` has them with a hyphen (`front-left`)."""
    seen: dict[str, Any] | None = None
    """Of what locks the station: what was seen, such as which relay; a key of the catalogue of texts, with values."""


class VibrationView(BaseModel):
    """What the drill asks for, what safety permitted, what the platform does."""

    asked_hz: Real = None
    asked_pp_mm: Real = None
    output_hz: Real = None
    output_pp_mm: Real = None
    measured_hz: Real = None
    peak_acceleration_g: Real = None
    strength: Literal["", "mild", "medium", "strong"] = ""
    """Of the vibration that the drill prescribes, by its peak acceleration; empty where it prescribes none."""
    strength_proposed: bool = False
    """Whether the bounds of that word are still to be confirmed by a clinician."""
    comes: bool = False
    """The drill that runs vibrates, and not all of it is over; false where nobody is to know it (`blind`)."""
    next_s: Real = None
    """Until it begins, as the steps before it last; null where it goes on, or nobody can say when."""
    foreseen: bool = False
    """Its times are no secret, from the patient either: they are fixed, and nothing is compared (`blind`)."""
    degrades_point: bool = False
    """Whoever stands there is too light for this vibration: what is left of it in the point is no longer small."""


class SwayFigures(BaseModel):
    """Sway of the live point over a time; null with fewer than two samples in it."""

    duration_s: Real = None
    path_length_mm: Real = None
    mean_velocity_mm_s: Real = None
    ellipse_area_mm2: Real = None
    rms_ml_mm: Real = None
    rms_ap_mm: Real = None
    range_ml_mm: Real = None
    range_ap_mm: Real = None


class SwayView(BaseModel):
    """For the eye; the figures of the record are computed from the recording."""

    trial: SwayFigures
    """Over the hold of the trial, or of the last one; of the session that runs."""
    last_10_s: SwayFigures
    """Over the last ten seconds of somebody on the plate."""


class CellView(BaseModel):
    """One load cell."""

    name: str
    volts: Real
    newtons: Real
    status: int
    usable: bool
    """Whether the status allows the voltage to be used."""
    state: str
    """The status by its name: `ok`, `repeated`, `open` and so on."""


class LoopView(BaseModel):
    """How well the control loop keeps time, over the last seconds."""

    samples_hz: Real = None
    repeats_hz: Real = None
    lateness_p50_us: Real = None
    lateness_p99_us: Real = None
    lateness_max_us: Real = None
    work_us: Real = None
    oldest_cell_ms: Real = None
    late_ticks: int = 0
    missed_ticks: int = 0
    repeated_samples: int = 0


class ProcessView(BaseModel):
    """Whether one of the station's processes is well; `age_s` is how old its last sign of life is."""

    ok: bool
    age_s: Real
    why: str = ""
    """Why it is not: `no-answer`, `no-samples`, `no-sign`, `fault` or `stuck`; empty while it is."""
    fault: str = ""
    """Code of the fault that it reports: why it is not well, or what it could not do although it is."""
    where: str = ""
    """The file, device or key at which that is."""
    problems: list[dict[str, Any]] = []
    """What was seen there: keys of the catalogue of texts, with values."""


class SupplyView(BaseModel):
    """The computer's supply, by its firmware: what is so now, and what has been since its start. Each is one of
    `under-voltage`, `capped`, `throttled`, `warm`.
    """

    now: list[str] = []
    past: list[str] = []


class ProcessesView(BaseModel):
    """The three processes."""

    control: ProcessView
    recorder: ProcessView
    web: ProcessView


class TrialView(BaseModel):
    """One trial that has ended."""

    number: int
    outcome: str
    hold_s: Real
    leg: str = ""
    """On which it was, where the drill changes legs between its trials; empty else."""
    score: int | None = None
    """What was reached; null where the exercise counts nothing but its time, like the next."""
    goal: int | None = None
    """Of how many."""


class ResultView(BaseModel):
    """The trials so far, of this session or of the last one. The measures come later, in the records."""

    epoch: str
    """Of which life of control `session` is."""
    session: int
    patient: str
    drill: str
    title: str
    language: str
    """Of the title, as BCP 47 tags it; empty where that is not known."""
    leg: str
    leg_word: str
    """How the pages say it: the leg, or "left-front" and "right-front" where both feet stood and it was ahead."""
    outcome: str
    """Empty while the drill runs; `interrupted` for one that was cut off."""
    reason: FaultName | None
    """Why the station itself ended the drill, where it is no trip; null otherwise."""
    stopped_by: str
    """"foot switch" where that stopped it; empty otherwise."""
    age_s: Real
    """Since the drill ended; null while it runs."""
    on_show: bool
    """Whether the patient's screen shows it: for two minutes after the end, unless a trip or the next drill comes."""
    trials_asked: int
    """As prescribed; 0 when that is not known."""
    counts: Literal["things", "seconds"] = "things"
    """What the score of a trial counts: things, or whole seconds."""
    trials: list[TrialView]


class NoticeView(BaseModel):
    """A session ended as nobody had planned, and control can tell it no more: `result` is that session's. It waits for
    an acknowledgement, as a trip does.
    """

    how: Literal["interrupted", "tripped"]
    """Cut off in the middle (a crash, a power cut), or tripped before control began again."""
    at_ms: float
    """When: Unix time, ms."""


class BoxView(BaseModel):
    """The box to keep the CoP in: its middle, from the plate's centre, and its size. And the cells' distances."""

    ml_mm: float
    ap_mm: float
    half_ml_mm: float
    half_ap_mm: float
    plate_ml_mm: Real
    plate_ap_mm: Real


class NextView(BaseModel):
    """What comes next of the plan of whoever was on the plate last."""

    drill: str
    """Name of its document."""
    leg_word: str
    """How its leg is said, as in the result."""
    feet: str
    """Where both feet stand: `apart`, `together`, `semi-tandem` or `tandem`."""


class PatientScreenView(BaseModel):
    """The patient's screen beside the drill: how it is set, and what it shows between two patients."""

    volume: int = 60
    """Of its sounds, in %; 0 is off."""
    large: bool = False
    child: bool = False
    stage: Literal["none", "wipe", "zero", "zero-off", "free", "pair"] = "none"
    """`wipe`: the plate is to be wiped; `zero`: it is looked at empty; `zero-off`: a cell is not near zero; `free`: the
    station waits for anybody.
    """
    off_cell: str = ""
    """Of `zero-off`: the cell, as `CellView.name` with a hyphen."""
    off_n: Real = None
    message: int = 0
    """Of `free`: which piece of advice, from 1; 0 for none."""
    next: NextView | None = None
    """Null while a drill runs, and where nothing is left of the plan, or their visit is over."""


class SeenView(BaseModel):
    """Which life of control, and how often it has been stopped in it."""

    epoch: str
    stops: int


class Snapshot(BaseModel):
    """Everything. `seq` and `epoch` name its sample, `sent` counts the frames of one life of the web process."""

    type: Literal["snapshot"] = "snapshot"
    web: str
    """Name of this life of the web process: another one means that `sent` began again."""
    sent: int
    full: bool
    """True when `trail` holds all of the last 5 s, false when only its newest points."""
    epoch: str
    seq: int | None
    age_s: Real
    """Age of the sample when this was made; null while there is none."""
    session: int
    patient: str
    """Code of the patient of the running session. Like the next four it is empty between sessions."""
    drill: str
    title: str
    language: str
    """Of the title, as in the result."""
    script: list[str]
    """What a therapist's own drill says before a try: goal, where to look, what is safe. Empty of a shipped one."""
    leg: str
    leg_word: str
    """How it is said, as in the result."""
    phase: PhaseView
    vibrates: bool
    """The drill that runs has vibration, whether it vibrates now or not."""
    trial: int
    trials: int
    pausing: bool
    """A pause is wanted after the trial that goes on; once it is there, the phase is `pause`."""
    pause: int
    """Number of the newest pause of the session, from 1; 0 for none."""
    countdown_s: Real
    hold_s: Real
    hold_target_s: Real
    counts: Literal["things", "seconds"]
    """As in the result, of the drill that runs."""
    instruction: list[str]
    """What the patient is to do, one key or two: the drill's own, or what a trip, the drill's end or the wait for the
    next one asks.
    """
    arming: str
    arming_says: str
    """What is said of it: the same, but `armed-still` for a drill that does not vibrate, and `not-ready` while control
    waits for its hardware.
    """
    estop_closed: bool | None
    """Null, like all that is measured, while nothing measures it: control waits, is gone, or has not come."""
    hand_switch: bool | None
    """The patient's hand switch is held."""
    foot_switch: bool | None
    """The therapist's foot switch is pressed."""
    trip: FaultName | None
    notice: NoticeView | None
    """Null while a drill runs, or where nothing waits. Until it is acknowledged the patient's screen says stop."""
    on_plate: bool | None
    force_n: Real
    cop_ml_mm: Real
    cop_ap_mm: Real
    trail: list[Point]
    sway: SwayView
    blind: bool
    """A comparison with vibration and without it goes on: what comes of it is kept from everybody until its end."""
    box: BoxView | None
    """Null without a drill, and where the drill has none."""
    scene: SceneView | None
    """What the patient's screen shows; null between drills, and where the drill gives none."""
    load_warning: Literal["", "warn", "stop"] = ""
    """Of a leg under an order of partial load: whether it carries more than the order ("warn"), or has passed its limit
    and is not back yet ("stop")."""
    vibration: VibrationView
    cells: list[CellView]
    loop: LoopView
    processes: ProcessesView
    supply: SupplyView | None
    """Null where the computer does not say."""
    result: ResultView | None
    seen: SeenView | None
    """What a Start says that the person had seen; null while control has not answered."""
    screen: PatientScreenView
    holder: str
    """Public name of the phone that holds the control lease; empty when nobody does."""
    presence_left_s: Real
    """When the vibration ends unless the therapist's page says that it is looked at; null when none could run."""
    presence_within_s: float
    """How long a vibration goes on after the page has said that it is looked at."""
