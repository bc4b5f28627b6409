"""What a report says of a drill by an order of partial load: loads in kg, and no sway."""

from station.measures.norms.people import NOT_STATED, Condition
from station.reports.facts import Series, series_of
from station.reports.loaded import COLUMNS, is_loaded, loaded_notes, loaded_rows
from station.reports.words import heading_words
from station.texts import Texts

G = 9.80665


def a_try(number, percent, blind=True):
    return {"number": number, "blind": blind, "error_percent": percent}


def series(*loads):
    trials = tuple(
        {"number": number, "outcome": "held", "hold_s": 11.0, "load": load} for number, load in enumerate(loads, 1)
    )
    return Series("load-to-the-line", "Load", "left", Condition("left", NOT_STATED, NOT_STATED), trials)


KEPT = {
    "order_n": 20.0 * G,
    "limit_n": 24.0 * G,
    "in_band": 9,
    "of": 10,
    "mean_n": 18.04 * G,
    "peak_n": 19.96 * G,
    "step_on_peak_n": 19.0 * G,
    "over_order_s": 0.0,
    "over_limit": 0,
    "tries": [a_try(1, -8.0, blind=False), a_try(2, -12.0)],
    "overshoots": [],
}
BROKEN_OFF = {**{name: KEPT[name] for name in ("order_n", "limit_n")}, "tries": [], "overshoots": []}
OVER = {
    **KEPT,
    "in_band": 0,
    "over_limit": 2,
    "over_order_s": 1.25,
    "tries": [a_try(3, 60.0), a_try(4, None)],
    "overshoots": [
        {"peak_n": 32.0 * G, "of_order_percent": 160.0, "over_s": 0.9, "over_limit": True},
        {"peak_n": 21.0 * G, "of_order_percent": 105.0, "over_s": 0.3, "over_limit": False},
        {"peak_n": 99.0 * G, "of_order_percent": None, "over_s": 0.3, "over_limit": True},
    ],
}


def test_a_row_for_each_trial_in_kilograms():
    rows = loaded_rows(series(KEPT, BROKEN_OFF, OVER), Texts())
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert rows[0] == ["1", "9 of 10", "18.0 kg", "20.0 kg", "19.0 kg", "0.0 s", "0"]
    assert rows[1] == ["2", "-", "-", "-", "-", "-", "-"]
    assert rows[2][1:] == ["0 of 10", "18.0 kg", "20.0 kg", "19.0 kg", "1.2 s", "2"]


def test_the_notes_say_the_order_the_blind_error_and_what_was_far_beyond():
    assert loaded_notes(series(KEPT), Texts()) == [
        "Order 20.0 kg, stopped at 24.0 kg.",
        "Blind tries (1) were off by -12 % of the order in the mean.",
    ]
    notes = loaded_notes(series(KEPT, OVER), Texts())
    assert notes[1] == "Blind tries (2) were off by 24 % of the order in the mean."
    assert notes[2] == "Overshoots of more than 150 % of the order: 1; the largest 32.0 kg."


def test_other_drills_have_none_of_it():
    assert is_loaded(series(KEPT, None))
    assert not is_loaded(series(None, None))
    assert loaded_rows(series(None, KEPT), Texts())[0][0] == "2"


def test_who_names_a_foot_stands_on_both_and_is_held_against_the_norms_of_both():
    document = {"title": "Tandem", "eyes": "open", "surface": "firm", "trials": {"legs": "named"}}
    trial = {"leg": "left", "leg_word": "left-front", "vibration": {}}
    alternating = {**document, "trials": {"legs": "alternating"}}
    rows = [
        {
            "drill": "tandem",
            "leg": "left",
            "leg_word": "left-front",
            "header": {"document": document},
            "trials": [trial],
        },
        {"drill": "one", "leg": "each", "leg_word": "each", "header": {"document": alternating}, "trials": [trial]},
    ]
    one, tandem = series_of(rows)
    assert (tandem.condition, one.condition) == (Condition("both", "open", "firm"), Condition("left", "open", "firm"))
    assert "left foot in front" in heading_words(tandem, Texts("en"))
