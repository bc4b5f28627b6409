"""What the patient's screen shows while the station does not answer: words in its language, never a browser's error.

The kiosk opens it as a file, and the station's page over it as soon as that answers (`station_install.kiosk`). The safe
mode serves the same page, with the code that says that somebody is here.
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
    """The whole page. With a `code` the safe mode serves it at this port of the computer, and it waits for the end of
    that; without, it is a file and does nothing.
    """
    return f"""<!doctype html>
<html lang="{html.escape(words.language)}" dir="{words.direction}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{words.say(KEY)}</title>
<style>{_STYLE}</style>
<p>{words.say(KEY)}</p>
{f'<p id="code">{words.say("safe.code")} <b>{html.escape(code)}</b></p>' if code else ""}
{f"<script>{_served(port)}</script>" if code else ""}
</html>
"""


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
