"""What the pages' server has in memory once it has answered: loaded before it is forked, see forking.py."""

import station.records.sessions
import web_ui.app
import web_ui.serve
import web_ui.worker
from station.texts.catalogue import AUTHORED, catalogue

__all__ = ["station", "web_ui"]

catalogue(AUTHORED)
