"""docs/wiring.svg, and the tables of parts and figures in docs/wiring.md."""

from __future__ import annotations

from pathlib import Path

from drawings.figures import figures, short, table
from drawings.page import put
from drawings.parts import PARTS
from drawings.svg import box, drawing, line, text
from hw.settings import OUTPUT_PINS, PairButtonSettings, PinSettings, TriggerSettings

PAGE = Path("docs/wiring.md")
_WIDTH, _HEIGHT = 1640, 1242
_PI_LEFT, _PI_RIGHT, _PI_TOP, _PI_END = 640, 850, 96, 904
_INNER = 160
"""Width of a box at the left."""
_ROW, _FIRST = 46, 132
_BARRIER, _POWER = 880, 1010
_TRIGGER = {"trigger": TriggerSettings().pin, "trigger_feedback": TriggerSettings().feedback_pin}
"""Pins of the output that there is only where it is set."""
Step = tuple[str, str]
"""Words of a box and the small line under them."""


def made(project: Path) -> dict[Path, str]:
    """What each drawn file must hold, by its path from the project's root."""
    page = (project / PAGE).read_text(encoding="utf-8")
    page = put(page, PAGE, "parts", _parts())
    return {PAGE: put(page, PAGE, "figures", table()), Path("docs/wiring.svg"): wiring_drawing()}


def _parts() -> str:
    rows = ["| mark | part | maker's number | rated | price | figures |", "|---|---|---|---|---|---|"]
    return "\n".join([*rows, *("| " + " | ".join(part) + " |" for part in PARTS)])


def _rows() -> list[tuple[str, str, str, list[Step]]]:
    """For each pin at the right: its key, what carries it over the barrier, which way, and what is there."""
    known = figures()
    shot = f"{short(known['shot_ms'])} ms, on 5 V"
    return [
        ("estop", "OK1", "<", [("S1 channel A", "NC, 24 V"), ("24 V A", "coils of K1, K2 only")]),
        ("estop_b", "OK2", "<", [("S1 channel B", "NC, 24 V"), ("10 k / 2.4 k", "B, to U14")]),
        ("relay_feedback", "OK3", "<", [("K1 mirror", "NC: closed when dropped")]),
        ("motor_relay_feedback", "OK4", "<", [("K2 mirror", "NC: closed when dropped")]),
        ("heartbeat", "U10", ">", [("U12 one-shot a", shot), ("a", "to U14")]),
        ("permit", "U11", "<", [("U14: a and B", "permit, to U15, U17")]),
        (
            "relay",
            "U10",
            ">",
            [("U15: and permit", "a gate of its own"), ("Q1", "K1's driver"), ("K1 coil", "from 24 V A")],
        ),
        ("motor_heartbeat", "U10", ">", [("U13 one-shot b", shot), ("b", "to U16, U17")]),
        (
            "motor_relay",
            "U10",
            ">",
            [("U16: and b", "a gate of its own"), ("Q2", "K2's driver"), ("K2 coil", "from 24 V A")],
        ),
        ("motor_enable", "U10", ">", [("U17: and permit, b", "4.7 k to ground"), ("DRV SLP", "low: outputs off")]),
        ("motor_pwm", "U10", ">", [("DRV PWM", "20 kHz; low brakes")]),
        ("tach", "U11", "<", [("TACH", "NPN, 3.3 k to 5 V, D4"), ("shaft of X", "2 slots a turn")]),
        ("lamp", "U11", ">", [("U18", "ULN2003A"), ("lamp", "24 V")]),
        ("beacon", "U11", ">", [("U18", "ULN2003A"), ("beacon", "24 V")]),
        ("buzzer", "U11", ">", [("U18", "ULN2003A"), ("buzzer", "24 V")]),
        (
            "trigger",
            "U22",
            ">",
            [("U21: and permit", "a gate of its own"), ("R14, OK5", "no ground"), ("J1", "socket")],
        ),
        ("trigger_feedback", "U11", "<", [("U21: its output", "high is on")]),
    ]


def wiring_drawing() -> str:
    """The Pi in the middle, its sensors and switches at its left, the isolated power side at its right."""
    shapes = [
        text(24, 34, "Wiring of the balance station", "name"),
        text(
            24,
            54,
            "Every output has 4.7 kOhm to ground behind its isolator (PD): while the Pi boots, or a cable is",
            "small",
        ),
        text(24, 69, "off, all are low.", "small"),
        box(_PI_LEFT, _PI_TOP, _PI_RIGHT - _PI_LEFT, _PI_END - _PI_TOP),
        text(_PI_LEFT + 58, _PI_TOP + 18, "Raspberry Pi", "name"),
        line(_BARRIER + 42, 76, _BARRIER + 42, _HEIGHT - 26, "cut"),
        text(_BARRIER + 2, 72, "isolation: no common ground", "small"),
        text(_POWER, 88, "Power side: 24 V of PS1, 5 V of PS4, a ground of its own", "name"),
        *_left(),
    ]
    for index, (key, over, way, steps) in enumerate(_rows()):
        shapes += _right_row(_FIRST + _ROW * index, key, over, way, steps)
    return drawing(_WIDTH, _HEIGHT, "Wiring of the balance station", [*shapes, *_motor()])


def _right_row(y: float, key: str, over: str, way: str, steps: list[Step]) -> list[str]:
    """A pin, its isolator and what is behind it."""
    pin = _TRIGGER[key] if key in _TRIGGER else getattr(PinSettings(), key)
    shapes = [
        text(_PI_LEFT + 14, y + 4, key, "call"),
        text(_PI_RIGHT - 58, y + 4, f"GPIO {pin}", "name"),
        line(_PI_RIGHT, y, _BARRIER + 20, y, "arrow"),
        box(_BARRIER + 20, y - 13, 44, 26, "gate"),
        text(_BARRIER + 27, y + 4, f"{over}", "small"),
        text(_BARRIER + 4, y - 3, way, "small"),
    ]
    if key in (*OUTPUT_PINS, "trigger"):
        shapes.append(text(_BARRIER + 70, y - 4, "PD", "small"))
    return shapes + _chain(_BARRIER + 64, _POWER, y, steps, 176)


def _chain(start: float, left: float, y: float, steps: list[Step], width: float) -> list[str]:
    """Boxes in a row, each joined to the one before it."""
    shapes, at = [], start
    for index, (words, small) in enumerate(steps):
        x = left + index * (width + 18)
        shapes += [
            line(at, y, x, y, "arrow"),
            box(x, y - 19, width, 38),
            text(x + 8, y - 3, words, "name"),
            text(x + 8, y + 13, small, "small"),
        ]
        at = x + width
    return shapes


def _left() -> list[str]:
    """Cells, accelerometer and switches."""
    known = figures()
    gain = f"INA333, gain {short(known['gain'])}"
    signal = [
        ("100 k to ground", "where the cable ends"),
        ("3.3 k, 470 nF", f"{short(known['corner'])} Hz"),
        ("A1 ADS1115", "A0, gain 2, 3.3 V"),
    ]
    shapes = [
        text(24, 96, "Load cells: four of these", "name"),
        *_chain(24, 24, 132, [("B1 load cell", "5 V of U20"), ("U1 amplifier", gain), ("cable", "shielded")], _INNER),
        line(460, 151, 460, 166, "arrow"),
        line(104, 166, 460, 166, "arrow"),
        line(104, 166, 104, 179, "arrow"),
        *_chain(24, 24, 198, signal, _INNER),
        text(
            24,
            242,
            "U5 lifts the amplifiers' zero to 0.25 V. ADDR: 0x48 front left GND, 0x49 front right VDD,",
            "small",
        ),
        text(24, 258, "0x4A back right SDA, 0x4B back left SCL. The accelerometer is on the same bus, 0x53.", "small"),
        line(540, 198, _PI_LEFT, 198, "arrow"),
        text(548, 192, "I2C, 400 kHz", "small"),
        text(548, 214, "GPIO 2, 3", "small"),
        text(24, 330, "Switches: 3.3 V, in insulated housings", "name"),
    ]
    pins = PinSettings()
    for y, key, pin, words in (
        (366, "hand_switch", pins.hand_switch, "S2 hand switch"),
        (422, "foot_switch", pins.foot_switch, "S3 foot switch"),
        (478, "pair_button", PairButtonSettings().pin, "S4 button"),
    ):
        inside = [(words, "closed to ground"), ("D2, D3, D5: 6 V", "1 k to 3.3 V"), ("4.7 k, 100 nF", "to the pin")]
        shapes += [
            *_chain(24, 24, y, inside, _INNER),
            line(540, y, _PI_LEFT, y, "arrow"),
            text(548, y - 20, f"GPIO {pin}", "name"),
            text(548, y - 6, key, "call"),
        ]
    return [*shapes, *_supplies()]


def _supplies() -> list[str]:
    """Who has which supply."""
    shapes = [text(24, 522, "Supplies", "name")]
    rows: list[list[Step]] = [
        [("mains", ""), ("PS2 5.1 V", "for the Pi alone")],
        [("mains", ""), ("PS1 24 V, 5 A", "power side")],
        [
            ("PS1, F1", "T 0.8 A"),
            ("S1, U18, PS4", "relays, lamps, logic"),
            ("PS3 12 V, U20 5 V", "isolated: amplifiers"),
        ],
    ]
    for index, steps in enumerate(rows):
        shapes += _chain(24, 24, 552 + 56 * index, steps, _INNER)
    words = (
        "The ground of Pi, amplifiers, converters and switches is one; that of PS1, relays, driver,",
        "motor and lamps is another. Only U10, U11, U22, OK1 to OK4, PS3 lie between them.",
    )
    return shapes + [text(24, 712 + 16 * index, row, "small") for index, row in enumerate(words)]


def _motor() -> list[str]:
    """The motor's supply, and the brake that needs none."""
    known = figures()
    y, limit = 968, short(known["limit_A"])
    first = [("PS1, F2", "24 V, T 3.15 A"), ("K1: 2 NO", "in series"), ("K2: 2 NO", "in series")]
    second = [("U19, Q3, RS", f"{limit} A, latches"), ("DRV, D1", "1 mF, clamp"), ("M", "shorted by K1, K2")]
    brakes = (("K1: NC, RB1", "2.7 Ohm"), ("K2: NC, RB2", "2.7 Ohm"))
    foot = (
        "Each resting contact shorts the motor through its own resistor, without any supply:",
        f"34 to 5 Hz in {known['still_s']:.2g} s by one. A stall or a short trips U19, which only open relays end.",
        "X on its frame hangs in the springs SP1 to SP4; the cells stand on it, the plate on them.",
    )
    return [
        text(_POWER, y - 30, "Motor: the 24 V through both relays; either alone takes them", "name"),
        *_chain(_POWER, _POWER, y, first, 176),
        line(1486, y + 19, 1486, y + 36, "arrow"),
        line(1098, y + 36, 1486, y + 36, "arrow"),
        line(1098, y + 36, 1098, y + 51, "arrow"),
        *_chain(_POWER, _POWER, y + 70, second, 176),
        line(1486, y + 89, 1486, y + 105, "arrow"),
        line(1098, y + 105, 1486, y + 105, "arrow"),
        line(1098, y + 105, 1098, y + 121, "arrow"),
        line(1292, y + 105, 1292, y + 121, "arrow"),
        *_chain(_POWER, _POWER, y + 140, [brakes[0]], 176),
        *_chain(_POWER + 194, _POWER + 194, y + 140, [brakes[1]], 176),
        *[text(_POWER, y + 186 + 16 * index, words, "small") for index, words in enumerate(foot)],
    ]
