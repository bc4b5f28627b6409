// The name that was signed with last in this tab, so that the next one is a tap.

const KEY = "signed-by";

export function lastName() {
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

export function keepName(name) {
  try {
    sessionStorage.setItem(KEY, name);
  } catch {
    // closed to the page: it is typed again
  }
}
