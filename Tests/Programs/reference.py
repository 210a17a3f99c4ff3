#!/usr/bin/env python3
"""Runs the programs of one language in a reference and compares with what is expected.

    reference.py [--native] [--bless] LANGUAGE DIRECTORY

The directory is one that build.sh has filled. The reference is wasmtime, or with --native the
machine itself. --bless writes the expected files anew instead of comparing. It needs the Python
of .build/venv, for wasmtime. wasmtime allows only the features that the programs may use.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
stdin = here / "input.txt"

LATER_FEATURES = """relaxed_simd simd threads multi_memory memory64 exceptions gc
    function_references tail_call custom_page_sizes stack_switching wide_arithmetic""".split()


def run_natively(program, run, work):
    result = subprocess.run(
        [program, *run.get("arguments", [])], executable=program, stdin=stdin.open("rb"),
        capture_output=True, cwd=work, env=run.get("environment", {}), timeout=60)
    return result.returncode, result.stdout, result.stderr.decode()


def run_in_wasmtime(program, run, work):
    import wasmtime

    config = wasmtime.Config()
    for feature in LATER_FEATURES:
        assert hasattr(wasmtime.Config, "wasm_" + feature), feature
        setattr(config, "wasm_" + feature, False)
    engine = wasmtime.Engine(config)
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    out, errors = work.parent / "stdout", work.parent / "stderr"
    wasi = wasmtime.WasiConfig()
    wasi.argv = [program.name, *run.get("arguments", [])]
    wasi.env = list(run.get("environment", {}).items())
    wasi.stdin_file, wasi.stdout_file, wasi.stderr_file = stdin, out, errors
    if run.get("directory"):
        wasi.preopen_dir(str(work), ".")
    store = wasmtime.Store(engine)
    store.set_wasi(wasi)
    instance = linker.instantiate(store, wasmtime.Module.from_file(engine, str(program)))
    status, trap = 0, ""
    try:
        instance.exports(store)["_start"](store)
    except wasmtime.ExitTrap as exit:
        status = exit.code
    except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
        status, trap = 134, str(error)
    return status, out.read_bytes(), errors.read_text() + trap


def expected_file(run):
    own = here / run["language"] / (run["program"] + ".expected")
    shared = here / (run["program"] + ".expected")
    return shared if shared.exists() else own


def main():
    parser = argparse.ArgumentParser(description="See the top of the file.")
    parser.add_argument("--native", action="store_true")
    parser.add_argument("--bless", action="store_true")
    parser.add_argument("language")
    parser.add_argument("directory", type=pathlib.Path)
    options = parser.parse_args()

    passed = failed = 0
    for run in json.loads((here / "programs.json").read_text()):
        if run["language"] != options.language or options.native and not run.get("native", True):
            continue
        name = " ".join([run["program"], *run.get("arguments", [])])
        program = options.directory.resolve() / run["program"]
        with tempfile.TemporaryDirectory() as scratch:
            work = pathlib.Path(scratch) / "work"
            work.mkdir()
            if options.native:
                status, output, errors = run_natively(program, run, work)
            else:
                status, output, errors = run_in_wasmtime(
                    program.with_suffix(".wasm"), run, work)
            left = sorted(path.name for path in work.iterdir())

        file = expected_file(run)
        if options.bless and "output" not in run:
            file.write_bytes(output)
        expected = run["output"].encode() if "output" in run else file.read_bytes()
        faults = []
        if status != run.get("exit", 0):
            faults.append(f"exit status {status}, expected {run.get('exit', 0)}")
        if output != expected:
            faults.append(f"standard output differs from {file.name}")
            (options.directory / (run["program"] + ".actual")).write_bytes(output)
        if run.get("errors", "") not in errors:
            faults.append(f"'{run['errors']}' is not in its standard error: {errors}")
        if "errors" not in run and errors:
            faults.append(f"unexpected on standard error: {errors}")
        if left:
            faults.append(f"left {left} behind")
        passed, failed = passed + (not faults), failed + bool(faults)
        if faults:
            print(f"{options.language} {name}: {'; '.join(faults)}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
