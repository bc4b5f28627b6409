"""The settings file: validated whole, every message with the file, the key and the bound."""

from pathlib import Path

import pytest

from station.faults import InputError, StorageError
from station.settings import Settings, data_folder, dump_settings, load_settings, usable_settings
from station.texts import Texts
from station.texts.problems import detail


def _refusal(tmp_path: Path, text: str) -> str:
    path = tmp_path / "station.toml"
    path.write_text(text)
    with pytest.raises(InputError) as refused:
        load_settings(path)
    assert refused.value.code == "settings-invalid"
    assert str(path) in str(refused.value)
    return detail(Texts(), refused.value)


def test_no_file_and_an_empty_file_are_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_text("")
    assert load_settings(path) == load_settings(None) == Settings()


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.toml") as refused:
        load_settings(tmp_path / "nowhere.toml")
    assert refused.value.code == "settings-missing"


def test_an_unknown_key_is_named_with_a_suggestion(tmp_path: Path) -> None:
    assert 'web.prot = 8080: there is no such key; did you mean "port"?' in _refusal(tmp_path, "[web]\nprot = 8080\n")
    assert 'there is no such key; did you mean "web"?' in _refusal(tmp_path, "[wbe]\nport = 8080\n")
    message = _refusal(tmp_path, "[rig.load_cells]\ngane = 2\n")
    assert 'rig.load_cells.gane = 2: there is no such key; did you mean "gain"?' in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[web]\nport = 0\n", "web.port = 0: must be at least 1"),
        ("[limits]\nmax_bout_s = 121.0\n", "limits.max_bout_s = 121: must be at most 120"),
        (
            "[rig.pins]\nestop = 6\n",
            "rig.pins: estop and hand_switch both use GPIO 6: give each a pin of its own",
        ),
        (
            "[rig.pins]\nlamp = 14\n",
            "rig.pins.lamp: GPIO 14 may be high while the computer boots: use one of 9 to 27, but not 14",
        ),
        ("[rig.load_cells]\naddresses = [72]\n", "rig.load_cells.addresses: layout four_chips has 4 converters, not 1"),
        ("[rig.drive]\nspeed_map = [[0.5, 5], [0.1, 25]]\n", "rig.drive.speed_map: 0.1 does not follow 0.5"),
        ("[rig.drive]\nresonance_hz = [12, 5]\n", "rig.drive.resonance_hz: 12 to 5 is no band"),
        ("[station]\nrig = 'pie'\n", 'station.rig = "pie": must be simulated, replay, pi or pi5; did you mean "pi"?'),
        ("[control]\npriority = 'high'\n", "control.priority"),
        ("[limits]\nmax_frequency_hz = nan\n", "limits.max_frequency_hz"),
        ("[web]\nport = 80\nport = 81\n", "Cannot overwrite a value"),
        ("[web\n", "at line 1"),
        ("[update]\nserver = 'https://releases..example/x'\n", "update.server"),
        ("[update]\nserver = 'https://h/Prüfung.update'\n", "update.server"),
        ("[update]\nserver = 'https://[bad/x'\n", "update.server"),
    ],
)
def test_a_bad_value_is_named_with_its_bound(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in _refusal(tmp_path, text)


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    message = _refusal(tmp_path, "[web]\nport = 0\nhots = 'x'\n")
    assert "web.port" in message
    assert "web.hots" in message


def test_a_file_that_is_no_text_or_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "station.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not-utf8 line=1 byte=1"):
        load_settings(tmp_path / "station.toml")
    with pytest.raises(InputError, match="unreadable-settings"):
        load_settings(tmp_path)


def test_what_is_dumped_is_read_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_text(dump_settings(Settings()))
    assert load_settings(path) == Settings()


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings = Settings()
    station = settings.station.model_copy(update={"data": tmp_path / "file" / "data"})
    with pytest.raises(StorageError, match="file/data") as refused:
        data_folder(settings.model_copy(update={"station": station}))
    assert refused.value.code == "data-folder"


@pytest.mark.parametrize(
    ("text", "port", "language"),
    [
        ('[station]\nlanguage = "de"\n[web]\nport = 9000\n[limits]\nmax_bout_s = 999.0\n', 9000, "de"),
        ('[station]\nlanguage = "de"\nrig = "pie"\n[web]\nport = 0\n', 8080, "de"),
        ('station = 5\nweb = "x"\n[rig.load_cells]\ngane = 2\n', 8080, "en"),
        ("[station\n", 8080, "en"),
        ('[web]\nport = 9000\nprot = 1\n[station]\nlanguage = ""\n', 9000, "en"),
    ],
)
def test_a_file_that_is_refused_still_says_where_the_pages_are(
    tmp_path: Path, text: str, port: int, language: str
) -> None:
    _refusal(tmp_path, text)
    usable = usable_settings(tmp_path / "station.toml")
    assert (usable.web.port, usable.station.language) == (port, language)
    assert usable.limits == Settings().limits
    assert usable.station.rig == "simulated"


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"\x00" * 100])
def test_what_cannot_be_read_at_all_is_as_no_file(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "station.toml"
    if content is not None:
        path.write_bytes(content)
    assert usable_settings(path) == Settings()
