// DuckDB in the page: loaded when it is asked for, on a whole copy of the release's database, without the network.

import { inflate } from "./inflate.js";

const script = (address) =>
  new Promise((resolve, reject) => {
    const element = document.createElement("script");
    Object.assign(element, { src: address, async: false, onload: resolve });
    element.onerror = () => reject(new Error(`${address} cannot be read`));
    document.head.append(element);
  });

// Fetches a file, told how much of it is there as it comes.
async function load(address, told) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} cannot be read: ${answer.status} ${answer.statusText}`);
  const parts = [];
  const reader = answer.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    told(value.length);
  }
  return new Blob(parts).arrayBuffer();
}

const unpacked = async (address, type, told) =>
  URL.createObjectURL(new Blob([await inflate(await load(address, told))], { type }));

// Opens the database and returns a function that answers SQL with { names, rows }.
export async function open(address, told = () => {}) {
  const assets = new URL(".", import.meta.url).href;
  const code = (async () => {
    await script(`${assets}apache-arrow.min.js`);
    await script(`${assets}cjs.js`);
    await script(`${assets}duckdb-browser.js`);
    return globalThis.module.exports;
  })();
  const [duckdb, worker, program, data] = await Promise.all([
    code,
    unpacked(`${assets}duckdb-browser-eh.worker.js.gz`, "text/javascript", told),
    unpacked(`${assets}duckdb-eh.wasm.gz`, "application/wasm", told),
    load(address, told),
  ]);
  const database = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), new Worker(worker));
  await database.instantiate(program);
  await database.open({ query: { castBigIntToDouble: false, castTimestampToDate: true } });
  await database.registerFileBuffer("site.duckdb", new Uint8Array(data));
  const connection = await database.connect();
  // First of all: an extension that DuckDB tried to load from outside would break the module.
  await connection.query("SET autoinstall_known_extensions = false");
  await connection.query("SET autoload_known_extensions = false");
  await connection.query("ATTACH 'site.duckdb' AS release (READ_ONLY)");
  await connection.query("USE release");
  return async (sql) => plain(await connection.query(sql));
}

// Takes an Arrow table apart into values that can be shown: text, numbers, dates as ISO 8601.
function plain(table) {
  const fields = table.schema.fields;
  const columns = fields.map((field, at) => {
    const vector = table.getChildAt(at);
    return Array.from({ length: table.numRows }, (_, row) => value(vector.get(row), field.type));
  });
  return {
    names: fields.map((field) => field.name),
    rows: Array.from({ length: table.numRows }, (_, row) => columns.map((column) => column[row])),
  };
}

function value(found, type) {
  const { DataType } = globalThis.Arrow;
  if (found === null || found === undefined) return null;
  if (DataType.isDate(type)) return new Date(Number(found)).toISOString().slice(0, 10);
  if (DataType.isTimestamp(type)) return new Date(Number(found)).toISOString().replace("T", " ").replace(/\.000Z$|Z$/u, "");
  if (DataType.isDecimal(type)) return decimal(found, type.scale);
  if (typeof found === "bigint") return Number.isSafeInteger(Number(found)) ? Number(found) : String(found);
  if (typeof found === "number" || typeof found === "boolean" || typeof found === "string") return found;
  if (DataType.isList(type)) return [...found].map((one) => value(one, type.children[0].type)).join(", ");
  return String(found);
}

// A decimal comes as 32-bit words of a two's complement, lowest first.
function decimal(found, scale) {
  let number = 0n;
  const wordsOf = new Uint32Array(found.buffer, found.byteOffset, found.byteLength / 4);
  for (let at = wordsOf.length - 1; at >= 0; at -= 1) number = (number << 32n) | BigInt(wordsOf[at]);
  number = BigInt.asIntN(wordsOf.length * 32, number);
  if (scale === 0) return Number.isSafeInteger(Number(number)) ? Number(number) : String(number);
  return Number(number) / 10 ** scale;
}
