"""The ten spoken phrases: made by espeak-ng, a clinic's own first, and served to the patient's screen alone."""

import shutil

import pytest

from drawings.phrases import COUNT, VOICES, phrases_of, seconds_of, speak
from drills.words import Cue
from station.access.rights import Transport
from station.texts.languages import languages
from tests.web_ui.test_rights import came
from web_ui import phrases
from web_ui.phrases import FOLDER, file_of
from web_ui.service import service_of


@pytest.mark.parametrize("language", languages())
def test_every_language_has_ten(language):
    assert sorted(phrases_of(language)) == list(range(1, COUNT + 1))
    assert COUNT == phrases.COUNT == sum(cue.name.startswith("SAY_") for cue in Cue)


@pytest.mark.parametrize("language", languages())
def test_espeak_speaks_one_of_them_with_a_voice_of_the_language(tmp_path, language):
    assert shutil.which("espeak-ng"), "make setup-test installs it"
    assert language in VOICES
    speak(language, phrases_of(language)[9], tmp_path / "9.wav")
    assert 1.5 < seconds_of(tmp_path / "9.wav") < 8.0


def test_a_clinics_own_recording_goes_first_and_a_number_leads_nowhere_else(tmp_path, monkeypatch):
    monkeypatch.setattr(phrases, "MADE", tmp_path / "made")
    made, own = tmp_path / "made" / "de" / "4.wav", tmp_path / "data" / FOLDER / "de" / "4.ogg"
    assert file_of(tmp_path / "data", "de", 4) is None
    for file in (made, own):
        file.parent.mkdir(parents=True)
    made.write_bytes(b"made")
    assert file_of(tmp_path / "data", "de", 4) == made
    own.write_bytes(b"own")
    assert file_of(tmp_path / "data", "de", 4) == own
    assert [file_of(tmp_path / "data", "de", number) for number in (0, 11)] == [None, None]
    assert file_of(tmp_path / "data", "en", 4) is None


def test_the_screen_gets_it_and_nobody_else(client, live_app, monkeypatch, tmp_path):
    monkeypatch.setattr(phrases, "MADE", tmp_path)
    folder = service_of(live_app).data / FOLDER / "en"
    folder.mkdir(parents=True)
    (folder / "8.wav").write_bytes(b"RIFF")
    with client.get("/phrases/8") as answer:
        assert (answer.status_code, answer.data, answer.mimetype) == (200, b"RIFF", "audio/wav")
    assert client.get("/phrases/7").status_code == 404
    for transport in (Transport.SHARED, Transport.TLS, Transport.ACCESS_POINT):
        assert client.get("/phrases/8", headers=came(transport)).status_code == 403
