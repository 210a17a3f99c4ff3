#!/usr/bin/env python3
"""Runs wasi-testsuite through executables of `apus compile` and prints a table.

    scripts/wasi-testsuite.py APUS SUITE [NAME...]

SUITE holds folders of modules. A module may have a NAME.json beside it, with arguments,
variables, folders, the exit code and the output that are expected. Each module is compiled
once and run twice: with openat2, and where the kernel answers ENOSYS to it. Each run has a
fresh copy of the folders. The exit status is 1 if anything failed.
"""

import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIME_LIMIT = 60


def build_launcher(folder):
    """The program that takes openat2 away from what it runs."""
    launcher = folder / "without_openat2"
    compiler = shutil.which("clang-19") or "cc"
    source = ROOT / "Tests/launchers/without_openat2.c"
    subprocess.run([compiler, "-O1", "-o", launcher, source], check=True)
    return launcher


def compile_module(apus, module, expected, executable):
    """Why the module cannot be compiled, or nothing."""
    command = [apus, "compile", module, "-o", executable]
    for name in expected.get("dirs", []):
        command += ["--dir", name]
    for name, value in expected.get("env", {}).items():
        command += ["--env", f"{name}={value}"]
    result = subprocess.run(command, capture_output=True, text=True)
    return f"not compiled: {result.stderr.strip()}" if result.returncode != 0 else ""


def run_module(command, module, expected, folder):
    """What the program did otherwise than expected, or nothing."""
    folder.mkdir(parents=True)
    for name in expected.get("dirs", []):
        shutil.copytree(module.parent / name, folder / name, symlinks=True)
    # A standard input that never ends: some modules exit while a thread waits for it.
    reader, writer = os.pipe()
    try:
        result = subprocess.run(
            command + expected.get("args", []),
            cwd=folder,
            stdin=reader,
            capture_output=True,
            timeout=TIME_LIMIT,
        )
    except subprocess.TimeoutExpired:
        return f"still ran after {TIME_LIMIT} s"
    finally:
        os.close(reader)
        os.close(writer)
    wanted = expected.get("exit_code", 0)
    if result.returncode != wanted:
        errors = result.stderr.decode(errors="replace").strip()
        return f"status {result.returncode}, not {wanted}: {errors}"
    output = result.stdout.decode(errors="replace")
    if output != expected.get("stdout", output):
        return f"printed {output!r}, not {expected['stdout']!r}"
    return ""


def check(apus, launcher, module, scratch):
    """Failures of one module by mode, and the seconds that it took."""
    begin = time.monotonic()
    description = module.with_suffix(".json")
    expected = json.loads(description.read_text()) if description.exists() else {}
    folder = scratch / module.parent.name / module.stem
    folder.mkdir(parents=True)
    executable = folder / "program"
    failure = compile_module(apus, module, expected, executable)
    failures = {"openat2": failure, "walk": failure}
    if not failure:
        failures["openat2"] = run_module([executable], module, expected, folder / "1")
        failures["walk"] = run_module([launcher, executable], module, expected, folder / "2")
    return failures, time.monotonic() - begin


def main():
    apus, suite = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    modules = sorted(suite.glob("*/*.wasm"))
    if sys.argv[3:]:
        modules = [module for module in modules if module.stem in sys.argv[3:]]
    if not modules:
        sys.exit(f"no wasi-testsuite at {suite}: set WASI_TESTSUITE to a copy of it")
    failed = []
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        launcher = build_launcher(scratch)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(lambda m: check(apus, launcher, m, scratch), modules))
    print("| suite | paths | tests | passed | failed | seconds |")
    print("|---|---|--:|--:|--:|--:|")
    for group in sorted({module.parent.name for module in modules}):
        for mode in ("openat2", "walk"):
            mine = [(m, r) for m, r in zip(modules, results) if m.parent.name == group]
            bad = [(m.stem, r[0][mode]) for m, r in mine if r[0][mode]]
            seconds = sum(r[1] for _, r in mine)
            failed += [f"  {group}/{stem} ({mode}): {why}" for stem, why in bad]
            print(
                f"| {group} | {mode} | {len(mine)} | {len(mine) - len(bad)} | {len(bad)} "
                f"| {seconds:.1f} |"
            )
    print()
    print(f"{len(modules)} modules, {2 * len(modules) - len(failed)} runs passed, {len(failed)} failed")
    print("\n".join(failed), end="\n" if failed else "")
    sys.exit(1 if failed else 0)


main()
