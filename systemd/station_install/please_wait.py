"""What the patient's screen shows while the station does not answer: words in its language, never a browser's error.

The kiosk opens it as a file; from there it goes to the station as soon as that answers. The safe mode serves the same
page, with the code that says that somebody is here.
"""

from __future__ import annotations

import html

from station_install.words import Words

PAGE = "/etc/balance-station/please-wait.html"
KEY = "instruction.not-ready"
_STYLE = (
    "html{height:100%}body{margin:0;height:100%;display:grid;place-content:center;text-align:center;"
    "background:#101418;color:#f2f4f6;font:6vmin/1.4 'DejaVu Sans',sans-serif}"
    "p{margin:0;padding:0 6vw}#code{font-size:3vmin;margin-top:6vmin;color:#b8c0c8}#code b{letter-spacing:.2em}"
)


def page(words: Words, port: int, code: str = "") -> str:
    """The whole page. Without `code` it waits for the station at this port of the computer; with it, it is served there
    by the safe mode, and waits for the end of that.
    """
    return f"""<!doctype html>
<html lang="{html.escape(words.language)}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{words.say(KEY)}</title>
<style>{_STYLE}</style>
<p>{words.say(KEY)}</p>
{f'<p id="code">{words.say("safe.code")} <b>{html.escape(code)}</b></p>' if code else ""}
<script>{_served(port) if code else _as_file(port)}</script>
</html>
"""


def _as_file(port: int) -> str:
    """Nobody answers yet, so nothing is opened yet: a page that cannot be reached would be the browser's own."""
    return f"""
const there = "http://127.0.0.1:{port}/patient";
async function look() {{
  try {{ await fetch(there, {{ mode: "no-cors", cache: "no-store" }}); location.replace(there); }}
  catch {{ setTimeout(look, 1000); }}
}}
look();"""


def _served(port: int) -> str:
    return f"""
async function look() {{
  try {{
    const answer = await fetch("http://127.0.0.1:{port}/patient", {{ cache: "no-store" }});
    if (!answer.headers.has("Safe-Mode")) {{ location.reload(); return; }}
  }} catch {{ /* between the two nobody answers */ }}
  setTimeout(look, 2000);
}}
look();"""
