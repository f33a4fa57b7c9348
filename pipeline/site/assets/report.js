// Makes a correction file of the form: one list with one correction, its guard what the event says now.

import { Events, saveFile } from "./explorer.js";

const form = document.getElementById("report");
const status = document.getElementById("status");
const asked = new URLSearchParams(location.search);
const { event, kind, field, expect, value, other, reason, author } = form.elements;
const GUARDS = ["action", "country", "event_date_start", "killed_best", "injured_best", "n_claims"];

// JSON's strings are YAML's as well, so whatever people write stays one value.
function written(name, text) {
  if (text === null || text.trim() === "") return "null";
  const type = [...field.options].find((option) => option.value === name)?.dataset.type ?? (name === "n_claims" ? "integer" : "string");
  if (type === "integer" && /^\d+$/u.test(text.trim())) return text.trim().replace(/^0+(?=\d)/u, "");
  if (type === "number" && /^-?\d+(\.\d+)?$/u.test(text.trim())) return text.trim();
  if (type === "date" && /^\d{4}-\d\d-\d\d$/u.test(text.trim())) return text.trim();
  if (type !== "string") throw new Error(`${name} is ${text.trim()}: write ${type === "date" ? "a date YYYY-MM-DD" : "a number"}`);
  return JSON.stringify(text.trim());
}

function guard() {
  const lines = GUARDS.filter((name) => asked.has(name)).map((name) => `    ${name}: ${written(name, asked.get(name))}`);
  if (!lines.length) throw new Error("open this page from the event's own page: the file must say what the event says now");
  return lines;
}

async function write() {
  const lines = [`- kind: ${kind.value}`];
  if (kind.value === "merge") {
    const events = await Events.load();
    const both = [event.value, other.value];
    lines.push(`  events: [${both.join(", ")}]`, "  expect:");
    for (const id of both) {
      const row = events.columns.event_id.indexOf(id);
      if (row < 0) throw new Error(`${id} is no event of this release`);
      lines.push(`    ${id}: {n_claims: ${events.columns.n_claims[row]}}`);
    }
  } else if (kind.value === "override") {
    if (expect.value.trim() === value.value.trim()) throw new Error("both values are the same: nothing would change");
    lines.push(`  event: ${event.value}`, `  field: ${field.value}`, `  value: ${written(field.value, value.value)}`, `  expect: ${written(field.value, expect.value)}`);
  } else {
    lines.push(`  event: ${event.value}`, "  expect:", ...guard());
  }
  lines.push(`  reason: ${JSON.stringify(reason.value.trim())}`, `  author: ${JSON.stringify(author.value.trim())}`);
  lines.push(`  date: ${new Date().toISOString().slice(0, 10)}`);
  return `${lines.join("\n")}\n`;
}

function fit() {
  for (const part of form.querySelectorAll("[data-for]")) {
    part.hidden = part.dataset.for !== kind.value;
    for (const input of part.querySelectorAll("input, select")) input.disabled = part.hidden;
  }
  other.required = kind.value === "merge";
}

function recall() {
  if (asked.get("event") === event.value) expect.value = asked.get(field.value) ?? "";
  const codes = (field.selectedOptions[0]?.dataset.codes ?? "").split(" ").filter(Boolean);
  document.getElementById("r-codes").replaceChildren(...codes.map((code) => Object.assign(document.createElement("option"), { value: code })));
}

kind.addEventListener("change", fit);
field.addEventListener("change", recall);
form.addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  try {
    const text = await write();
    document.getElementById("file-text").textContent = text;
    saveFile(`${new Date().toISOString().slice(0, 10)}_${event.value}.yml`, "application/yaml", text);
    status.textContent = "The file is made; it is shown below as well.";
  } catch (error) {
    status.textContent = String(error.message ?? error);
  }
});
event.value = asked.get("event") ?? "";
fit();
recall();
