// The map and the months of the events that the filter leaves.

import { Events, connect, count, iso, make, span, told, words } from "./explorer.js";

const { d3, topojson } = globalThis;
const DAY = 86_400_000;
const canvas = document.getElementById("map");
const context = canvas.getContext("2d");
const borders = document.getElementById("borders");
const metric = document.getElementById("metric");
const status = document.getElementById("status");
const here = document.getElementById("here");
const projection = d3.geoNaturalEarth1();
let events, rows = [], land, lines, places = [], scale = 1, centre = [10, 12], size = [1100, 560];

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function draw() {
  const ratio = devicePixelRatio || 1;
  const width = canvas.parentElement.clientWidth;
  const height = Math.max(260, Math.round(width * (width < 600 ? 0.72 : 0.5)));
  size = [width, height];
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  canvas.style.height = `${height}px`;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  projection.rotate([-centre[0], 0]).scale((Math.min(width / 5.6, height / 2.75)) * scale).translate([width / 2, height / 2]);
  const [, y] = projection([centre[0], centre[1]]);
  projection.translate([width / 2, height - y]);
  if (scale === 1) projection.translate([width / 2, height / 2 + height * 0.04]);
  const path = d3.geoPath(projection, context);
  context.beginPath();
  path(land);
  context.fillStyle = colour("--land");
  context.fill();
  if (borders.checked) {
    context.beginPath();
    path(lines);
    context.strokeStyle = colour("--border");
    context.lineWidth = 0.7;
    context.stroke();
  }
  context.fillStyle = colour("--accent");
  context.strokeStyle = colour("--paper");
  for (const place of places) {
    const point = projection([place.longitude, place.latitude]);
    place.point = point && point[0] >= -20 && point[0] <= width + 20 && point[1] >= -20 && point[1] <= height + 20 ? point : null;
    if (!place.point) continue;
    place.radius = Math.min(22, 2.6 + Math.sqrt(place.rows.length) * 1.7);
    context.globalAlpha = 0.72;
    context.beginPath();
    context.arc(place.point[0], place.point[1], place.radius, 0, 2 * Math.PI);
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 0.8;
    context.stroke();
  }
}

// Events at one place are one dot.
function gather() {
  const found = new Map();
  const { latitude, longitude } = events.columns;
  for (const row of rows) {
    if (latitude[row] === null || longitude[row] === null) continue;
    const key = `${latitude[row]},${longitude[row]}`;
    if (!found.has(key)) found.set(key, { latitude: latitude[row], longitude: longitude[row], rows: [] });
    found.get(key).rows.push(row);
  }
  places = [...found.values()].sort((a, b) => b.rows.length - a.rows.length);
}

function describe(row) {
  const { columns } = events;
  const killed = span(columns.killed_low[row], columns.killed_best[row], columns.killed_high[row]);
  const item = make("li", {}, make("a", { href: events.address(row), textContent: words(events.get("action", row)) }), `, ${iso(columns.start[row]) ?? "undated"}, `);
  item.append(make("bdi", { textContent: columns.place_text[row] ?? events.name(events.get("country", row)) }));
  if (killed) item.append(`, killed ${killed}`);
  return item;
}

function list(place) {
  const shown = place ? place.rows : places.flatMap((one) => one.rows);
  const title = place ? `${count(shown.length)} at this place` : "Newest on the map";
  here.replaceChildren(
    make("h3", { textContent: title }),
    make("ul", {}, ...shown.toSorted((a, b) => a - b).slice(0, place ? 40 : 8).map(describe)),
  );
  if (place && shown.length > 40) here.append(make("p", { textContent: `And ${count(shown.length - 40)} more: see the table.` }));
}

function chart() {
  const { columns, codes } = events;
  const increment = codes.accounting.indexOf("increment");
  const sums = new Map();
  const name = metric.value;
  for (const row of rows) {
    const [low, best, high] = ["low", "best", "high"].map((end) => columns[`${name}_${end}`][row]);
    if (columns.accounting[row] !== increment || columns.start[row] === null || columns.end[row] === null) continue;
    if (low === null && best === null) continue;
    const month = (iso(columns.start[row]) ?? "").slice(0, 7);
    if (month !== iso(columns.end[row]).slice(0, 7)) continue;
    const sum = sums.get(month) ?? [0, 0, 0];
    sum[0] += low ?? best;
    sum[1] += best ?? low;
    sum[2] += high ?? best ?? low;
    sums.set(month, sum);
  }
  const known = [...sums.keys()].sort();
  const months = [];
  if (known.length) {
    const number = (month) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
    const last = number(known.at(-1));
    for (let at = Math.max(number(known[0]), last - 119); at <= last; at += 1) {
      months.push(`${String(Math.floor(at / 12)).padStart(4, "0")}-${String((at % 12) + 1).padStart(2, "0")}`);
    }
  }
  document.getElementById("chart").replaceChildren(
    make("figure", {}, make("figcaption", { textContent: `People ${name} by month, ${count(rows.length)} events` }), months.length ? bands(months, sums, name) : make("p", { textContent: "No event of these states a number of people in one month." })),
  );
}

// The same drawing as charts.py makes for readers without scripts.
function bands(months, sums, name) {
  const [width, height, left, right, top, bottom] = [960, 260, 52, 12, 14, 30];
  const most = nice(Math.max(...[...sums.values()].map((sum) => sum[2])));
  const step = (width - left - right) / months.length;
  const bar = Math.max(1, Math.min(26, step * 0.64));
  const y = (value) => height - bottom - (value / most) * (height - top - bottom);
  const svg = shape("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `People ${name} by month` });
  for (const tick of [0, most / 2, most]) {
    svg.append(shape("line", { class: "grid", x1: left, x2: width - right, y1: y(tick), y2: y(tick) }));
    svg.append(shape("text", { class: "tick", x: left - 8, y: y(tick) + 4, "text-anchor": "end" }, count(tick)));
  }
  const every = Math.ceil(months.length / 12);
  months.forEach((month, at) => {
    const middle = left + (at + 0.5) * step;
    const sum = sums.get(month);
    const label = new Date(`${month}-01`).toLocaleDateString("en-GB", { month: "short", year: "numeric", timeZone: "UTC" });
    if (sum && sum[2]) {
      const group = shape("g", {}, shape("title", {}, `${label}: ${count(sum[1])} (${count(sum[0])} to ${count(sum[2])})`));
      group.append(shape("rect", { class: "band", x: middle - bar / 2, y: y(sum[2]), width: bar, height: Math.max(y(sum[0]) - y(sum[2]), 1.5) }));
      group.append(shape("line", { class: "best", x1: middle - bar / 2, x2: middle + bar / 2, y1: y(sum[1]), y2: y(sum[1]) }));
      svg.append(group);
    }
    if (at % every === 0) svg.append(shape("text", { class: "tick", x: middle, y: height - 8, "text-anchor": "middle" }, label));
  });
  return svg;
}

function nice(value) {
  if (value <= 2) return 2;
  const digits = 10 ** (String(Math.trunc(value)).length - 1);
  return [1, 2, 4, 6, 8, 10].map((one) => one * digits).find((one) => one >= value);
}

function shape(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function countries() {
  const { columns, codes } = events;
  const increment = codes.accounting.indexOf("increment");
  const sums = new Map();
  for (const row of rows) {
    const code = events.get("country", row);
    const sum = sums.get(code) ?? [0, 0, 0, 0];
    sum[0] += 1;
    const [low, best, high] = ["low", "best", "high"].map((end) => columns[`killed_${end}`][row]);
    const whole = columns.start[row] !== null && columns.end[row] !== null && iso(columns.start[row]).slice(0, 7) === iso(columns.end[row]).slice(0, 7);
    if (columns.accounting[row] === increment && whole && (low !== null || best !== null)) {
      sum[1] += low ?? best;
      sum[2] += best ?? low;
      sum[3] += high ?? best ?? low;
    }
    sums.set(code, sum);
  }
  const order = [...sums].sort(([a, x], [b, y]) => (a === null) - (b === null) || y[0] - x[0] || String(a).localeCompare(b));
  document.getElementById("by-country").tBodies[0].replaceChildren(
    ...order.map(([code, sum]) =>
      make("tr", {}, make("th", { scope: "row", textContent: code === null ? "no country named" : events.name(code) }), ...sum.map((number) => make("td", { className: "n", textContent: count(number) }))),
    ),
  );
}

function show(found) {
  rows = found;
  gather();
  const mapped = places.reduce((sum, place) => sum + place.rows.length, 0);
  status.textContent = `${told(events, rows)}; ${count(mapped)} with coordinates.`;
  draw();
  list(null);
  chart();
  countries();
}

function zoom(factor) {
  scale = Math.max(1, Math.min(60, scale * factor));
  if (scale === 1) centre = [10, 12];
  draw();
}

function move(x, y) {
  centre = [((centre[0] + x / scale + 540) % 360) - 180, Math.max(-75, Math.min(80, centre[1] + y / scale))];
  draw();
}

document.getElementById("zoom-in").addEventListener("click", () => zoom(1.7));
document.getElementById("zoom-out").addEventListener("click", () => zoom(1 / 1.7));
document.getElementById("zoom-home").addEventListener("click", () => zoom(0));
borders.addEventListener("change", draw);
metric.addEventListener("change", chart);
canvas.addEventListener("keydown", (event) => {
  const moves = { ArrowLeft: [-20, 0], ArrowRight: [20, 0], ArrowUp: [0, 15], ArrowDown: [0, -15] };
  if (moves[event.key]) move(...moves[event.key]);
  else if (event.key === "+" || event.key === "=") zoom(1.7);
  else if (event.key === "-") zoom(1 / 1.7);
  else return;
  event.preventDefault();
});
let grabbed = null;
canvas.addEventListener("pointerdown", (event) => (grabbed = { x: event.clientX, y: event.clientY, moved: false }));
addEventListener("pointermove", (event) => {
  if (!grabbed) return;
  const [dx, dy] = [event.clientX - grabbed.x, event.clientY - grabbed.y];
  if (!grabbed.moved && Math.hypot(dx, dy) < 4) return;
  Object.assign(grabbed, { x: event.clientX, y: event.clientY, moved: true });
  const degree = 360 / (size[0] * 0.95);
  move(-dx * degree, scale > 1 ? dy * degree : 0);
});
addEventListener("pointerup", (event) => {
  const held = grabbed;
  grabbed = null;
  if (!held || held.moved || event.target !== canvas) return;
  const box = canvas.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  const near = places.filter((place) => place.point && Math.hypot(place.point[0] - x, place.point[1] - y) <= place.radius + 3);
  near.sort((a, b) => Math.hypot(a.point[0] - x, a.point[1] - y) - Math.hypot(b.point[0] - x, b.point[1] - y));
  list(near[0] ?? null);
});
canvas.addEventListener("dblclick", () => zoom(1.7));
new ResizeObserver(() => land && draw()).observe(canvas.parentElement);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => land && draw());

try {
  const answer = await fetch("assets/countries-110m.json");
  if (!answer.ok) throw new Error(`the map cannot be read: ${answer.status} ${answer.statusText}`);
  const world = await answer.json();
  land = topojson.feature(world, world.objects.land);
  lines = topojson.mesh(world, world.objects.countries, (a, b) => a !== b);
  events = await Events.load();
  connect(events, show);
} catch (error) {
  status.textContent = String(error.message ?? error);
}
