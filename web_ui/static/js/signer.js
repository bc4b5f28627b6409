// The name that was signed with last in this tab, else whose phone it is: so that the next one is a tap.

const KEY = "signed-by";

const whose = () => document.body.dataset.called ?? "";

export function lastName() {
  try {
    return sessionStorage.getItem(KEY) ?? whose();
  } catch {
    return whose();
  }
}

export function keepName(name) {
  try {
    sessionStorage.setItem(KEY, name);
  } catch {
    // closed to the page: it is typed again
  }
}
