// The events of map and table: read once, filtered by the form, the filter kept in the page's address.

import { inflate } from "./inflate.js";

const words = (code) => (code ?? "").replaceAll("_", " ");
const DAY = 86_400_000;

export const count = (number) => (number === null || number === undefined ? "" : number.toLocaleString("en-GB"));

// Low, best and high in as few words as they need.
export function span(low, best, high) {
  if (best !== null) return low === best && best === high ? count(best) : `${count(best)} (${span(low, null, high)})`;
  if (low !== null && high !== null) return low === high ? count(low) : `${count(low)}–${count(high)}`;
  if (low !== null) return `at least ${count(low)}`;
  return high !== null ? `at most ${count(high)}` : "";
}

export const iso = (day) => (day === null ? null : new Date(day * DAY).toISOString().slice(0, 10));
export { words };

// Makes an element with text: never with markup, articles are not trusted.
export function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export class Events {
  constructor(packed) {
    this.release = packed.release;
    this.total = packed.events;
    this.rows = packed.rows;
    this.codes = packed.codes;
    this.names = packed.names;
    this.columns = packed.columns;
  }

  static async load() {
    const answer = await fetch("data/events.json.gz");
    if (!answer.ok) throw new Error(`the events cannot be read: ${answer.status} ${answer.statusText}`);
    return new Events(JSON.parse(new TextDecoder().decode(await inflate(await answer.arrayBuffer()))));
  }

  get(column, row) {
    const value = this.columns[column][row];
    return value === null || !(column in this.codes) ? value : this.codes[column][value];
  }

  name(code) {
    return code === null ? "" : (this.names[code] ?? code);
  }

  address(row) {
    const id = this.columns.event_id[row];
    return this.columns.paged[row] ? `e/${id}.html` : `event.html?id=${id}`;
  }

  // The rows that a filter leaves, in the order of the file: newest first.
  filter(wanted) {
    const { columns, codes } = this;
    const at = (column, value) => (value ? codes[column].indexOf(value) : null);
    const country = at("country", wanted.country);
    const action = at("action", wanted.action);
    const review = at("review_state", wanted.review);
    const actor = at("actor_id", wanted.actor);
    const recipient = at("recipient_id", wanted.actor);
    const spoken = wanted.language
      ? new Set(codes.languages.flatMap((all, place) => (all.split(" ").includes(wanted.language) ? [place] : [])))
      : null;
    const from = wanted.from ? Date.parse(wanted.from) / DAY : null;
    const to = wanted.to ? Date.parse(wanted.to) / DAY : null;
    const text = (wanted.text ?? "").trim().toLowerCase();
    const found = [];
    for (let row = 0; row < this.rows; row += 1) {
      if (country !== null && columns.country[row] !== country) continue;
      if (action !== null && columns.action[row] !== action) continue;
      if (review !== null && columns.review_state[row] !== review) continue;
      if (wanted.actor) {
        const acts = actor >= 0 && columns.actor_id[row] === actor;
        const suffers = recipient >= 0 && columns.recipient_id[row] === recipient;
        if (!acts && !suffers) continue;
      }
      if (spoken && !spoken.has(columns.languages[row])) continue;
      if (wanted.contradicted && !columns.contradicted[row]) continue;
      if (from !== null && !(columns.end[row] !== null && columns.end[row] >= from)) continue;
      if (to !== null && !(columns.start[row] !== null && columns.start[row] <= to)) continue;
      if (text && !columns.event_id[row].includes(text) && !(columns.place_text[row] ?? "").toLowerCase().includes(text)) continue;
      found.push(row);
    }
    return found;
  }
}

// Fills the form, reads it from the address, and calls `show(rows)` now and after every change.
export function connect(events, show) {
  const form = document.getElementById("filters");
  const spoken = new Set(events.codes.languages.flatMap((all) => all.split(" ")));
  const parties = new Set([...events.codes.actor_id, ...events.codes.recipient_id]);
  const language = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });
  const choices = {
    country: [...events.codes.country].map((code) => [code, events.name(code)]),
    action: events.codes.action.map((code) => [code, words(code)]),
    actor: [...parties].map((code) => [code, events.name(code)]),
    language: [...spoken].map((code) => [code, code === "und" ? "unknown" : language.of(code)]),
    review: events.codes.review_state.map((code) => [code, words(code)]),
  };
  for (const [name, options] of Object.entries(choices)) {
    options.sort((a, b) => a[1].localeCompare(b[1], "en"));
    form.elements[name].append(make("option", { value: "", textContent: "any" }));
    form.elements[name].append(...options.map(([value, textContent]) => make("option", { value, textContent })));
  }
  const named = [...Object.keys(choices), "from", "to", "text"];
  const read = () => {
    const asked = new URLSearchParams(location.search);
    for (const name of named) form.elements[name].value = asked.get(name) ?? "";
    form.elements.contradicted.checked = asked.get("contradicted") === "1";
  };
  const apply = (write) => {
    const wanted = Object.fromEntries(named.map((name) => [name, form.elements[name].value]));
    wanted.contradicted = form.elements.contradicted.checked;
    if (write) {
      const asked = new URLSearchParams(location.search);
      for (const [name, value] of Object.entries(wanted)) {
        if (value) asked.set(name, value === true ? "1" : value);
        else asked.delete(name);
      }
      asked.delete("page");
      history.replaceState(null, "", asked.size ? `?${asked}` : location.pathname);
    }
    show(events.filter(wanted));
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => apply(true));
  form.addEventListener("reset", () => setTimeout(() => apply(true)));
  addEventListener("popstate", () => (read(), apply(false)));
  read();
  apply(false);
}

export const told = (events, rows) =>
  `${count(rows.length)} of ${count(events.rows)} events` +
  (events.rows < events.total ? `, the newest of ${count(events.total)}; SQL asks them all` : "");

// A cell of CSV. Spreadsheets run what begins with these signs as a formula: text that does gets a quote before it.
export function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  let text = String(value);
  if (/^[\s]*[=+\-@\t\r|%]/u.test(text)) text = `'${text}`;
  return /[",\n\r]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function saveFile(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
