// Runs generated modules in V8: one job a line on standard input, one answer a line, both
// as wasmtime_worker.py has them. How V8 words a trap is not compared, only that there is one.
'use strict';

const fs = require('fs');
const readline = require('readline');

// The two helpers, in binary: V8 reads no text.
const [support, memoryHash] = process.argv.slice(2, 4).map(
    (file) => new WebAssembly.Module(fs.readFileSync(file)));

const scratch = new DataView(new ArrayBuffer(8));

function toValue([type, bits]) {
  const wide = BigInt(bits);
  switch (type) {
    case 'i32': return Number(BigInt.asIntN(32, wide));
    case 'i64': return BigInt.asIntN(64, wide);
    case 'f32':
      scratch.setUint32(0, Number(wide), true);
      return scratch.getFloat32(0, true);
    default:
      scratch.setBigUint64(0, wide, true);
      return scratch.getFloat64(0, true);
  }
}

function toBits(type, value) {
  switch (type) {
    case 'i32': return String(value >>> 0);
    case 'i64': return String(BigInt.asUintN(64, value));
    case 'f32':
      scratch.setFloat32(0, value, true);
      return String(scratch.getUint32(0, true));
    default:
      scratch.setFloat64(0, value, true);
      return String(scratch.getBigUint64(0, true));
  }
}

function isTrap(error) {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}

function call(functions, [name, args, resultTypes]) {
  let result;
  try {
    result = functions[name](...args.map(toValue));
  } catch (error) {
    if (!isTrap(error)) throw error;
    return {trap: error.message};
  }
  const results = resultTypes.length === 1 ? [result] : resultTypes.length ? [...result] : [];
  return {results: results.map((value, i) => toBits(resultTypes[i], value))};
}

function run(job) {
  const helper = new WebAssembly.Instance(support);
  const module = new WebAssembly.Module(fs.readFileSync(job.module));
  let instance;
  try {
    instance = new WebAssembly.Instance(module, {'fuzzing-support': helper.exports});
  } catch (error) {
    if (!isTrap(error)) throw error;
    return {instantiation: error.message};
  }
  const answer = {outcomes: [], memory: null};
  const last = job.last ?? job.calls.length;
  for (const planned of job.calls.slice(0, last)) {
    answer.outcomes.push(call(instance.exports, planned));
  }
  answer.logged = toBits('i64', helper.exports.logged());
  if (job.memory) {
    const check = new WebAssembly.Instance(memoryHash, {generated: instance.exports});
    answer.memory = toBits('i64', check.exports.hash());
  }
  for (const planned of job.calls.slice(last)) {
    answer.outcomes.push(call(instance.exports, planned));
  }
  return answer;
}

readline.createInterface({input: process.stdin}).on('line', (line) => {
  let answer;
  try {
    answer = run(JSON.parse(line));
  } catch (error) {
    answer = {undecided: String(error)};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
});
