"""Opens a rig by its name. The only way to `hw.pi` and `hw.simulated`, and neither ever loads the other."""

from __future__ import annotations

from difflib import get_close_matches

from hw.errors import HardwareError, UnknownRigError, saw
from hw.ports import Clock, Rig
from hw.settings import ReplaySignal, RigSettings
from hw.values import RIG_NAMES


def open_rig(
    name: str, settings: RigSettings, clock: Clock, *, seed: int = 0, replay: ReplaySignal | None = None
) -> Rig:
    """The rig of that name, opened; there is no fall-back to another.

    `seed` fixes everything random of `simulated` and `replay`; `replay` is the recording that the rig `replay`
    plays; the others ignore both. Raises UnknownRigError "rig-unknown", or HardwareError with the code of what is
    missing.
    """
    if name not in RIG_NAMES:
        near = get_close_matches(name, RIG_NAMES, n=1)
        hint = {"suggestion": near[0]} if near else {}
        raise UnknownRigError("rig-unknown", name, saw("not-one-of", choices=list(RIG_NAMES), **hint))
    if name == "replay" and replay is None:
        raise HardwareError("replay-input", "replay", saw("no-recording-given"))
    if name == "simulated":
        from hw.simulated.rig import open_simulated

        return open_simulated(settings, clock, seed)
    if replay is not None and name == "replay":
        from hw.simulated.rig import open_replay

        return open_replay(settings, clock, seed, replay)
    from hw.pi import open_pi

    return open_pi(name, settings, clock)
