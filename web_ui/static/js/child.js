// For a child: a story instead of the goal, stars instead of numbers, and the words in which the language speaks to a child.

import { has, say } from "./texts.js";

export const STARS = 3;
// Which story goes with what is drawn; the picture itself is the drill's.
const STORIES = { foot: "tree", quiet: "tree", lean: "ship", near: "ship", wide: "river", gauge: "rocket" };

export const storyOf = (view) => say(`page.patient.child.${STORIES[view] ?? "tree"}`);

// The same sentence as it is said to a child, where that is another one.
export function sayTo(child, key, values) {
  const own = `page.patient.child.say.${key}`;
  return say(child && has(own) ? own : key, values);
}

// Of three stars: all for what was reached, one for having tried.
export function starsOf({ outcome, hold_s: held, score, goal }, asked) {
  if (goal) return Math.max(1, Math.round((STARS * Math.min(score, goal)) / goal));
  if (outcome === "held") return STARS;
  return asked > 0 && (held ?? 0) >= asked / 2 ? STARS - 1 : 1;
}

export const starred = (stars, of = STARS) => "★".repeat(stars) + "☆".repeat(of - stars);
