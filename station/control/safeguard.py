"""The owner of safety's state in a running station: it changes here and nowhere else."""

from __future__ import annotations

from station.safety.dose import Ledger
from station.safety.guard import SafetyState, acknowledge, arm, disarm, supervise
from station.safety.limits import Limits
from station.safety.values import Evidence, Permission


class Safeguard:
    """Safety's state under these limits. Boots DISARMED; everything that it does is a pure verb of `station.safety`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._state = SafetyState()
        self.permission = Permission(0.0, 0.0)
        """Of the last tick."""

    @property
    def state(self) -> SafetyState:
        """As it is now; a value, which nobody else can change."""
        return self._state

    def supervise(self, demand: tuple[float, float], evidence: Evidence) -> Permission:
        """One tick: what the drive may do until the next one."""
        self._state, self.permission = supervise(self._state, demand, evidence, self._limits)
        return self.permission

    def refusal(self, ledger: Ledger, evidence: Evidence) -> str:
        """The fault for which `arm` would be refused now; "" where it would not. Changes nothing."""
        return arm(self._state._replace(ledger=ledger), evidence, self._limits)[1]

    def arm(self, ledger: Ledger, evidence: Evidence) -> str:
        """Allow vibration for a patient who has had this much; "" when armed, else the fault that forbids it."""
        armed, refused = arm(self._state._replace(ledger=ledger), evidence, self._limits)
        if not refused:
            self._state = armed
        return refused

    def disarm(self) -> None:
        """Allow no more vibration. A trip stays."""
        self._state = disarm(self._state)

    def acknowledge(self, evidence: Evidence) -> str:
        """A person has seen the trip; "" when nothing is latched any more, else the code of what refuses."""
        self._state, refused = acknowledge(self._state, evidence)
        return refused
