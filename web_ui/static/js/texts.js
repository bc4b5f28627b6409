// The page's words: a key and its values become words in the page's language. They come with the page, from the
// station's one catalogue; no other module makes any.

const { texts, forms, confirmed = {} } = JSON.parse(document.getElementById("texts").textContent);
const { lang } = document.documentElement;
const MOST_DIGITS = 6; // of a number that nobody gave decimals
const formats = new Map();

// How the language writes numbers, in the digits of the plate's own papers and screens (0 to 9) whatever the language;
// as English does where the browser does not know it.
const locales = (() => {
  try {
    return Intl.getCanonicalLocales([`${lang}-u-nu-latn`, "en"]);
  } catch {
    return ["en"];
  }
})();

function written(value, least, most) {
  const key = `${least} ${most}`;
  if (!formats.has(key)) {
    formats.set(key, new Intl.NumberFormat(locales, {
      minimumFractionDigits: least, maximumFractionDigits: most, useGrouping: false,
    }));
  }
  const rounded = Number(value.toFixed(most));
  return formats.get(key).format(rounded === 0 ? 0 : rounded).replace("-", "\u2212"); // there is no minus nought
}

// A number with so many decimals.
export const decimal = (value, digits) => written(value, digits, digits);

// A number with as many decimals as it needs.
export const shortest = (value) => written(value, 0, MOST_DIGITS);

// What is put into words that run from right to left, as in station/texts/isolated.py: apart, with its marks on its own side.
const [FIRST, END] = ["\u2068", "\u2069"];
const isApart = (words) => /^[^\p{L}\u2066\u2068]*[A-Za-z\u00c0-\u024f]/u.test(words);
const apart = (words) => (document.documentElement.dir === "rtl" && isApart(words) ? `${FIRST}${words}${END}` : words);

const filled = (value, digits) =>
  typeof value !== "number" ? apart(String(value)) : digits === undefined ? shortest(value) : decimal(value, Number(digits));

// Words with a mark behind them, and not two ends where they have one, as in station/texts/texts.py.
function ended(words, mark = "") {
  const [bare, end] = words.endsWith(END) ? [words.slice(0, -1), END] : [words, ""];
  if (mark === "" || !/[.?!。？！؟]$/.test(bare)) return words + mark;
  return /[.。]$/.test(bare) && !/[.。]/.test(mark) && !bare.endsWith("..") ? bare.slice(0, -1) + end + mark : words;
}

// The words of this key with these values in their places; `n` chooses the plural form.
export function say(key, values = {}) {
  const entry = texts[key] ?? key;
  const words = Array.isArray(entry) ? entry[forms[Math.min(values.n, forms.length - 1)]] ?? entry.at(-1) : entry;
  return filledIn(words, values);
}

// The same in the language that is confirmed, of a line that must be understood; "" where the page's own words are.
export const beside = (key, values = {}) => (Object.hasOwn(confirmed, key) ? filledIn(confirmed[key], values) : "");

function filledIn(words, values) {
  return words.replace(/\{([a-z][a-z0-9_]*)(?::\.(\d)f)?\}([\u00a0\u202f]?[.:;,?!。：；，？！؛،؟](?!\.))?/g, (whole, name, digits, mark) =>
    Object.hasOwn(values, name) ? ended(filled(values[name], digits), mark) : whole);
}

// Of some things that the station knows the catalogue has words, of others only they themselves have.
// A day (ISO 8601) as the reader writes it.
export const dayOf = (text) => new Date(`${text}T12:00`).toLocaleDateString(locales, { dateStyle: "medium", calendar: "gregory" });

export const has = (key) => Object.hasOwn(texts, key);

// Sentences one after the other, as the language puts them.
export const sentences = (all) => all.reduce((first, second) => say("page.all.sentences", { first, second }));

// A time of Unix in ms as day and time of the wall's clock.
export function dateTime(ms) {
  const digits = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const parts = new Intl.DateTimeFormat(locales, { ...digits, calendar: "gregory" }).formatToParts(new Date(ms));
  return say("page.all.date-time", Object.fromEntries(parts.map(({ type, value }) => [type, value])));
}

// Who did something: a browser that is nobody's has a short name that says nothing to a reader.
export const person = (by) => (/^[0-9a-f]{6}$/.test(by) ? say("page.all.somebody") : by);

// What a drill is called: in the catalogue's words, else in its own, which are of its document's language.
export function drillTitle(name, own, language) {
  const key = `drill.${name}.title`;
  return has(key) ? { words: say(key), language: "" } : { words: own || name, language: own ? language : "" };
}

// Which load cells a trip is for, in words; empty where it is for none.
export const cellsOf = ({ cells }) => cells.map((one) => (has(`cell.${one}`) ? say(`cell.${one}`) : one)).join(", ");

// What happened and what to do, of the fault of this code.
export const faultWords = (code) =>
  Object.fromEntries(["what", "cause", "remedy"].map((part) => [part, say(`fault.${code}.${part}`)]));
