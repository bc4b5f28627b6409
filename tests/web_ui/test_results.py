"""The result on the therapist's page: what was reached, and words that are of another language than the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from drills.library import load_shipped
from drills.values import Phase

pytestmark = pytest.mark.browser


def test_a_scored_result_says_what_was_reached(visit, patient):
    page = visit("/therapist/drill")
    line, rows = page.locator("#result-line"), page.locator("#result-rows tr")
    patient.begin("P09", leg="both", drill="reach-the-targets", hold_s=60.0)
    patient.go(Phase.HOLD)
    patient.end_trial("held", 41.5, score=(14, 16))
    expect(line).to_have_text("P09: 14 of 16 reached.")
    expect(rows.first.locator("td").nth(1)).to_have_text("14 of 16 reached")
    patient.next_trial()
    patient.end_trial("foot-down", 12.0, score=(3, 16))
    patient.end("completed")
    expect(line).to_have_text("P09: The drill is complete. 17 of 32 reached. Best try: 14 of 16.")
    expect(rows).to_have_count(2)
    expect(rows.nth(1).locator("td").nth(1)).to_have_text("other foot down, or stepping off, 3 of 16 reached")
    expect(rows.nth(1).locator("td").nth(2)).to_have_text("12.0")


def test_a_drills_own_words_have_their_language(visit, patient):
    written = load_shipped("quiet-stance").model_copy(
        update={"name": "sur-un-pied", "title": "Tenir sur un pied", "language": "fr"}
    )
    screen = visit("/patient")
    title = screen.locator("#title")
    patient.begin("P10", drill=written)
    expect(title).to_have_text("Tenir sur un pied")
    expect(title).to_have_attribute("lang", "fr")
    patient.end("completed")
    patient.begin("P10")
    expect(title).to_have_text("One-legged stance with vibration")
    assert title.get_attribute("lang") is None


@pytest.mark.parametrize(("tag", "lang"), [("de", None), ("en", "en")])
def test_a_listed_drills_own_words_have_their_language(visit, tag, lang):
    page = visit("/therapist/drill")
    expect(page.locator("#drill")).to_be_enabled()  # the station's own list would come after this one
    page.evaluate(
        """async ([language]) => {
      const { fillDrills } = await import("/static/js/form.js");
      const range = { min: 10, max: 20, default: 10 };
      const words = { name: "own", title: "Eigene", summary: "So geht es.", language };
      document.documentElement.lang = "de";
      fillDrills({
        drills: [{ ...words, legs: ["left"], frequency_hz: null, displacement_pp_mm: null, hold_s: range, trials: range,
          peak_acceleration_max_g: null }],
        platform: null,
        quantities: { hold_s: { unit: "s" }, trials: { unit: "" } },
        groups: [{ title: "Eigene", drills: ["own"], tests: false }],
      });
    }""",
        [tag],
    )
    assert page.locator("#drill-summary").text_content() == "So geht es."
    assert page.locator("#drill-summary").get_attribute("lang") == lang
    assert page.locator("[name=drill] option").get_attribute("lang") == lang


def test_a_suspect_trial_is_said_below_its_figures(visit, patient):
    page = visit("/therapist/drill")
    page.evaluate(
        """([epoch]) => {
      const known = { id: "s", ring_epoch: epoch, pipeline: "station-1/1", state: "done", started_ms: 0,
        drill: "quiet-stance", leg: "left", outcome: "completed", trials_held: 1, trials_count: 1 };
      const trial = { number: 1, measures: {}, vibration: {}, paused_s: 65,
        suspect: "the front left cell was not zeroed" };
      const norms = ["9.5, 40th percentile.", "Whose norm it is."];
      const get = window.fetch;
      window.fetch = async (path, options) => {
        const [name] = String(path).split("?");
        if (!name.includes("/api/v1/sessions")) return get(path, options);
        const sessions = [...Array(99).keys()].map((number) => ({ ...known, ring_session: number }));
        const answer = name.endsWith("/sessions") ? { sessions } : { ...known, trials: [trial], norms, decisions: [] };
        return new Response(JSON.stringify(answer), { headers: { "Content-Type": "application/json" } });
      };
    }""",
        [str(patient.epoch)],
    )
    patient.begin("P11")
    patient.go(Phase.HOLD)
    patient.end_trial("held", 30.0)
    expect(page.locator("#result-suspect")).to_be_hidden()
    patient.end("completed")
    said = "Try 1 is suspect and counts for no comparison: the front left cell was not zeroed."
    expect(page.locator("#result-suspect")).to_have_text(said)
    expect(page.locator("#result-paused")).to_have_text("Pause of 1:05 min after try 1")
    expect(page.locator("#result-norm")).to_have_text("9.5, 40th percentile. Whose norm it is.")
    patient.begin("P11")  # what was found in one drill is not said of the next
    patient.go(Phase.HOLD)
    patient.end_trial("held", 30.0)
    expect(page.locator("#result-title")).to_have_text("Tries so far")
    expect(page.locator("#result-suspect")).to_be_hidden()
    patient.end("completed")
