"""Answers are squeezed for whoever takes that, and are the same for whoever does not."""

import gzip
import re
from urllib.parse import urljoin

import pytest

GZIP = {"Accept-Encoding": "gzip, deflate"}


@pytest.mark.parametrize(
    "path", ["/therapist/drill", "/static/css/base.css", "/static/js/form.js", "/openapi/openapi.json"]
)
def test_a_text_is_the_same_in_fewer_bytes(client, path):
    plain, small = client.get(path), client.get(path, headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert plain.vary.to_header() == small.vary.to_header() == "Accept-Encoding"
    assert int(small.headers["Content-Length"]) == len(small.data) < 0.6 * len(plain.data)
    assert gzip.decompress(small.data) == plain.data
    for answer in (plain, small):
        answer.close()


def test_a_browser_that_has_a_file_does_not_fetch_it_again(client):
    with client.get("/static/js/form.js", headers=GZIP) as first:
        tag = first.headers["ETag"]
    with client.get("/static/js/form.js", headers={**GZIP, "If-None-Match": tag}) as again:
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", ["/healthz", "/nothing-here", "/api/v1/lease"])
def test_what_is_small_or_an_error_goes_out_as_it_is(client, path):
    assert "Content-Encoding" not in client.get(path, headers=GZIP).headers


def test_the_first_page_is_light(client):
    """At most 120 kB for a page with all that it loads: two seconds of a bad 3G connection."""
    page = client.get("/therapist/drill", headers=GZIP)
    html = gzip.decompress(page.data).decode()
    total, wanted, seen = len(page.data), set(re.findall(r'"(/static/[^"?]+)', html)), set()
    while wanted:
        path = wanted.pop()
        seen.add(path)
        with client.get(path, headers=GZIP) as answer:
            assert answer.status_code == 200
            total += len(answer.data)
            if path.endswith(".js"):
                text = gzip.decompress(answer.data) if "Content-Encoding" in answer.headers else answer.data
                wanted |= {urljoin(path, name) for name in re.findall(r'from "(./[^"]+)"', text.decode())} - seen
    assert len(seen) > 15
    assert total < 120_000, total
