// Questions in SQL: examples, an address to share, the answer as a table and as CSV.

import { count, csvCell, make, saveFile } from "./explorer.js";
import { open } from "./database.js";

const SHOWN = 1000;
const section = document.querySelector(".console");
const [sql, run, share, download, status, result] = ["sql", "run", "share", "download", "status", "result"].map((id) => document.getElementById(id));
const whole = Number(section.dataset.bytes);
let ask = null;
let answer = null;

function connected() {
  if (ask) return ask;
  let loaded = 0;
  ask = open(section.dataset.database, (bytes) => {
    loaded += bytes;
    status.textContent = loaded < whole ? `Loading: ${(loaded / 1e6).toFixed(1)} of ${(whole / 1e6).toFixed(1)} MB` : "Starting DuckDB…";
  });
  ask.catch(() => (ask = null));
  return ask;
}

async function answerIt() {
  run.disabled = true;
  history.replaceState(null, "", `#q=${encodeURIComponent(sql.value)}`);
  try {
    const question = await connected();
    const start = performance.now();
    answer = await question(sql.value);
    show(performance.now() - start);
  } catch (error) {
    answer = null;
    result.replaceChildren(make("p", { className: "error", textContent: String(error.message ?? error) }));
    status.textContent = "No answer.";
  }
  download.disabled = !answer;
  run.disabled = false;
}

function show(taken) {
  const { names, rows } = answer;
  const cell = (value, at) => {
    const made = make("td", { textContent: value === null ? "" : typeof value === "number" ? (Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(8)))) : String(value) });
    if (typeof value === "number") made.className = "n";
    else if (typeof value === "string") made.dir = "auto";
    if (names[at] === "event_id" && /^e_[0-9a-f]{20}$/u.test(value ?? "")) made.replaceChildren(make("a", { href: `event.html?id=${value}`, textContent: value }));
    else if (typeof value === "string" && value.length > 60) made.title = value;
    return made;
  };
  result.replaceChildren(
    make("table", {},
      make("thead", {}, make("tr", {}, ...names.map((name) => make("th", { scope: "col", textContent: name })))),
      make("tbody", {}, ...rows.slice(0, SHOWN).map((row) => make("tr", {}, ...row.map(cell))))),
  );
  const cut = rows.length > SHOWN ? `, the first ${count(SHOWN)} are shown` : "";
  status.textContent = `${count(rows.length)} ${rows.length === 1 ? "row" : "rows"}${cut}, ${Math.round(taken)} ms.`;
}

for (const button of document.querySelectorAll(".examples button")) {
  button.addEventListener("click", () => {
    sql.value = button.dataset.sql;
    answerIt();
  });
}
run.addEventListener("click", answerIt);
sql.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    answerIt();
  }
});
share.addEventListener("click", async () => {
  history.replaceState(null, "", `#q=${encodeURIComponent(sql.value)}`);
  await navigator.clipboard.writeText(location.href);
  status.textContent = "The address is copied.";
});
download.addEventListener("click", () => {
  const lines = [answer.names, ...answer.rows].map((row) => row.map(csvCell).join(","));
  saveFile("conflict-events_answer.csv", "text/csv;charset=utf-8", `${lines.join("\r\n")}\r\n`);
});

// A question in the address is shown, and run when its reader says so.
function recall() {
  if (location.hash.startsWith("#q=")) {
    try {
      sql.value = decodeURIComponent(location.hash.slice(3));
    } catch {
      status.textContent = "The question in the address is damaged.";
    }
  }
}
addEventListener("hashchange", recall);
recall();
