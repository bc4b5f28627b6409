"""Texts: every word that a person reads, by key and named values, in the reader's language. Only edges import it."""

from station.texts.catalogue import AUTHORED
from station.texts.languages import choose, languages
from station.texts.texts import Texts

__all__ = ["AUTHORED", "Texts", "choose", "languages"]
