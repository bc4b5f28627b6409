// A phone that was put down, or taken off the list, while a page was open: what the page showed is hidden until it may be
// seen again. What was typed stays.

import { say } from "./texts.js";

const NEEDED = ["see", "fix"]; // without one of these, where the page had it, it may not be shown
const had = document.body.dataset.may.split(" ");
const asked = /^\/(therapist|technician)/.test(location.pathname); // the other pages are everybody's

function notice() {
  const section = document.createElement("section");
  section.id = "shut";
  section.className = "notice bad";
  section.setAttribute("role", "alert");
  const words = document.createElement("h1");
  words.textContent = say("page.all.shut");
  const way = document.createElement("a");
  way.className = "button";
  way.href = `/me?to=${encodeURIComponent(location.pathname + location.search)}`;
  way.target = "_blank"; // the page with what was typed stays
  way.textContent = say("page.all.shut-way");
  section.append(words, way);
  return section;
}

// `rights`: what this browser may do now, as the station names it.
export function showShut(rights = had) {
  const shut = asked && NEEDED.some((right) => had.includes(right) && !rights.includes(right));
  if (shut === document.body.hasAttribute("data-shut")) return;
  document.body.toggleAttribute("data-shut", shut);
  if (shut) document.getElementById("content").prepend(notice());
  else document.getElementById("shut").remove();
}
