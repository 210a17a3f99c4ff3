#!/usr/bin/env python3
"""Wasmtime through its Python package.

  wasmtime.py version
  wasmtime.py compile MODULE OUTPUT
  wasmtime.py run OUTPUT [GUEST=HOST]... -- [ARGUMENT]...

bench.start and bench.end are functions of the host; the nanoseconds between them go to the
descriptor that APUS_BENCH_FD names.
"""

import os
import sys
import time

# Not this file, which has the name of the package.
sys.path.pop(0)
import wasmtime  # noqa: E402


def version():
    # Slow to import, and needed here only.
    from importlib.metadata import version as package_version

    print(f"wasmtime {package_version('wasmtime')}, Python {sys.version.split()[0]}")


def compile_module(source, output):
    module = wasmtime.Module.from_file(wasmtime.Engine(), source)
    with open(output, "wb") as file:
        file.write(module.serialize())


def run(words):
    end = words.index("--")
    path, *folders = words[:end]
    engine = wasmtime.Engine()
    module = wasmtime.Module.deserialize_file(engine, path)
    wasi = wasmtime.WasiConfig()
    wasi.argv = [path, *words[end + 1 :]]
    wasi.inherit_stdin()
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    for word in folders:
        guest, host = word.split("=", 1)
        wasi.preopen_dir(host, guest)
    store = wasmtime.Store(engine)
    store.set_wasi(wasi)
    linker = wasmtime.Linker(engine)
    linker.define_wasi()

    started = 0

    def bench_start():
        nonlocal started
        started = time.perf_counter_ns()

    def bench_end():
        elapsed = time.perf_counter_ns() - started
        if descriptor := os.environ.get("APUS_BENCH_FD"):
            os.write(int(descriptor), b"%d\n" % elapsed)

    nothing = wasmtime.FuncType([], [])
    linker.define_func("bench", "start", nothing, bench_start)
    linker.define_func("bench", "end", nothing, bench_end)
    instance = linker.instantiate(store, module)
    try:
        instance.exports(store)["_start"](store)
    except wasmtime.ExitTrap as trap:
        sys.exit(trap.code)


def main():
    match sys.argv[1:]:
        case ["version"]:
            version()
        case ["compile", source, output]:
            compile_module(source, output)
        case ["run", *words]:
            run(words)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
