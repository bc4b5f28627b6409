"""Each page is served whole, with its own name and its own script."""

import html
import re
from importlib.metadata import version

import pytest

from station.texts import Texts

PAGES = {
    "/": "Start",
    "/patient": "Patient",
    "/technician": "Technician",
    "/therapist": "Today",
    "/therapist/drill": "Therapist",
    "/therapist/day": "Vibration today",
    "/therapist/screen": "Patient screen",
    "/therapist/patients": "Patients",
    "/therapist/today": "Today",
    "/therapist/visit/01": "Visit",
    "/therapist/marks/01": "Mark afterwards",
    "/therapist/after/01": "After this set",
    "/therapist/fall": "Fall or near fall",
    "/therapist/drills": "Own drills",
    "/therapist/drills/mine": "Own drill",
    "/therapist/p/P01/questions": "Questions",
    "/me": "My phone",
    "/pair": "Pair a phone",
    "/pair/01": "Pair this phone",
    "/technician/people": "People and phones",
    "/technician/manager": "Use and keeping",
    "/technician/selftest": "Self-test",
    "/technician/cells": "Cells and drive",
    "/technician/logs": "Logs and support file",
    "/technician/update": "Releases",
    "/technician/calibrate": "Zero and calibration",
    "/stop": "STOP",
    "/trust": "Secure address",
    "/therapist/p/P01/papers": "Reports and files",
    "/therapist/p/P01/trends": "Trends",
    "/therapist/p/P01/erase": "Erase a patient",
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_its_name_and_a_script_that_is_served(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert f"<title>{PAGES[path]} – Balance station</title>" in answer.text
    (script,) = re.findall(r'<script type="module" src="([^"]+)"', answer.text)
    with client.get(script) as served:
        assert served.status_code == 200
    assert "`" not in re.sub("<script.*?</script>", "", answer.text, flags=re.DOTALL), "a command stands there as code"
    names = re.findall(r' id="([^"]+)"', answer.text)
    assert [one for one in names if names.count(one) > 1] == [], "a script finds the first of them alone"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/therapist/drill", ["mean_velocity_mm_s", "ellipse_area_mm2"]),
        ("/therapist/result/x", ["single_leg_stance_time_s", "mean_velocity_mm_s"]),
        ("/therapist/quick", ["single_leg_stance_time_s", "mean_velocity_mm_s"]),
        ("/therapist/visit/x", ["mean_velocity_mm_s"]),
    ],
)
def test_figures_stand_beside_what_they_say(client, path, said):
    page = html.unescape(client.get(path).get_data(as_text=True))
    assert re.findall("<dd>(.+?)</dd>", page.partition('<dl class="means')[2].partition("</dl>")[0]) == [
        Texts("en").say(f"measure.{name}.meaning").replace(" %", "\u00a0%") for name in said
    ]


def test_the_technician_sees_which_program_runs(client):
    assert version("balance-station") in client.get("/technician").text
