// Runs a WASI program in Node.js: node.mjs MODULE [GUEST=HOST]... -- [ARGUMENT]...
//
// bench.start and bench.end are functions of the host; the nanoseconds between them go to
// the descriptor that APUS_BENCH_FD names.

import fs from "node:fs";
import { WASI } from "node:wasi";

const words = process.argv.slice(2);
const end = words.indexOf("--");
const [path, ...folders] = words.slice(0, end);
const preopens = Object.fromEntries(
  folders.map((word) => {
    const equals = word.indexOf("=");
    return [word.slice(0, equals), word.slice(equals + 1)];
  }),
);
const wasi = new WASI({
  version: "preview1",
  args: [path, ...words.slice(end + 1)],
  preopens,
  returnOnExit: true,
});

let started = 0n;
const bench = {
  start: () => {
    started = process.hrtime.bigint();
  },
  end: () => {
    const time = process.hrtime.bigint() - started;
    const descriptor = process.env.APUS_BENCH_FD;
    if (descriptor) fs.writeSync(Number(descriptor), `${time}\n`);
  },
};

const module = await WebAssembly.compile(fs.readFileSync(path));
// Not by getImportObject, which Node.js 18 lacks.
const instance = await WebAssembly.instantiate(module, {
  wasi_snapshot_preview1: wasi.wasiImport,
  bench,
});
process.exitCode = wasi.start(instance);
