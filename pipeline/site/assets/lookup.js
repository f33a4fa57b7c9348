// The page of an event that has no file of its own, from the database for browsers.

import { count, make, span, words } from "./explorer.js";
import { open } from "./database.js";

const status = document.getElementById("status");
const headline = document.getElementById("headline");
const content = document.getElementById("content");
const id = new URLSearchParams(location.search).get("id") ?? "";

const link = (address) => {
  try {
    return ["http:", "https:"].includes(new URL(address).protocol) ? address : null;
  } catch {
    return null;
  }
};

const records = ({ names, rows }) => rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])));

async function show() {
  document.getElementById("event-id").textContent = id;
  if (!/^e_[0-9a-f]{20}$/u.test(id)) throw new Error("No event is named: ids are e_ and 20 hex digits.");
  status.textContent = "Loading the database…";
  const question = await open(document.getElementById("event").dataset.database);
  const ask = async (sql) => records(await question(sql));
  const names = new Map((await ask("SELECT actor_id, name FROM actors")).map((row) => [row.actor_id, row.name]));
  const tables = new Set((await ask("SELECT table_name FROM duckdb_tables() WHERE database_name = 'release'")).map((row) => row.table_name));
  const [event] = await ask(`SELECT * FROM events WHERE event_id = '${id}'`);
  if (!event) {
    const [stone] = tables.has("tombstones") ? await ask(`SELECT * FROM tombstones WHERE event_id = '${id}'`) : [];
    if (!stone) throw new Error("This release has no such event, and never had.");
    headline.textContent = "No longer an event";
    status.textContent = `Since release ${stone.removed_in}: ${words(stone.reason_code)}.`;
    for (const successor of String(stone.successor_ids ?? "").split(" ").filter(Boolean)) {
      content.append(make("p", {}, "What took its place: ", make("a", { href: `event.html?id=${successor}`, textContent: successor })));
    }
    return;
  }
  const place = event.place_text ?? names.get(event.country) ?? event.country;
  const action = words(event.action);
  headline.replaceChildren(action.charAt(0).toUpperCase() + action.slice(1), ...(place ? [", ", make("bdi", { textContent: place })] : []));
  const when = event.event_date_start === null ? "undated" : event.event_date_start === event.event_date_end ? event.event_date_start : `${event.event_date_start} to ${event.event_date_end}`;
  status.textContent = [when, names.get(event.country) ?? event.country].filter(Boolean).join(" · ");
  const numbers = ["killed", "injured", "casualties", "quantity"].map((metric) => [
    metric === "quantity" ? `${words(event.quantity_metric)} ${words(event.quantity_unit)}` : metric,
    span(event[`${metric}_low`], event[`${metric}_best`], event[`${metric}_high`]),
  ]);
  content.append(
    make("ul", { className: "figures" }, ...numbers.filter(([, text]) => text).map(([what, text]) => make("li", {}, make("span", { className: "value", textContent: text }), make("span", { className: "what", textContent: what })))),
  );
  const facts = make("dl", { className: "facts" });
  const party = (code) => (code === null ? "not named" : (names.get(code) ?? code));
  for (const [term, text] of [
    ["Who", party(event.actor_id)], ["To whom", party(event.recipient_id)], ["Counted as", `${words(event.accounting)}, rule: ${words(event.estimate_rule)}`],
    ["Sources", `${count(event.n_claims)} claims, ${count(event.n_articles)} articles, ${count(event.n_claimants)} claimants`],
    ["Review", `${words(event.review_state)}, confidence ${event.confidence.toFixed(2)}`], ["Releases", `since ${event.first_release}, last changed in ${event.last_changed_release}`],
  ]) facts.append(make("div", {}, make("dt", { textContent: term }), make("dd", { textContent: text })));
  content.append(facts, make("h2", { textContent: "Every claim in its words" }));
  if (!tables.has("claims")) {
    content.append(make("p", { textContent: "The claims of this release are too many for a browser: conflict-events explain shows them, and so does conflict-events serve." }));
  } else {
    const claims = await ask(`SELECT c.*, a.title, a.url, a.publisher, a.published_at, a.language FROM claims c JOIN articles a USING (article_id) WHERE c.event_id = '${id}' ORDER BY c.used_in_estimate DESC, c.article_id, c.char_start, c.claim_id`);
    content.append(make("ol", { className: "claims" }, ...claims.map(claimItem)));
  }
  if (tables.has("changes")) {
    const steps = await ask(`SELECT * FROM changes WHERE event_id = '${id}'`);
    if (steps.length) {
      content.append(make("h2", { textContent: "What this release changed in it" }), make("ul", {}, ...steps.map((step) => make("li", { textContent: `${words(step.field)}: ${step.old ?? "none"} → ${step.new ?? "none"} (${words(step.cause)})` }))));
    }
  }
  content.append(make("p", { className: "more" }, make("a", { href: `report.html?event=${id}&n_claims=${event.n_claims}&action=${event.action}`, textContent: "Report an error in this event" })));
}

function claimItem(claim) {
  const quote = make("blockquote", { dir: "auto" }, make("mark", { textContent: claim.quote }));
  if (claim.language !== "und") quote.lang = claim.language;
  const title = make("bdi", { textContent: claim.title ?? "the article" });
  const address = link(claim.url);
  const source = make("p", { className: "source" }, address ? make("a", { href: address, rel: "noopener noreferrer nofollow external" }, title) : title);
  source.append([claim.publisher, claim.published_at?.slice(0, 10)].filter(Boolean).map((text) => ` · ${text}`).join(""));
  const said = make("p", { className: "said" }, make("b", { dir: "auto", textContent: claim.claimant_text ?? claim.claimant_id ?? "the publication itself" }));
  said.append(` (${words(claim.claimant_type)}) ${words(claim.claim_mode)}`);
  if (claim.metric) said.append(`: ${words(claim.metric)} ${span(claim.quantity_low, claim.quantity_best, claim.quantity_high)}`);
  said.append(`. It ${words(claim.relation)} the estimate.`);
  return make("li", { className: `claim ${claim.relation === "contradicts" ? "contradicts" : ""}` }, quote, source, said);
}

try {
  await show();
} catch (error) {
  headline.textContent = "Not found";
  status.textContent = String(error.message ?? error);
}
