// The form as it was left for another page, for the way back: once, in this tab, and not for long.

const KEY = "form-kept";
const KEPT_MS = 30 * 60 * 1000;

export function keepForm(state) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ state, at: Date.now() }));
  } catch {
    // closed to the page: the form is filled anew
  }
}

// The visit is over: nothing of it fills the next form.
export function forgetForm() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // closed to the page: nothing was kept
  }
}

export function takeForm() {
  try {
    const { state, at } = JSON.parse(sessionStorage.getItem(KEY)) ?? {};
    sessionStorage.removeItem(KEY);
    return state && Math.abs(Date.now() - at) < KEPT_MS ? state : null;
  } catch {
    return null;
  }
}
