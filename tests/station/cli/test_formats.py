"""`station formats` lists what is read; `--explain` says how a file was understood before any figure."""

import json

import numpy as np
from click.testing import CliRunner

from station.cli import main
from station.recording.formats import FORMATS


def test_every_format_is_listed_with_what_it_follows():
    ended = CliRunner().invoke(main, ["formats"])
    assert ended.exit_code == 0
    assert [one for one in FORMATS if one.key not in ended.output or one.source not in ended.output] == []
    told = json.loads(CliRunner().invoke(main, ["formats", "--json"]).output)
    assert [one["format"] for one in told] == [*(one.key for one in FORMATS), "mcap", "c3d"]


def test_how_a_file_was_understood_stands_before_its_figures(tmp_path):
    path, t = tmp_path / "in.txt", np.arange(0.0, 20.0, 0.01)
    rows = [f"{one:.2f}\t700\t{np.sin(one) / 100:.6f}\t{np.cos(one / 3) / 100:.6f}" for one in t]
    path.write_text("\n".join(["Sampling rate\t100", "abs time (s)\tFz\tAx\tAy", "s\tN\tm\tm", *rows]))
    lines = CliRunner().invoke(main, ["measures", str(path), "--explain"]).output.splitlines()
    figure = next(at for at, line in enumerate(lines) if line.strip().startswith("path_length_mm"))
    said = " ".join(lines[:figure])
    for word in (
        "Kistler BioWare",
        "row 2",
        "left to right (ML): column ax, m",
        "front to back (AP): column ay, m",
        "vertical force: column fz, N",
        "100.00 Hz",
        "not proven",
    ):
        assert word in said
