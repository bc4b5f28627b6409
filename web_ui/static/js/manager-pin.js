// The manager's PIN, where a page needs it: it is good for five minutes at the station's own screen.

import { post, Refused } from "./api.js";
import { clearProblems, problemsOf, showProblems } from "./fields.js";

const form = document.getElementById("manager");
const pin = document.getElementById("pin");
const whose = document.getElementById("manager-name");

// What `ask` gives; null while the PIN is due: then the form is shown, and `after` is called once it was given.
export async function withPin(ask, after) {
  try {
    const answer = await ask();
    form.hidden = true;
    return answer;
  } catch (error) {
    if (!(error instanceof Refused) || error.problem.code !== "pin-due") throw error;
    if (form.hidden) {
      form.hidden = false;
      pin.focus();
    }
    form.onsubmit = (event) => {
      event.preventDefault();
      give(after);
    };
    return null;
  }
}

async function give(after) {
  clearProblems(form);
  try {
    await post("/me/unlock", { pin: pin.value, name: whose.value });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showProblems(form, problemsOf(error.problem).map(({ message }) => ({ field: "pin", message })));
    return;
  } finally {
    pin.value = "";
  }
  form.hidden = true;
  after();
}
