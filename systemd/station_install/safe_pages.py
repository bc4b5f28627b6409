"""The pages of the safe mode, for a phone and for a big screen: plain HTML, no script."""

from __future__ import annotations

import html
import time
from collections.abc import Sequence
from pathlib import Path

from station_install.root import Root
from station_install.updating import current, earlier
from station_install.watching import failures
from station_install.words import Words

_STYLE = (
    "body{margin:0 auto;max-width:48rem;padding:1rem;background:#101418;color:#f2f4f6;font:1.05rem/1.5 'DejaVu Sans',"
    "system-ui,sans-serif}h1{font-size:1.5rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}"
    "label{display:block;margin:.8rem 0 .2rem}"
    "input,select,button{font:inherit;min-height:3rem;width:100%;box-sizing:border-box;border-radius:.5rem;"
    "border:1px solid #65707c;background:#1b2229;color:inherit;padding:0 .8rem}button,a.button{background:#2458a8;"
    "border:0;margin-top:1rem;font-weight:bold;cursor:pointer;display:block;text-align:center;line-height:3rem;"
    "border-radius:.5rem;color:#fff;text-decoration:none}pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.8rem;"
    "background:#1b2229;padding:.8rem;border-radius:.5rem;max-height:40vh;overflow:auto}.why{border-left:.4rem solid "
    "#e0a030;padding-left:.8rem}:focus-visible{outline:3px solid #ffd24d;outline-offset:2px}"
)


def _page(words: Words, body: str) -> str:
    return f"""<!doctype html>
<html lang="{html.escape(words.language)}" dir="{words.direction}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{words.say("safe.title")}</title>
<style>{_STYLE}</style>
<main>
<h1>{words.say("safe.title")}</h1>
{body}
</main>
</html>
"""


def shut_page(words: Words, wait_s: int, *, known: bool) -> str:
    """For whoever is not let in yet. `known`: whether the station has a PIN for it."""
    if not known:
        return _page(words, f"<p>{words.say('safe.what')}</p><p>{words.say('safe.no-pin')}</p>")
    waits = f'<p role="alert">{words.say("safe.wait", seconds=wait_s)}</p>' if wait_s else ""
    return _page(
        words,
        f"""<p>{words.say("safe.what")}</p>{waits}
<form method="post" action="/in">
<label for="code">{words.say("safe.ask-code")}</label>
<input id="code" name="code" inputmode="numeric" autocomplete="off" maxlength="8" required>
<label for="pin">{words.say("safe.ask-pin")}</label>
<input id="pin" name="pin" type="password" inputmode="numeric" autocomplete="off" maxlength="16" required>
<button>{words.say("safe.in")}</button>
</form>""",
    )


def plain_page(words: Words, key: str, said: str = "") -> str:
    """One sentence, what a program said, and the way back."""
    more = f"<pre>{html.escape(said)}</pre>" if said else ""
    return _page(words, f'<p>{words.say(key)}</p>{more}<p><a class="button" href="/">{words.say("safe.look")}</a></p>')


def opened_page(words: Words, root: Root, backups: Sequence[Path], lines: Sequence[str], token: str) -> str:
    """Why it is here, and what can be done."""
    seen = failures(root)
    at = time.strftime("%Y-%m-%d %H:%M", time.localtime(seen.get("at_s", 0))) if seen else ""
    why = words.say("safe.why", count=seen.get("failed", 0), at=at, why=seen.get("why", ""))
    before = earlier(root)
    hidden = f'<input type="hidden" name="token" value="{html.escape(token)}">'
    back = ""
    if before:
        what = words.say("safe.back-what", runs=current(root), release=before)
        back = f"""<h2>{words.say("safe.back-title")}</h2><p>{what}</p>
<form method="post" action="/back">{hidden}<button>{words.say("safe.back")}</button></form>"""
    return _page(
        words,
        f"""<p class="why">{why}</p>
<h2>{words.say("safe.again-title")}</h2><p>{words.say("safe.again-what")}</p>
<form method="post" action="/again">{hidden}<button>{words.say("safe.again")}</button></form>
{back}
<h2>{words.say("safe.restore-title")}</h2><p>{words.say("safe.restore-what")}</p>
{_restore(words, backups, hidden)}
<h2>{words.say("safe.bundle-title")}</h2><p>{words.say("safe.bundle-what")}</p>
<a class="button" href="/bundle.zip">{words.say("safe.bundle")}</a>
<h2>{words.say("safe.log-title")}</h2><pre tabindex="0">{html.escape(chr(10).join(lines))}</pre>""",
    )


def _restore(words: Words, backups: Sequence[Path], hidden: str) -> str:
    if not backups:
        return f"<p>{words.say('safe.no-backup')}</p>"
    options = "".join(f'<option value="{html.escape(str(one))}">{html.escape(one.name)}</option>' for one in backups)
    return f"""<form method="post" action="/restore">{hidden}
<label for="file">{words.say("safe.file")}</label><select id="file" name="file">{options}</select>
<label for="passphrase">{words.say("cli.backup.passphrase")}</label>
<input id="passphrase" name="passphrase" type="password" autocomplete="off" maxlength="200">
<button>{words.say("safe.restore")}</button></form>"""
