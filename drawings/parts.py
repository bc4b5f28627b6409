"""The parts that docs/wiring.md draws: maker's numbers, ratings, price classes, and the values to calculate with."""

from __future__ import annotations

from typing import NamedTuple


class Part(NamedTuple):
    """A row of the list of parts."""

    mark: str
    """As in the drawing."""
    what: str
    number: str
    """Maker and maker's number."""
    rated: str
    price: str
    """For one: a under 1, b 1 to 10, c 10 to 50, d 50 to 200, e over 200 EUR."""
    seen: str = "memory"
    """published: a data sheet was read for these figures; memory: it was not; made: to order."""


PARTS = (
    Part(
        "PS1",
        "24 V supply of motor and coils",
        "MEAN WELL GSM120A24-R7B",
        "24 V, 5 A, two means of patient protection",
        "d",
    ),
    Part("PS2", "supply of the Raspberry Pi", "Raspberry Pi SC1153 (Pi 5), SC0445 (Pi 4)", "5.1 V, 5 A or 3 A", "c"),
    Part(
        "PS3", "isolated supply of the amplifiers", "Traco TMR 3-2412", "18 to 36 V in, 12 V, 250 mA out, 1.5 kV", "c"
    ),
    Part("PS4", "5 V for the logic of the power side", "Traco TSR 1-2450", "6.5 to 36 V in, 5 V, 1 A out", "b"),
    Part("U20", "5 V of the bridges and amplifiers", "Analog Devices LT3045EDD", "0.8 uV rms, 500 mA", "b"),
    Part(
        "B1-B4", "load cell, one a corner", "Tedea-Huntleigh 1042-0100-C3", "100 kg, 2 mV/V, 350 Ohm, 150 % safe", "d"
    ),
    Part(
        "U1-U4", "amplifier of a cell", "Texas Instruments INA333AIDGKR", "50 nV per root Hz, 25 uV, 1.8 to 5.5 V", "b"
    ),
    Part("U5", "zero of the amplifiers", "Texas Instruments OPA333AIDBVR", "10 uV, 1.8 to 5.5 V", "b"),
    Part("R1-R4", "gain of a cell's amplifier", "Susumu RG2012P-8450-B-T5", "845 Ohm, 0.1 %, 25 ppm/K", "a"),
    Part("A1-A4", "converter of a cell", "Texas Instruments ADS1115IDGSR", "16 bits, 860 a second, 2.0 to 5.5 V", "b"),
    Part("ACC", "accelerometer, may be left out", "Analog Devices ADXL345BCCZ", "16 g, 3.2 kHz", "b"),
    Part(
        "U10-U11",
        "isolators, low without a signal",
        "Texas Instruments ISO7760FDWR, ISO7763FDWR",
        "5 kV rms, 6 and 3 + 3 channels, 2.25 to 5.5 V",
        "b",
    ),
    Part(
        "OK1-OK4",
        "optocoupler: emergency stop A, B, mirror contacts",
        "Vishay VO617A-2",
        "5.3 kV rms, CTR 63 % at least",
        "a",
    ),
    Part("R10-R13", "resistor of an optocoupler", "Vishay CRCW12102K20FKEA", "2.2 kOhm, 0.5 W", "a"),
    Part(
        "U12, U13",
        "one-shots a, b: a chip each",
        "Nexperia 74HC123D",
        "2 to 6 V; K 0.45 at 5 V, 0.55 at 2 V",
        "a",
        "published",
    ),
    Part("CT", "capacitor of a one-shot", "WIMA MKS2B041001", "1 uF, 63 V, 5 %", "a"),
    Part(
        "U14-U17",
        "gates: permit, K1, K2, enable: a chip each",
        "Texas Instruments SN74LVC1G11DBVR",
        "1.65 to 5.5 V",
        "a",
    ),
    Part(
        "U21",
        "gate of the trigger output, where one is fitted",
        "Texas Instruments SN74LVC1G08DBVR",
        "1.65 to 5.5 V",
        "a",
    ),
    Part(
        "U22",
        "isolator of the trigger, low without a signal",
        "Texas Instruments ISO7710FDWR",
        "5 kV rms, 1 channel, 2.25 to 5.5 V",
        "b",
    ),
    Part("OK5", "optocoupler of the trigger's socket", "Vishay VO617A-2", "5.3 kV rms, CTR 63 % at least, 80 V", "a"),
    Part("R14", "its resistor", "Vishay CRCW1206220RFKEA", "220 Ohm, 0.25 W", "a"),
    Part("J1", "socket of the trigger", "as the stimulator's maker asks", "5 to 24 V, 10 mA, no ground", "b", "made"),
    Part("Q1, Q2", "drivers of K1, K2: one each", "Nexperia 2N7002P", "60 V, 0.36 A", "a"),
    Part("U18", "driver of lamp, beacon and buzzer", "Texas Instruments ULN2003ADR", "50 V, 0.5 A", "a"),
    Part(
        "K1, K2",
        "force-guided relays, 2 NO and 2 NC",
        "TE Schrack SR4D4024",
        "8 A; DC-13 3 A at 24 V; 24 V, 720 Ohm",
        "c",
        "published",
    ),
    Part(
        "U19",
        "limits inrush and current, latches",
        "Texas Instruments LM5069MM-1/NOPB",
        "9 to 80 V, 55 mV",
        "b",
        "published",
    ),
    Part("Q3", "its transistor", "Infineon IPD053N08N3G", "80 V, 90 A, 5.3 mOhm", "b"),
    Part("RS", "its current sense", "Vishay WSL2512R0200FEA", "20 mOhm, 1 W, 1 %", "a"),
    Part("DRV", "motor driver", "Pololu 2992 (G2 24v13)", "6.5 to 40 V, 13 A; SLP, PWM; CS 40 mV/A", "c", "published"),
    Part(
        "D1",
        "clamp of the driver's supply",
        "Littelfuse SMCJ26A",
        "26 V; clamps at 42 V and 36 A, near 32 V at 1 A",
        "a",
    ),
    Part("RB1, RB2", "brake resistor of K1, of K2", "Arcol HS25 2R7 J", "2.7 Ohm, 25 W, 5 %", "b"),
    Part("F1", "fuse of the control circuits", "Littelfuse 0218.800MXP", "T 0.8 A, 5 x 20 mm", "a"),
    Part("F2", "fuse of the motor", "Littelfuse 021803.15MXP", "T 3.15 A, 5 x 20 mm", "a"),
    Part("S1", "emergency stop, 2 NC, positively driven", "Eaton FAK-R/V/KC02/IY", "24 V DC-13 3 A", "c"),
    Part("S4", "button of the pairing, where one is fitted", "EAO series 82, momentary, NO", "42 V, IP65", "c"),
    Part("S2, S3", "hand switch, foot switch", "Herga 6210 family", "low voltage, insulated housing, IPX7", "c"),
    Part(
        "D2-D5",
        "clamp of a switch's cable and of the tach's",
        "Texas Instruments TPD1E10B06DPYR",
        "6 V, 30 kV contact",
        "a",
    ),
    Part("TACH", "fork sensor at the shaft, two slots", "Omron EE-SX671", "5 to 24 V, NPN, 1 kHz", "c"),
    Part("M", "motor", "maxon RE 30, 310007", "24 V, 60 W; 0.611 Ohm, 25.9 mNm/A, 3.4 A, 33.3 g cm2", "e"),
    Part("BELT", "toothed belt and pulleys", "HTD 3M, 20 and 56 teeth", "ratio 2.8", "c"),
    Part(
        "X",
        "exciter: two shafts, geared 1 to 1, opposed masses",
        "to drawing",
        "each 87.5 g at 20 mm, 0.2 g m2 in all",
        "e",
        "made",
    ),
    Part(
        "SP1-SP4",
        "springs of the exciter's frame",
        "to EN 13906-1, wire EN 10270-1 DH",
        "wire 5 mm, mean 40 mm, 6.9 turns, 14.4 N/mm",
        "c",
        "made",
    ),
    Part(
        "ST1-ST4",
        "stops under the corners",
        "rubber buffer 30 x 20 mm, 55 Shore A",
        "after 25 mm of travel",
        "b",
        "made",
    ),
)

VALUES: dict[str, float] = {
    # load cells
    "capacity_N": 1000.0,
    "sensitivity": 2e-3,
    "excitation_V": 5.0,
    "R_G": 845.0,
    "zero_high": 191e3,
    "zero_low": 10e3,
    "R_filter": 3.3e3,
    "C_filter": 470e-9,
    "R_down": 100e3,
    "range_V": 2.048,
    "step_V": 62.5e-6,
    "noise_V": 50e-9,
    "rail_V": 5.0,
    "converter_V": 3.3,
    "diode_V": 0.3,
    "spacing_ml": 300.0,
    "spacing_ap": 400.0,
    "g": 9.80665,
    "person_kg": 120.0,
    "light_kg": 30.0,
    "top_kg": 10.0,
    "body_share": 0.2,
    "limit_g": 0.5,
    # isolation and inputs
    "supply_V": 24.0,
    "R_led": 2.2e3,
    "led_V": 1.2,
    "CTR": 0.63,
    "R_pull": 10e3,
    "R_pi": 50e3,
    "logic_V": 3.3,
    "R_wet": 1e3,
    "R_pin": 4.7e3,
    "C_pin": 100e-9,
    "R_b_high": 10e3,
    "R_b_low": 2.4e3,
    "gate_V": 5.0,
    "R_trigger": 220.0,
    # one-shots and relays
    "K_5V": 0.45,
    "K_2V": 0.55,
    "R_T": 330e3,
    "C_T": 1e-6,
    "K_part": 0.1,
    "C_part": 0.05,
    "R_coil": 720.0,
    "R_on": 7.5,
    "zener_V": 24.0,
    "flyback_V": 0.7,
    # control's supply: optocouplers are calculated; the rest is as rated, at 24 V
    "lamps_A": 0.25,
    "logic_A": 0.1,
    "amplifier_W": 1.5,
    "converter_share": 0.8,
    # motor's supply
    "trip_V": 55e-3,
    "R_S": 20e-3,
    "C_bus": 1e-3,
    "ESR": 0.05,
    "F1_A": 0.8,
    "R_B": 2.7,
    "R_M": 0.611,
    "k_M": 25.9e-3,
    "speed_V": 369.0,
    "J_M": 33.3e-7,
    "J_X": 2e-4,
    "teeth_M": 20.0,
    "teeth_X": 56.0,
    "slew": 80.0,
    "friction_Nm": 10e-3,
    "CS": 0.04,
    # mechanics
    "mass_kg": 87.5e-3,
    "radius": 20e-3,
    "frame_kg": 8.0,
    "G_Pa": 81.5e9,
    "wire": 5e-3,
    "coil": 40e-3,
    "turns": 6.9,
    "usual_Hz": 25.0,
    "usual_kg": 75.0,
    "top_Hz": 34.0,
    "low_Hz": 5.0,
    "stop_mm": 25.0,
    "sway_mm": 10.0,
}
"""What is calculated with, in SI units where the name gives none; the list says the same in words."""
