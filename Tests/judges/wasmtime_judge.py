"""Says of each module on standard input whether wasmtime accepts it.

Input: modules, each behind its length (32 bits, little-endian). Output: a line per
module, 1 or 0. Enabled is what Apus enables by default, so that both judge the same
language.
"""

import struct
import sys

import wasmtime

config = wasmtime.Config()
ENABLED = (
    "wasm_bulk_memory",
    "wasm_multi_value",
    "wasm_reference_types",
    "wasm_simd",
    "wasm_relaxed_simd",
    "wasm_tail_call",
    "wasm_multi_memory",
    "wasm_memory64",
    "wasm_function_references",
    "wasm_gc",
    "wasm_exceptions",
    "wasm_threads",
)
DISABLED = (
    "wasm_wide_arithmetic",
    "wasm_custom_page_sizes",
    "wasm_stack_switching",
)
for name in ENABLED:
    setattr(config, name, True)
for name in DISABLED:
    # A release that does not know a feature cannot have it on.
    if hasattr(wasmtime.Config, name):
        setattr(config, name, False)
engine = wasmtime.Engine(config)

stream = sys.stdin.buffer
while True:
    header = stream.read(4)
    if len(header) < 4:
        break
    module = stream.read(struct.unpack("<I", header)[0])
    try:
        wasmtime.Module.validate(engine, module)
        print(1)
    except wasmtime.WasmtimeError as error:
        print(0)
        if len(sys.argv) > 1:
            print(str(error).replace("\n", " | "), file=sys.stderr)
