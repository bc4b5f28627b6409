"""The ten spoken phrases: a clinic's own recordings, else those that were made when the program was built."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, send_file
from werkzeug.exceptions import NotFound

from web_ui.language import patient_language
from web_ui.service import service

COUNT = 10
FOLDER = "phrases"
"""In the data folder: LANGUAGE/NUMBER.wav or .ogg, .mp3 of a clinic's own."""
MADE = Path(__file__).parent / "spoken"
"""By `make phrases`."""
_KINDS = {".wav": "audio/wav", ".ogg": "audio/ogg", ".mp3": "audio/mpeg"}

blueprint = Blueprint("phrases", __name__)


@blueprint.get("/phrases/<int:number>")
def phrase(number: int) -> Response:
    """One phrase in the language of the patient's screen. Raises NotFound where nobody has recorded or made it."""
    file = file_of(service().data, patient_language(), number)
    if file is None:
        raise NotFound
    return send_file(file, mimetype=_KINDS[file.suffix])


def file_of(data: Path, language: str, number: int) -> Path | None:
    """The recording of this phrase in this language, the clinic's own first; None where there is none."""
    if not 1 <= number <= COUNT:
        return None
    places = (data / FOLDER / language, MADE / language)
    files = (place / f"{number}{kind}" for place in places for kind in _KINDS)
    return next((file for file in files if file.is_file()), None)
