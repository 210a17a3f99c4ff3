#!/usr/bin/env python3
"""What --strict costs: every Sightglass module at -O2, by default and with --strict.

  benchmarks/strict/run.py --apus .build/release/apus --modules ../shared/sightglass

Prints a Markdown table: the time between the modules' own marks, as the smallest of --runs
runs of each executable, taken in turns on one core; the ratio; the sizes of the code.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile

MODES = {"default": [], "strict": ["--strict"]}


def modules(folder):
    found = []
    for path, _, files in os.walk(folder):
        found += [os.path.join(path, name) for name in files if name.endswith(".wasm")]
    return sorted(found)


def label(path):
    folder, name = os.path.split(path)
    stem = os.path.splitext(name)[0]
    return os.path.basename(folder) if stem == "benchmark" else stem


def measure(program, folder):
    """Nanoseconds between bench.start and bench.end of one run; None if it fails."""
    reading, writing = os.pipe()
    environment = {**os.environ, "APUS_BENCH_FD": str(writing)}
    done = subprocess.run(
        [program], cwd=folder, env=environment, pass_fds=[writing], check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    return int(text.split()[0]) if done.returncode == 0 and text.split() else None


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--apus", default=".build/release/apus")
    parser.add_argument("--modules", default="../shared/sightglass")
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    ratios = []
    print("| module | default, ms | `--strict`, ms | ratio | code, KiB | `--strict`, KiB |")
    print("|---|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for module in modules(options.modules):
            programs = {}
            for mode, flags in MODES.items():
                program = os.path.join(folder, mode)
                command = [options.apus, "compile", module, "-o", program, "--dir", ".", *flags]
                if subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0:
                    programs[mode] = program
            if len(programs) < len(MODES):
                print(f"{label(module)}: not compiled", file=sys.stderr)
                continue
            times = {mode: [] for mode in MODES}
            for _ in range(options.runs):
                for mode, program in programs.items():
                    times[mode].append(measure(program, os.path.dirname(module)))
            if any(time is None for samples in times.values() for time in samples):
                print(f"{label(module)}: a run failed or had no marks", file=sys.stderr)
                continue
            best = {mode: min(samples) for mode, samples in times.items()}
            sizes = {mode: os.path.getsize(programs[mode]) / 1024 for mode in MODES}
            ratio = best["strict"] / best["default"]
            # One that does nothing says nothing, nor one whose work is random.
            is_random = all(max(samples) > 4 * min(samples) for samples in times.values())
            if best["default"] > 100_000 and not is_random:
                ratios.append(ratio)
            shown = "random work" if is_random else f"{ratio:.2f}"
            print(f"| {label(module)} | {best['default'] / 1e6:.2f} | {best['strict'] / 1e6:.2f} "
                  f"| {shown} | {sizes['default']:.0f} | {sizes['strict']:.0f} |",
                  flush=True)  # fmt: skip
    print(f"| geometric mean | | | {statistics.geometric_mean(ratios):.2f} | | |")


if __name__ == "__main__":
    main()
