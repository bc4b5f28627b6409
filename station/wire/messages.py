"""What other processes may ask control for, and its answer: one JSON object a packet. No message raises a limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

MESSAGE_BYTES = 32 * 1024
"""The longest packet, either way."""
START_FAULT = "start-fault"
"""Kind of the event by which a control that waits for its hardware says what is wrong: a fault's "code", "where" and
"problems" (each as `station.faults.as_json` writes it), and how many "tries" there were.
"""
PATIENT_CODE = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$"
"""It becomes part of rows and messages, never of a path or a command."""
PatientCode = Annotated[str, StringConstraints(pattern=PATIENT_CODE, to_upper=True)]
"""In capitals, whoever typed it: one patient with two spellings would have two days of vibration."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: int = 0
    """Comes back in the answer."""


_Dose = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


class DoseToday(BaseModel):
    """What the records hold of a patient's day: only ever added to what control counts itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    vibration_s: _Dose = 0.0
    e2_m2_s3: _Dose = 0.0
    """Integral of the squared weighted acceleration, of which A(8) is made."""
    e4_m4_s7: _Dose = 0.0
    """Integral of its fourth power, of which VDV is made."""


NO_DOSE = DoseToday()


class StopGeneration(BaseModel):
    """What somebody knew of control when they asked for something: a STOP that came after makes that stale."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    epoch: str = Field(max_length=40)
    """Which life of the control program."""
    stops: int = Field(ge=0)
    """How often it had been stopped."""


class Start(_Message):
    """Arm, and run this drill for this patient."""

    type: Literal["start"]
    request: str = Field(min_length=1, max_length=64)
    """Names this one wish. The same again gets the first answer again, and starts nothing."""
    seen: StopGeneration
    """Refused where control has been stopped, or started again, since."""
    patient: PatientCode
    document: dict[str, Any]
    """The drill document, as JSON."""
    prescription: dict[str, Any]
    """What the therapist asked for, as JSON."""
    dose_today: DoseToday = NO_DOSE
    needs_web: bool = False
    """True when the drill must stop once the web process is lost."""
    by: str = Field(default="", max_length=64)
    needs_presence: bool = False
    """True when a drill that vibrates must end once nobody has said for a while that the therapist is there."""
    visit: str = Field(default="", pattern=r"^([0-9a-f-]{36})?$")
    """UUID of the visit that the session belongs to; "" for the patient's of this day."""


class Stop(_Message):
    """Vibration off and end the drill, at once. Never refused."""

    type: Literal["stop"]
    by: str = Field(default="", max_length=64)


class Acknowledge(_Message):
    """A person has seen the trip."""

    type: Literal["acknowledge"]
    by: str = Field(default="", max_length=64)


class Heartbeat(_Message):
    """The web process is alive."""

    type: Literal["heartbeat"]
    present: bool = False
    """Since the last one the page of the therapist in charge has said that it is open and looked at."""


class Marked(_Message):
    """The therapist marks what they see of the trial that runs, at the time at which this arrives."""

    type: Literal["marked"]
    request: str = Field(min_length=1, max_length=64)
    """Names this one mark. The same again gets the first answer again, and marks nothing."""
    mark: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=20)
    """A name of `drills.values.MARK_NAMES` that the exercise takes."""
    by: str = Field(default="", max_length=64)


class Pause(_Message):
    """Want a pause before the next trial of this session, or none after all."""

    type: Literal["pause"]
    session: int = Field(ge=1)
    """Of the drill that was seen to run: another one is not paused."""
    wanted: bool = True
    """False takes it back, while the trial goes on after which it was to be."""
    by: str = Field(default="", max_length=64)


class GoOn(_Message):
    """End the pause after this trial: the next one gets ready. Asked twice, it is done once."""

    type: Literal["go-on"]
    session: int = Field(ge=1)
    trial: int = Field(ge=0)
    """After which the pause was seen to be: a later one is not ended by this."""
    pause: int | None = Field(default=None, ge=1)
    """Its number in the session, from 1: of two after one trial the second is not ended by what was for the first.
    None: whichever is there.
    """
    by: str = Field(default="", max_length=64)


class StandBy(_Message):
    """This connection is kept open for a STOP. Answered by `facts`."""

    type: Literal["stand-by"]


class Describe(_Message):
    """What can be asked of this rig? Answered by `facts`."""

    type: Literal["describe"]


class VouchedLoad(BaseModel):
    """What the records make of the patient's orders of partial load for one drill: nothing stands against it; and of a
    drill that is done by an order, how much which leg may carry.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    leg: str = Field(default="", pattern="^(left|right)?$")
    """"" where no order stands."""
    order_n: _Dose = 0.0
    limit_n: _Dose = 0.0
    """Where a load beyond the order is stopped."""
    body_n: _Dose = 0.0


class RecorderStatus(_Message):
    """The recorder is alive; whether it could record a whole session now, and how far it has come."""

    type: Literal["recorder-status"]
    ready: bool
    why: str = Field(default="", max_length=500)
    """A fault code when not ready."""
    epoch: int = 0
    durable_seq: int = -1
    """Newest sample that is on the disk for good; -1 for none."""
    vouches: bool = False
    """Whether it answers what control asks of a patient's orders: then nothing starts without that answer, on any rig.
    """


class Committed(_Message):
    """The whole dose of a drill that control has asked for is on the disk: it may arm."""

    type: Literal["committed"]
    asked: str = Field(max_length=40)
    """Of the event "dose-asked"."""
    dose_today: DoseToday
    """What else the patient has had."""
    day_began_ns: int
    """Monotonic time at which that day began, which may lie before this boot."""
    screened_until_ns: int = 0
    """Monotonic time until which the records vouch that this patient's screening allows vibration; 0: they do not."""
    load: VouchedLoad | None = None
    """None: nobody looked whether the patient has an order of partial load."""


class NotScreened(_Message):
    """What the records hold of a patient's screening does not allow this drill: nothing was committed."""

    type: Literal["not-screened"]
    asked: str = Field(max_length=40)
    """Of the event "dose-asked" or "red-flags-asked"."""
    code: str = Field(max_length=40)
    """A fault's."""
    problems: list[dict[str, Any]] = Field(default_factory=list, max_length=100)
    """Each as `station.faults.as_json` writes it."""


class NoRedFlag(_Message):
    """The records hold nothing for which this patient must not stand on the plate today."""

    type: Literal["no-red-flag"]
    asked: str = Field(max_length=40)
    """Of the event "red-flags-asked"."""
    load: VouchedLoad | None = None
    """None: nobody looked whether the patient has an order of partial load."""


class NoOrder(_Message):
    """The list of orders beside the records has none of this patient: said at once, should the records not answer."""

    type: Literal["no-order"]
    asked: str = Field(max_length=40)
    """Of the event "red-flags-asked"."""


class Maintain(_Message):
    """End this life of control, so that the next begins with the start-up test; before it a self-test, where that is
    asked for. Refused while a drill runs, and while a trip waits to be acknowledged.
    """

    type: Literal["maintain"]
    what: Literal["restart", "selftest"]
    retry: bool = False
    """Of a self-test: only what did not pass in the last one, and what must come before it."""
    learn: bool = False
    """Of a self-test: learn the motor's speed map too, for a person to keep or drop."""
    by: str = Field(default="", max_length=64)


class FaultVerb(_Message):
    """Break (or repair) a simulated rig. A real rig has no such verbs and refuses."""

    type: Literal["fault"]
    verb: str = Field(max_length=40)
    arguments: dict[str, Any] = Field(default_factory=dict)


_Any = (
    Start
    | Stop
    | Acknowledge
    | Heartbeat
    | Marked
    | Pause
    | GoOn
    | StandBy
    | Describe
    | RecorderStatus
    | Committed
    | NotScreened
    | NoRedFlag
    | NoOrder
    | Maintain
    | FaultVerb
)
Message = Annotated[_Any, Field(discriminator="type")]
PARSER: TypeAdapter[_Any] = TypeAdapter(Message)


class Answer(NamedTuple):
    """What control says to one message. `code` is a fault's when it refuses."""

    ok: bool
    code: str = ""
    where: str = ""
    problems: Sequence[dict[str, Any]] = ()
    """What is wrong, each as `station.faults.as_json` writes it."""
    session: int = 0
    facts: dict[str, Any] | None = None
    """To `Describe`: "platform" holds what fixes the displacement (`hw.values.Mechanics`), or null, "limits" the
    clinic's, "plate" the rig's name, the cells' distances and how they were delivered (`hw.values.CellCalibration`),
    "leads" whether the rig has a person who can be leaned from the desk, and "screens" whether vibration needs a
    screened patient. To it, `Heartbeat`, `StandBy` and `Stop`: "seen", the fields of `StopGeneration` now."""


class Later:
    """An answer that is not known yet. Nobody waits for it: it goes out once it is here."""

    def __init__(self) -> None:
        self.answer: Answer | None = None
        self.gone = False
        """Nobody is left who wants to know."""
