// Says of each module on standard input whether V8 accepts it.
//
// Input: modules, each behind its length (32 bits, little-endian). Output: a line per
// module, 1 or 0. Node 18 has two of our features behind flags; later ones know the
// flags no more and ignore them.
'use strict';
const v8 = require('v8');
const fs = require('fs');

v8.setFlagsFromString('--experimental-wasm-return-call');
v8.setFlagsFromString('--experimental-wasm-extended-const');

const input = fs.readFileSync(0);
const lines = [];
for (let position = 0; position + 4 <= input.length; ) {
  const length = input.readUInt32LE(position);
  position += 4;
  lines.push(WebAssembly.validate(input.subarray(position, position + length)) ? '1' : '0');
  position += length;
}
console.log(lines.join('\n'));
