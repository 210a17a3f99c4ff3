"""Runs generated modules in wasmtime: one job a line on standard input, one answer a line.

A job is {"module": path, "memory": bool, "calls": [[export, [[type, bits], ...], [result
types]], ...]}; the answer {"outcomes": [...], "logged": bits, "memory": bits or null}. An
outcome is {"results": [bits, ...]} or {"trap": message}, the message in the wording of the
official test suite. With "last", the index of the last call, the hashes are taken before that
call and not after it. Must not look at types that hold vectors: the Python package ends the
process where it meets one.
"""

import json
import os
import struct
import sys

import wasmtime

HERE = os.path.dirname(os.path.abspath(__file__))
FUEL = 200_000_000

# How wasmtime words what the suite words otherwise.
TRAPS = [
    ("out of bounds memory access", "out of bounds memory access"),
    ("undefined element: out of bounds table access", "undefined element"),
    ("out of bounds table access", "out of bounds table access"),
    ("uninitialized element", "uninitialized element"),
    ("indirect call type mismatch", "indirect call type mismatch"),
    ("integer divide by zero", "integer divide by zero"),
    ("integer overflow", "integer overflow"),
    ("invalid conversion to integer", "invalid conversion to integer"),
    ("unreachable", "unreachable"),
    ("call stack exhausted", "call stack exhausted"),
    ("unaligned atomic", "unaligned atomic"),
    ("misaligned memory access", "unaligned atomic"),
    ("atomic wait on non-shared memory", "expected shared memory"),
]


class Undecided(Exception):
    """The judge gives no verdict on this module."""


def trap(error):
    text = str(error)
    for theirs, ours in TRAPS:
        if theirs in text:
            return {"trap": ours}
    raise Undecided(text.splitlines()[-1] if text else type(error).__name__)


def value(type, bits):
    if type == "i32":
        return bits - (1 << 32) if bits >> 31 else bits
    if type == "i64":
        return bits - (1 << 64) if bits >> 63 else bits
    if type == "f32":
        return struct.unpack("<f", struct.pack("<I", bits))[0]
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def bits(type, value):
    if type == "i32":
        return value & 0xFFFFFFFF
    if type == "i64":
        return value & 0xFFFFFFFFFFFFFFFF
    if type == "f32":
        return struct.unpack("<I", struct.pack("<f", value))[0]
    return struct.unpack("<Q", struct.pack("<d", value))[0]


def call(linker, store, instance, name, arguments, result_types):
    function = linker.get(store, instance, name)
    try:
        result = function(store, *[value(type, bits) for type, bits in arguments])
    except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
        return trap(error)
    if len(result_types) == 0:
        results = []
    elif len(result_types) == 1:
        results = [result]
    else:
        results = list(result)
    return {"results": [bits(type, value) for type, value in zip(result_types, results)]}


class Runner:
    def __init__(self, canonical_nan):
        config = wasmtime.Config()
        config.consume_fuel = True
        config.wasm_threads = True
        config.shared_memory = True
        config.wasm_tail_call = True
        config.cranelift_nan_canonicalization = canonical_nan
        self.engine = wasmtime.Engine(config)
        self.support = self._text("support.wat")
        self.memory_hash = self._text("memory_hash.wat")

    def _text(self, name):
        with open(os.path.join(HERE, name)) as file:
            return wasmtime.Module(self.engine, wasmtime.wat2wasm(file.read()))

    def run(self, job):
        store = wasmtime.Store(self.engine)
        store.set_fuel(FUEL)
        linker = wasmtime.Linker(self.engine)
        linker.define_instance(store, "fuzzing-support", linker.instantiate(store, self.support))
        module = wasmtime.Module.from_file(self.engine, job["module"])
        try:
            instance = linker.instantiate(store, module)
        except wasmtime.Trap as error:
            return {"instantiation": trap(error)["trap"]}
        linker.define_instance(store, "generated", instance)
        answer = {"outcomes": [], "memory": None}

        def run(calls):
            for name, arguments, results in calls:
                outcome = call(linker, store, "generated", name, arguments, results)
                answer["outcomes"].append(outcome)

        last = job.get("last", len(job["calls"]))
        run(job["calls"][:last])
        logged = call(linker, store, "fuzzing-support", "logged", [], ["i64"])
        answer["logged"] = logged["results"][0]
        if job["memory"]:
            linker.define_instance(store, "check", linker.instantiate(store, self.memory_hash))
            store.set_fuel(FUEL)
            answer["memory"] = call(linker, store, "check", "hash", [], ["i64"])["results"][0]
        run(job["calls"][last:])
        return answer


def main():
    runner = Runner(canonical_nan=False)
    canonical = Runner(canonical_nan=True)
    for line in sys.stdin:
        try:
            job = json.loads(line)
            answer = runner.run(job)
            # The specification leaves the payload of a computed NaN open.
            if canonical.run(job) != answer:
                answer = {"undecided": "the bits of a NaN decide"}
        except (Undecided, wasmtime.WasmtimeError) as error:
            answer = {"undecided": (str(error).splitlines() or [""])[0]}
        print(json.dumps(answer), flush=True)


main()
