"""Each page is served whole, with its own name and its own script."""

import re
from importlib.metadata import version

import pytest

PAGES = {"/": "Start", "/patient": "Patient", "/technician": "Technician", "/therapist": "Therapist"}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_its_name_and_a_script_that_is_served(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert f"<title>{PAGES[path]} – Balance station</title>" in answer.text
    (script,) = re.findall(r'<script type="module" src="([^"]+)"', answer.text)
    with client.get(script) as served:
        assert served.status_code == 200


def test_the_technician_sees_which_program_runs(client):
    assert version("balance-station") in client.get("/technician").text
