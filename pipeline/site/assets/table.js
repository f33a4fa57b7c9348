// The table of events: sorted by its heads, one page at a time, and what the filter leaves as CSV.

import { Events, connect, count, csvCell, iso, make, saveFile, span, told, words } from "./explorer.js";

const table = document.getElementById("events");
const body = table.tBodies[0];
const status = document.getElementById("status");
const [previous, next, download] = ["previous", "next", "download"].map((id) => document.getElementById(id));
const perPage = Number(table.dataset.rows);
let events, rows, page = 0, sort = null;

function draw() {
  const { columns } = events;
  const pages = Math.max(1, Math.ceil(rows.length / perPage));
  page = Math.min(page, pages - 1);
  const shown = rows.slice(page * perPage, (page + 1) * perPage);
  body.replaceChildren(
    ...shown.map((row) => {
      const cell = (text, className = "") => make("td", { textContent: text ?? "", className });
      const number = (metric) =>
        cell(span(columns[`${metric}_low`][row], columns[`${metric}_best`][row], columns[`${metric}_high`][row]), "n");
      const place = cell(columns.place_text[row]);
      place.dir = "auto";
      const link = make("a", { href: events.address(row), textContent: words(events.get("action", row)) });
      const badge = columns.contradicted[row] ? make("span", { className: "badge contradicts", textContent: "contradicted" }) : null;
      return make(
        "tr", {},
        cell(iso(columns.start[row]) ?? "undated", "date"),
        make("td", { textContent: events.get("country", row) ?? "", title: events.name(events.get("country", row)) }),
        place,
        make("td", {}, link),
        cell(events.name(events.get("actor_id", row))),
        cell(events.name(events.get("recipient_id", row))),
        number("killed"),
        number("injured"),
        cell(count(columns.n_claims[row]), "n"),
        make("td", {}, badge, `${badge ? " " : ""}${words(events.get("review_state", row))}`),
      );
    }),
  );
  const first = rows.length ? page * perPage + 1 : 0;
  status.textContent = `${told(events, rows)}; rows ${count(first)} to ${count(first + shown.length - (rows.length ? 1 : 0))}.`;
  previous.disabled = page === 0;
  next.disabled = page >= pages - 1;
  download.disabled = !rows.length;
}

function order() {
  if (!sort) return;
  const key = (row) => (sort.column === "country" || sort.column === "action" ? events.get(sort.column, row) : events.columns[sort.column][row]);
  const sign = sort.down ? -1 : 1;
  rows.sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === y) return a - b;
    if (x === null) return 1;
    if (y === null) return -1;
    return x < y ? -sign : sign;
  });
}

function show(found) {
  rows = found;
  page = 0;
  order();
  draw();
}

for (const head of table.querySelectorAll("th[data-sort]")) {
  const button = make("button", { type: "button", className: "sort", textContent: head.textContent });
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const column = head.dataset.sort;
    const numeric = !["country", "action"].includes(column);
    sort = { column, down: sort?.column === column ? !sort.down : numeric };
    for (const other of table.querySelectorAll("th[data-sort]")) {
      other.removeAttribute("aria-sort");
      other.firstElementChild.setAttribute("aria-pressed", String(other === head));
    }
    head.setAttribute("aria-sort", sort.down ? "descending" : "ascending");
    page = 0;
    order();
    draw();
  });
  head.replaceChildren(button);
}
previous.addEventListener("click", () => ((page -= 1), draw()));
next.addEventListener("click", () => ((page += 1), draw()));
download.addEventListener("click", () => {
  const names = [
    "event_id", "event_date_start", "event_date_end", "date_precision", "country", "place_text", "latitude", "longitude",
    "place_precision", "action", "actor_id", "recipient_id", "killed_low", "killed_best", "killed_high", "injured_low",
    "injured_best", "injured_high", "accounting", "n_claims", "n_claimants", "contradicted", "languages", "review_state",
    "confidence", "first_release", "last_changed_release",
  ];
  const special = {
    event_date_start: (row) => iso(events.columns.start[row]),
    event_date_end: (row) => iso(events.columns.end[row]),
    contradicted: (row) => Boolean(events.columns.contradicted[row]),
  };
  const lines = rows.map((row) => names.map((name) => csvCell(special[name] ? special[name](row) : events.get(name, row))).join(","));
  saveFile(`conflict-events_${events.release}_filtered.csv`, "text/csv;charset=utf-8", `${[names.join(","), ...lines].join("\r\n")}\r\n`);
});

try {
  events = await Events.load();
  connect(events, show);
} catch (error) {
  status.textContent = String(error.message ?? error);
}
