"""Times as people's programs write them: dates beside them, decimal commas, clocks of other countries, any name."""

import re

import numpy as np
import pytest

from station.analysis.reading import ReadOptions, doubts_of, read_file
from station.recording.signals import load_signal
from tests.station.recording.test_foreign_tables import AP, ML, T, clock, refused, same, timed, twelve, written

__all__ = ["written"]


def comma(seconds):
    return f"{seconds:.3f}".replace(".", ",")


def dotted(seconds):
    """As a German or Italian program writes it."""
    return f"31.01.2024 {clock(seconds).replace('.', ',')}"


def letters(seconds):
    return re.sub(":", "h", dotted(seconds)[11:], count=1).replace(":", "m")


KINDS = {
    **{
        f"date and time under {name}": timed(name, dotted, ";", ",")
        for name in ("Datum/Zeit", "Date et heure", "Fecha/Hora", "Data / Ora", "Data e hora", "Messpunkt")
    },
    **{
        f"seconds under {name}": timed(name, comma, ";", ",")
        for name in ("Temps", "Tiempo [s]", "Tempo", "Hora", "Czas_s")
    },
    **{
        f"{name} apart": timed(name, lambda t: f"31.01.2024;{dotted(t)[11:]}", ";", ",")
        for name in ("Datum;Uhrzeit", "Fecha;Hora", "Data;Ora", "Date;Heure")
    },
    "a decimal point behind a date": timed("Datum/Zeit", lambda t: f"31.01.2024 {clock(t)}", ";", ","),
    "a clock with points": timed("Data/Ora", lambda t: dotted(t).replace(":", "."), ";", ","),
    "a clock with letters": timed("Heure", letters, ";", ","),
    "a Spanish afternoon": timed("Fecha/Hora", lambda t: f"31/1/2024 {twelve(t)}".replace("PM", "p. m."), ";", ","),
    "a clock and its word": timed("Datum/Zeit", lambda t: f"{dotted(t)} Uhr", "\t", ","),
    "whole seconds beside others": timed("Time,Elapsed [s]", lambda t: f"{clock(t)[:8]},{t:.3f}"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_times_in_any_form(written, kind):
    same(load_signal(written(KINDS[kind])))


def test_a_clock_slower_than_the_samples_needs_a_rate_that_fits_it(written):
    path = written(timed("Datum/Zeit", lambda t: dotted(t)[:19], ";", ","))
    refused(path, "csv-time", "datum/zeit", "100.0 of them a second", "--rate")
    same(load_signal(path, rate_hz=100.0))
    refused(path, "csv-time", "the timestamps say 100.0 Hz but the rate given is 200.0 Hz", rate_hz=200.0)
    stopped = written(timed("Zeit", lambda t: "10:11:12", ";", ","))
    same(load_signal(stopped, rate_hz=100.0))
    back = written(timed("Zeit", lambda t: f"10:11:{14 - int(t):02d}", ";", ","))
    refused(back, "csv-time", "It is 10:11:14 after 10:11:14", rate_hz=100.0)


def test_times_under_any_name_are_held_against_a_stated_rate(written):
    for name, time_of in (("Was", dotted), ("Was [s]", comma)):
        path = written(timed(name, time_of, ";", ","))
        assert [one.reason for one in doubts_of(read_file(path, ReadOptions(rate_hz=50.0)))] == ["rates-disagree"]
    for name, time_of in (("Was [s]", lambda t: "0,5"), ("Start", lambda t: "10:11:12"), ("Was", comma)):
        path = written(timed(name, time_of, ";", ","))
        refused(path, "csv-time", "--rate")
        same(load_signal(path, rate_hz=100.0))


def test_a_dotted_date_proves_decimal_commas(written):
    rows = [f'"{dotted(t)}","{comma(ml + 20)}","{comma(ap + 20)}"' for t, ml, ap in zip(T, ML, AP, strict=True)]
    read = load_signal(written("Datum/Zeit,cop_ml_mm,cop_ap_mm\n" + "\n".join(rows)))
    np.testing.assert_allclose((read.cop_ml_mm, read.cop_ap_mm), (ML + 20.0, AP + 20.0), atol=5e-4)
    rows = [f'{t:.2f},"{comma(ml)}","{comma(ap)}"' for t, ml, ap in zip(T, ML, AP, strict=True)]
    same(load_signal(written("time_s,cop_ml_mm,cop_ap_mm\n" + "\n".join(rows))), atol=1e-3)


@pytest.mark.parametrize(
    "line",
    [
        "Rate (Hz): 100",
        "fs = 100",
        "Fréquence d'échantillonnage : 100 Hz",
        "Frecuencia de muestreo;100",
        "Frequenza di campionamento (Hz);100,0",
    ],
)
def test_a_rate_is_read_above_the_table_in_other_words(written, line):
    rows = timed("Zeit", lambda t: f"{t:.2f}").replace("Zeit,", "", 1).splitlines()
    text = "\n".join([line, "", rows[0], *(row.split(",", 1)[1] for row in rows[1:])])
    same(load_signal(written(text)))
    refused(written(text.replace(line, "Heart rate: 100")), "csv-time", "--rate")


@pytest.mark.parametrize("word", ["-", "--", ".", "#WERT!"])
def test_further_words_for_a_sample_that_is_missing(written, word):
    lines = timed("time_s", lambda t: f"{t:.2f}").splitlines()
    lines[51] = f"{lines[51].split(',')[0]},{word},{word}"
    found = load_signal(written("\n".join(lines)), gaps=True)
    assert np.flatnonzero(np.isnan(found.cop_ml_mm)).tolist() == [50]
    refused(written("\n".join(lines)), "csv-value", "row 52")


def test_a_stroke_in_a_row_of_units_is_no_sample(written):
    lines = timed("time", lambda t: f"{t:.2f}").replace("cop_ml_mm,cop_ap_mm", "cop_ml,cop_ap,n").splitlines()
    text = "\n".join([lines[0], "s,mm,mm,-", *(f"{line},1" for line in lines[1:])])
    same(load_signal(written(text)))
