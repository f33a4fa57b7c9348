// duckdb-browser.js is CommonJS, as its package has it: this gives it what it asks for, Arrow alone.

globalThis.module = { exports: {} };
globalThis.exports = globalThis.module.exports;
globalThis.require = () => globalThis.Arrow;
