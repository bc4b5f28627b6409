"""What the doctor may find, by area: what each finding means for the rig of the settings, and what to do about it.

The words are texts: `doctor.<area>.name` and `doctor.<area>.<finding>`, and `doctor.to-do.<remedy>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

State = Literal["ok", "warn", "fail", "na"]
"""ok; warn: it works, but not well; fail: the rig of the settings will not run; na: that rig does not need it."""


class Meaning(NamedTuple):
    """What a finding means."""

    state: State
    remedy: str = ""
    """The key of what to do, where the state is warn or fail."""


def _warn(remedy: str) -> Meaning:
    return Meaning("warn", remedy)


def _fail(remedy: str) -> Meaning:
    return Meaning("fail", remedy)


_OK, _NOT_NEEDED = Meaning("ok"), Meaning("na")

FINDINGS: Mapping[str, Mapping[str, Meaning]] = {
    "board": {
        "ok": _OK,
        "not-needed": _NOT_NEEDED,
        "no-pi": _fail("use-simulated"),
        "other-pi": _fail("set-rig"),
    },
    "system": {"ok": _OK, "unnamed": _warn("use-debian")},
    "gpio": {
        "ok": _OK,
        "absent": _fail("use-kernel-with-gpio"),
        "other-chips": _fail("use-kernel-with-gpio"),
        "no-permission": _fail("join-gpio"),
    },
    "lgpio": {
        "ok": _OK,
        "absent": _fail("install-lgpio"),
        "absent-unpackaged": _fail("install-lgpio-of-system"),
        "empty": _fail("replace-lgpio"),
        "empty-unpackaged": _fail("replace-lgpio-by-system"),
    },
    "pins": {"ok": _OK, "not-used": _NOT_NEEDED, "spi": _fail("switch-spi-off")},
    "i2c-bus": {
        "ok": _OK,
        "not-used": _NOT_NEEDED,
        "absent": _fail("switch-i2c-on"),
        "no-permission": _fail("join-i2c"),
    },
    "i2c-speed": {"ok": _OK, "unknown": _warn("look-for-speed"), "slow": _warn("make-i2c-faster")},
    "converters": {
        "ok": _OK,
        "bus-refuses": _fail("check-bus"),
        "silent": _fail("check-converters"),
        "silent-beside-spare": _fail("check-converters"),
    },
    "accelerometer": {
        "ok": _OK,
        "none": _NOT_NEEDED,
        "not-fitted": _NOT_NEEDED,
        "silent": _fail("check-accelerometer"),
        "elsewhere": _fail("check-accelerometer"),
        "refuses": _fail("check-accelerometer"),
        "other-chip": _fail("fit-adxl345"),
    },
    "pigpiod": {
        "ok": _OK,
        "not-used": _NOT_NEEDED,
        "not-running": _fail("start-pigpiod"),
        "not-running-unpackaged": _fail("build-pigpiod"),
        "not-running-on-pi-5": _fail("use-pi5"),
        "several": _fail("stop-other-pigpiods"),
    },
    "pigpiod-flags": {"refused": _fail("close-pigpiod")},
    "pigpiod-port": {"other": _fail("use-one-port")},
    "pigpiod-network": {
        "ok": _OK,
        "unknown": _warn("look-who-listens"),
        "not-local": _fail("close-pigpiod"),
        "open": _fail("close-pigpiod"),
        "nobody": _fail("restart-pigpiod"),
        "ipv6-alone": _warn("listen-on-ipv4"),
    },
    "pigpiod-version": {
        "ok": _OK,
        "own-network": _NOT_NEEDED,
        "silent": _fail("restart-pigpiod"),
        "untried": _fail("install-tried-pigpiod"),
    },
    "pigpiod-mask": {
        "ok": _OK,
        "every-pin": _warn("give-pigpiod-its-pins"),
        "more-pins": _warn("give-pigpiod-its-pins"),
        "unreadable": _fail("give-pigpiod-its-pins"),
        "lacking": _fail("give-pigpiod-its-pins"),
    },
    "pigpiod-clock": {"takes-pwm": _fail("leave-clock-out")},
    "supply": {
        "ok": _OK,
        "ok-now": _OK,
        "low-now": _fail("use-official-supply"),
        "limited-now": _warn("supply-and-cool"),
        "limited-before": _warn("supply-and-cool"),
        "limited-now-and-before": _warn("supply-and-cool"),
        "not-said": _warn("ask-firmware"),
        "not-needed": _NOT_NEEDED,
    },
    "temperature": {
        "ok": _OK,
        "not-said": _NOT_NEEDED,
        "warm": _warn("cool-board"),
        "hot": _fail("cool-board"),
    },
    "kernel-pwm": {
        "ok": _OK,
        "absent": _fail("add-pwm-overlay"),
        "other-chips": _fail("add-pwm-overlay"),
        "no-permission": _fail("join-gpio-for-pwm"),
    },
    "speed-map": {
        "default": _OK,
        "learned": _OK,
        "of-settings": _OK,
        "not-used": _NOT_NEEDED,
        "damaged": _fail("learn-again"),
    },
    "clock": {"ok": _OK, "never-set": _fail("set-clock"), "not-synchronised": _warn("connect-clock")},
    "rtc": {
        "ok": _OK,
        "none": _warn("add-rtc"),
        "not-needed": _NOT_NEEDED,
        "no-time": _warn("set-rtc"),
        "battery-unknown": _warn("try-rtc"),
        "battery-not-needed": _NOT_NEEDED,
        "no-battery": _warn("fit-battery"),
    },
    "disk": {
        "ok": _OK,
        "short": _warn("free-disk"),
        "full": _fail("free-disk"),
        "unreadable": _fail("free-disk"),
    },
    "card": {
        "ok": _OK,
        "not-said": _NOT_NEEDED,
        "read-only": _fail("change-card"),
        "errors": _fail("change-card"),
        "worn": _warn("change-card-soon"),
        "worn-out": _fail("change-card"),
    },
    "doors": {
        "ok": _OK,
        "not-running": _NOT_NEEDED,
        "closed": _warn("open-door"),
    },
    "memory": {"ok": _OK, "not-said": _NOT_NEEDED, "short": _warn("stop-others")},
    "real-time": {
        "ok": _OK,
        "not-wanted": _NOT_NEEDED,
        "low": _warn("run-by-service"),
        "memory-not-lockable": _warn("run-by-service-for-memory"),
    },
    "governor": {"ok": _OK, "not-said": _NOT_NEEDED, "slow": _warn("set-governor")},
    "installed": {
        "ok": _OK,
        "differs": _warn("install-again"),
        "unseen": _warn("look-as-root"),
    },
    "texts": {
        "ok": _OK,
        "damaged": _warn("mend-texts"),
        "lacking": _warn("complete-texts"),
        "unconfirmed": _warn("sign-texts"),
        "spare": _NOT_NEEDED,
    },
    "fonts": {"ok": _OK, "absent": _warn("install-fonts")},
}
"""Every finding of every area, in the order in which a technician would go about it."""
