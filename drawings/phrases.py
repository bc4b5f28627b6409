"""Makes the ten spoken phrases of the patient's screen: one WAV each and language, by Debian's espeak-ng.

`make phrases` writes web_ui/spoken/LANGUAGE/NUMBER.wav. Nothing beyond Python's own library is needed, as this runs
before a station is installed. A clinic's own recordings lie in its data folder and go before these.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import wave
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
SPOKEN = HERE / "web_ui" / "spoken"
LOCALES = HERE / "station" / "texts" / "locale"
COUNT = 10
WORDS_A_MINUTE = 140
"""Slower than espeak-ng speaks by itself (175): it is heard from behind a rail, by older people (proposed)."""
VOICES = {
    "en": "en-gb+f3",
    "de": "de+f3",
    "fr": "fr-fr+f3",
    "es": "es-419+f3",
    "pt": "pt-br+f3",
    "tr": "tr+f3",
    "ar": "ar+f3",
    "zh": "cmn+f3",
}
"""By language; another one speaks with the voice of its own name. Chinese is `cmn` there, Mandarin."""
_ENTRY = re.compile(r'^msgid "phrase\.(\d+)"\nmsgstr "((?:[^"\\]|\\.)+)"$', re.MULTILINE)


def phrases_of(language: str) -> dict[int, str]:
    """The words of each phrase, by its number, of the catalogue of this language. Raises ValueError where one lacks."""
    catalogue = (LOCALES / language / "LC_MESSAGES" / "station.po").read_text(encoding="utf-8")
    found = {int(number): words.replace('\\"', '"') for number, words in _ENTRY.findall(catalogue)}
    lacking = sorted({*range(1, COUNT + 1)} - {*found})
    if lacking:
        raise ValueError(f"the catalogue of {language} has no phrase {', '.join(map(str, lacking))}")
    return found


def speak(language: str, words: str, file: Path) -> None:
    """Have it spoken into this file. Raises OSError without espeak-ng, CalledProcessError where it refuses."""
    file.parent.mkdir(parents=True, exist_ok=True)
    voice = VOICES.get(language, language)
    command = ["espeak-ng", "-v", voice, "-s", str(WORDS_A_MINUTE), "-w", str(file), words]
    subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # our own command


def seconds_of(file: Path) -> float:
    """How long a recording is. Raises wave.Error for what is none."""
    with wave.open(str(file)) as sound:
        return float(sound.getnframes() / sound.getframerate())


def main() -> int:
    """Speak all of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--to", type=Path, default=SPOKEN, help="folder, instead of the program's own")
    to = parser.parse_args().to
    for language in sorted(path.name for path in LOCALES.iterdir() if path.is_dir()):
        try:
            for number, words in phrases_of(language).items():
                speak(language, words, to / language / f"{number}.wav")
        except (OSError, subprocess.CalledProcessError) as problem:
            said = getattr(problem, "stderr", "") or problem
            sys.stderr.write(f"{language}: the phrases were not made: {said}\n")
            return 1
        made = [to / language / f"{number}.wav" for number in range(1, COUNT + 1)]
        size_kb = sum(file.stat().st_size for file in made) / 1000
        seconds = sum(map(seconds_of, made))
        sys.stdout.write(f"{language}: {COUNT} phrases, {seconds:.0f} s, {size_kb:.0f} kB, in {to / language}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
