"""What follows from the parts of docs/wiring.md: each figure with its formula, its number and what it must be."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import NamedTuple

from drawings.parts import VALUES

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_FUNCTIONS: dict[str, Callable[[float], float]] = {"sqrt": math.sqrt, "ln": math.log}


class Figure(NamedTuple):
    """One line of arithmetic. `formula` is of names of parts' values and of figures before it; `low` and `high` bound
    its value where it must lie somewhere.
    """

    name: str
    what: str
    formula: str
    unit: str
    low: float = -math.inf
    high: float = math.inf
    why: str = ""
    """Where the bounds come from."""


FIGURES = (
    # load cells
    Figure("gain", "gain of an amplifier", "1 + 100e3 / R_G", ""),
    Figure("V_per_N", "volts a newton", "sensitivity * excitation_V * gain / capacity_N", "V/N"),
    Figure("zero", "zero", "excitation_V * zero_low / (zero_high + zero_low)", "V", 0.2, 0.3, "above `OPEN`, 0.03 V"),
    Figure("corner", "corner of the filter", "1 / (2 * pi * R_filter * C_filter)", "Hz", 90, 110, "passes 40 Hz"),
    Figure("loss", "gain lost to R_down behind the filter, as it was", "R_filter / (R_filter + R_down) * 100", "%"),
    Figure(
        "worst_N",
        "most on one cell: 120 kg over one corner while it shakes",
        "person_kg * g + top_kg / 4 * g + (top_kg + body_share * person_kg) * limit_g * g",
        "N",
    ),
    Figure(
        "end_N",
        "where a channel saturates",
        "(range_V - zero) / V_per_N",
        "N",
        1369,
        1510,
        "above the most, 1368 N; a cell's stop is at 1500 N",
    ),
    Figure("amplifier_uV", "noise of an amplifier at its output", "noise_V * gain * sqrt(pi / 2 * corner) * 1e6", "uV"),
    Figure(
        "cell_N",
        "noise of a cell, with the converter's half step and its rounding",
        "sqrt(amplifier_uV ** 2 + (step_V * 1e6) ** 2 * (0.25 + 1 / 12)) * 1e-6 / V_per_N",
        "N",
    ),
    Figure(
        "cop_ml", "noise of the CoP of 30 kg, ML", "spacing_ml * cell_N / (light_kg * g)", "mm", 0, 0.1, "calibration"
    ),
    Figure("cop_ap", "the same, AP", "spacing_ap * cell_N / (light_kg * g)", "mm", 0, 0.1, "calibration"),
    Figure(
        "clamp_mA",
        "into a converter's clamp from an amplifier at its rail",
        "(rail_V - converter_V - diode_V) / R_filter * 1e3",
        "mA",
        0,
        10,
        "ADS1115: 10 mA",
    ),
    # isolation and inputs
    Figure(
        "led_mA",
        "optocoupler's diode",
        "(supply_V - led_V) / R_led * 1e3",
        "mA",
        10,
        20,
        "wets a relay's contact: 10 mA",
    ),
    Figure("led_W", "in its resistor", "(led_mA * 1e-3) ** 2 * R_led", "W", 0, 0.25, "half of 0.5 W"),
    Figure(
        "sink",
        "current that it can sink, times what the pull-ups give",
        "CTR * led_mA * 1e-3 / (logic_V / R_pull + logic_V / R_pi)",
        "",
        3,
        99,
        "age halves it",
    ),
    Figure(
        "b_V", "channel B at the gate", "supply_V * R_b_low / (R_b_high + R_b_low)", "V", 3.5, 5.0, "0.7 x 5 V; 5 V"
    ),
    Figure("wet_mA", "through a closed hand switch", "logic_V / R_wet * 1e3", "mA", 1, 10, "wets its contact"),
    Figure("low_V", "pin of a closed switch", "logic_V * R_pin / (R_pin + R_pi)", "V", 0, 0.8, "reads as low"),
    Figure(
        "trigger_mA",
        "diode of the trigger's optocoupler",
        "(gate_V - led_V) / R_trigger * 1e3",
        "mA",
        0,
        24,
        "SN74LVC1G08: 24 mA",
    ),
    Figure("trigger_W", "in its resistor", "(trigger_mA * 1e-3) ** 2 * R_trigger", "W", 0, 0.125, "half of 0.25 W"),
    Figure(
        "socket_mA", "what the trigger's socket can sink", "CTR * trigger_mA", "mA", 10, 24, "10 mA at J1, when new"
    ),
    Figure("pin_ms", "filter of a switch", "(R_pin + R_wet) * C_pin * 1e3", "ms", 0, 4, "one tick"),
    # one-shots and relays
    Figure("shot_ms", "a one-shot, on 5 V", "K_5V * R_T * C_T * 1e3", "ms", 100, 200, "the envelope's row 15"),
    Figure(
        "shot_least", "the same, all tolerances down", "shot_ms * (1 - K_part) * (1 - C_part)", "ms", 100, 200, "row 15"
    ),
    Figure("shot_most", "the same, all up", "shot_ms * (1 + K_part) * (1 + C_part)", "ms", 100, 200, "row 15"),
    Figure(
        "shot_3V",
        "the same on 3.3 V, by a straight line between the two",
        "(K_5V + (K_2V - K_5V) * (5 - 3.3) / (5 - 2)) * R_T * C_T * 1e3",
        "ms",
    ),
    Figure("coil_mA", "a relay's coil", "supply_V / (R_coil + R_on) * 1e3", "mA", 0, 300, "2N7002P: 0.36 A"),
    Figure(
        "drop_V",
        "across its driver when it drops, by 24 V of Zener diode",
        "supply_V + zener_V + flyback_V",
        "V",
        0,
        60,
        "2N7002P: 60 V",
    ),
    Figure(
        "control_A",
        "all control circuits",
        "(2 * coil_mA + 4 * led_mA) * 1e-3 + lamps_A + logic_A + amplifier_W / converter_share / supply_V"
        " + trigger_mA * 1e-3 * gate_V / supply_V",
        "A",
    ),
    Figure("F1_times", "F1 over that", "F1_A / control_A", "", 1.25, 2, "holds, and blows soon"),
    # motor's supply
    Figure("limit_A", "current limit of U19", "trip_V / R_S", "A", 0, 3.0, "K1, K2: DC-13 3 A at 24 V; F2"),
    Figure("surge_A", "without it, into the driver's capacitors", "supply_V / ESR", "A"),
    Figure(
        "charge_ms", "with it, until they are charged", "C_bus * supply_V / limit_A * 1e3", "ms", 0, 50, "start-up test"
    ),
    Figure("PS1_needed", "from PS1 in all", "limit_A + control_A", "A", 0, 5, "PS1"),
    Figure("ratio", "belt", "teeth_X / teeth_M", ""),
    Figure(
        "full_Hz",
        "platform at 24 V without load",
        "speed_V * supply_V / ratio / 60",
        "Hz",
        42,
        60,
        "40 Hz at 90 % duty",
    ),
    Figure("J", "inertia at the motor", "J_M + J_X / ratio ** 2", "kg m2"),
    Figure(
        "spin_A",
        "motor while it crosses the resonance with 80 Hz/s",
        "(J * slew * 2 * pi * ratio + friction_Nm) / k_M",
        "A",
        0,
        2.75,
        "U19's limit",
    ),
    Figure("sense_V", "driver's CS at that current", "CS * spin_A", "V"),
    Figure("emf_V", "motor's voltage at 34 Hz", "top_Hz * ratio * 2 * pi * k_M", "V", 0, 24, "PS1"),
    Figure("brake_A", "braked by one resting contact", "emf_V / (R_M + R_B)", "A", 0, 5, "NC contact: 5 A"),
    Figure("brake_each", "by both, in each", "emf_V / (R_M + R_B / 2) / 2", "A", 0, 5, "NC contact: 5 A"),
    Figure("brake_s", "time constant of one", "(R_M + R_B) * J / k_M ** 2", "s"),
    Figure(
        "still_s",
        "from 34 Hz to 5 Hz by one contact",
        "brake_s * ln(top_Hz / low_Hz)",
        "s",
        0,
        0.5,
        "the envelope's row 18",
    ),
    Figure("energy_J", "energy in the turning masses at 34 Hz", "J * (top_Hz * ratio * 2 * pi) ** 2 / 2", "J"),
    Figure(
        "back_W",
        "of which comes back at most, slowed with 40 Hz/s",
        "energy_J / (top_Hz / 40)",
        "W",
        0,
        6.5,
        "D1 for some seconds",
    ),
    # mechanics
    Figure("moving_kg", "what shakes, empty", "top_kg + frame_kg", "kg"),
    Figure("unbalance", "unbalance of both shafts", "2 * mass_kg * radius", "kg m"),
    Figure("spring", "a spring", "G_Pa * wire ** 4 / (8 * coil ** 3 * turns) / 1000", "N/mm"),
    Figure(
        "own_Hz", "resonance, empty", "sqrt(4 * spring * 1000 / moving_kg) / (2 * pi)", "Hz", 8.5, 9.5, "modelled: 9 Hz"
    ),
    Figure("with_kg", "what shakes under 75 kg", "moving_kg + body_share * usual_kg", "kg"),
    Figure("with_Hz", "resonance then", "sqrt(4 * spring * 1000 / with_kg) / (2 * pi)", "Hz", 5, 12, "`resonance_hz`"),
    Figure(
        "pp_mm",
        "displacement under 75 kg at 25 Hz",
        "2 * unbalance / with_kg / (1 - (with_Hz / usual_Hz) ** 2) * 1e3",
        "mm",
        0.22,
        0.24,
        "the default, 0.23 mm",
    ),
    Figure(
        "empty_mm",
        "displacement empty at 34 Hz",
        "2 * unbalance / moving_kg / (1 - (own_Hz / top_Hz) ** 2) * 1e3",
        "mm",
    ),
    Figure(
        "empty_g",
        "its peak acceleration",
        "2 * pi ** 2 * top_Hz ** 2 * empty_mm * 1e-3 / g",
        "g",
        0,
        1.0,
        "1.0 g even when the load has left",
    ),
    Figure("force_N", "force of the unbalance at 34 Hz", "unbalance * (2 * pi * top_Hz) ** 2", "N"),
    Figure("sink_mm", "sinks under 120 kg in the middle", "person_kg * g / (4 * spring)", "mm", 0, 25, "the stops"),
    Figure(
        "tilt",
        "tilts when 75 kg sway 10 mm sideways",
        "usual_kg * g * sway_mm / (4 * spring * (spacing_ml / 2) ** 2) * 180 / pi",
        "degrees",
    ),
    Figure(
        "stress_MPa",
        "in a spring at the stop",
        "8 * spring * (stop_mm + moving_kg * g / (4 * spring)) * coil * 1e3 / (pi * (wire * 1e3) ** 3)",
        "MPa",
        0,
        600,
        "wire of 5 mm",
    ),
)


def value(formula: str, names: Mapping[str, float]) -> float:
    """What this arithmetic gives: numbers, names, + - * / **, sqrt, ln and pi. Raises KeyError for a name unknown."""
    return _evaluate(ast.parse(formula, mode="eval").body, {"pi": math.pi, **names})


def _evaluate(node: ast.expr, names: Mapping[str, float]) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return float(node.value)
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_evaluate(node.left, names), _evaluate(node.right, names))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _FUNCTIONS[node.func.id](_evaluate(node.args[0], names))
    raise ValueError(f"no arithmetic: {ast.unparse(node)}")


def figures(values: Mapping[str, float] = VALUES) -> dict[str, float]:
    """Every figure by its name, from these values of the parts."""
    found: dict[str, float] = {}
    for figure in FIGURES:
        found[figure.name] = value(figure.formula, {**values, **found})
    return found


class _Numbers(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, float]) -> None:
        self._names = names

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Leave the function's name alone."""
        node.args = [self.visit(argument) for argument in node.args]
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """A number for a name."""
        return node if node.id == "pi" else ast.Name(short(self._names[node.id]))


def in_numbers(figure: Figure, names: Mapping[str, float]) -> str:
    """The formula with numbers of four digits in place of its names."""
    return ast.unparse(_Numbers(names).visit(ast.parse(figure.formula, mode="eval").body))


def short(number: float) -> str:
    """Four digits."""
    return f"{number:.4g}"


def table(values: Mapping[str, float] = VALUES) -> str:
    """The table of figures as it is printed."""
    found = figures(values)
    names = {**values, **found}
    rows = ["| what | formula | in numbers | is | must be |", "|---|---|---|---|---|"]
    for figure in FIGURES:
        bounds = [bound for bound in (figure.low, figure.high) if math.isfinite(bound)]
        must = f"{' to '.join(f'{bound:g}' for bound in bounds)} ({figure.why})" if bounds else ""
        shown = f"{short(found[figure.name])} {figure.unit}".strip()
        cells = (figure.what, f"`{figure.name} = {figure.formula}`", f"`{in_numbers(figure, names)}`", shown, must)
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)
