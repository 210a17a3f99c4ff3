#!/usr/bin/env python3
"""Differential fuzzing: random modules in Apus at -O0 and -O2, in wasmtime and in V8.

  fuzz/differential.py --count 2000 --seed 1     2,000 modules, from seed 1 on
  fuzz/differential.py --seed 4711               one module again
  fuzz/differential.py --seed 4711 --check case.wasm
                                                 a module from a file, called as that seed says

A seed makes a module and the calls of its exports. wasmtime says what they give: results,
traps, hashes of what was logged and of memory; V8 must say the same, or the module is set
aside. What they agree on becomes a script of assertions that `apus wast` runs in every
mode. A divergence keeps its module, script and messages in --keep, and is shrunk there with
wasm-reduce.

Exit status: 0 no divergence, 1 divergence, 2 something needed is missing.
"""

import argparse
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import generate
import judges
from module_types import ModuleTypes
from script import Script

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
MODES = {"O0": ["-O0"], "O2": ["-O2"]}
BATCH = 25
UNALIGNED = ["trap: out of bounds memory access", "trap: unaligned atomic"]


class Helpers:
    """The modules that every generated module is run with."""

    def __init__(self, apus, folder):
        names = ["support", "memory_hash"]
        self.texts = []
        self.binaries = []
        for name in names:
            text = os.path.join(HERE, name + ".wat")
            binary = os.path.join(folder, name + ".wasm")
            subprocess.run([apus, "parse", text, "-o", binary], check=True)
            self.binaries.append(binary)
            with open(text) as file:
                self.texts.append(file.read())


class Tally:
    """What came of all modules. Shared by the threads."""

    def __init__(self, total):
        self.lock = threading.Lock()
        self.total = total
        self.started = time.monotonic()
        self.compared = self.calls = self.traps = 0
        self.set_aside = {}
        self.diverged = []

    def add_compared(self, answer):
        with self.lock:
            self.compared += 1
            outcomes = answer.get("outcomes", [])
            self.calls += len(outcomes)
            self.traps += sum("trap" in outcome for outcome in outcomes)

    def add_set_aside(self, reason):
        with self.lock:
            self.set_aside[reason] = self.set_aside.get(reason, 0) + 1

    def add_divergence(self, seed, mode, message):
        with self.lock:
            self.diverged.append((seed, mode, message))
            print(f"DIVERGENCE seed {seed} at -{mode}: {message}", flush=True)

    def progress(self):
        done = self.compared + sum(self.set_aside.values())
        rate = done / max(time.monotonic() - self.started, 0.001)
        return f"{done}/{self.total} modules, {rate:.0f} a second, {len(self.diverged)} divergences"


class Worker:
    """One thread's engines and scratch folder."""

    def __init__(self, options, helpers, tally, folder):
        self.options = options
        self.helpers = helpers
        self.tally = tally
        self.folder = folder
        self.wasmtime = judges.wasmtime()
        self.v8 = judges.v8(helpers.binaries)

    def close(self):
        self.wasmtime.close()
        self.v8.close()

    def path(self, seed):
        return os.path.join(self.folder, f"{seed}.wasm")

    def batch(self, seeds):
        """Generates, judges and compares the modules of `seeds`."""
        script = Script(self.helpers.texts)
        for seed in seeds:
            path = self.path(seed)
            try:
                generate.generate(seed, path, self.options.largest)
            except subprocess.CalledProcessError:
                self.tally.add_set_aside("binaryen made no module")
                continue
            self.judge(seed, path, script)
        self.compare(script)
        for seed in seeds:
            for suffix in ("", ".bytes"):
                try:
                    os.unlink(self.path(seed) + suffix)
                except FileNotFoundError:
                    pass

    def judge(self, seed, path, script):
        """Adds what the judges agree on to `script`."""
        with open(path, "rb") as file:
            data = file.read()
        types = ModuleTypes(data)
        results = {name: results for name, _, results in types.functions}
        plan = generate.calls(seed, types.functions)
        job = {
            "module": path,
            "memory": types.memory_is_plain,
            "calls": [[name, arguments, results[name]] for name, arguments in plan],
        }
        answer = self.wasmtime.run(job)
        if any("trap" in outcome for outcome in answer.get("outcomes", [])):
            # What an instance holds after a trap is kept in no mode but -O0: by then an
            # ordinary executable has ended. So one call that traps, the last of all.
            job["calls"], job["last"] = trap_last(job["calls"], answer["outcomes"])
            plan = [(name, arguments) for name, arguments, _ in job["calls"]]
            answer = self.wasmtime.run(job)
            if any("trap" in outcome for outcome in answer.get("outcomes", [])[:-1]):
                return self.tally.add_set_aside("traps that depend on a trap before")
        if "undecided" in answer:
            return self.tally.add_set_aside("wasmtime: " + answer["undecided"])
        second = self.v8.run(judges.for_v8(job))
        if "undecided" in second:
            return self.tally.add_set_aside("V8: " + second["undecided"])
        if judges.comparable(answer) != judges.comparable(second):
            return self.tally.add_set_aside(f"wasmtime and V8 disagree (seed {seed})")
        calls = [(name, arguments, results[name]) for name, arguments in plan]
        script.add(seed, data, calls, job.get("last", len(calls)), answer)
        self.tally.add_compared(answer)

    def compare(self, script):
        if not script.lines:
            return
        path = os.path.join(self.folder, "batch.wast")
        with open(path, "w") as file:
            file.write(script.text())
        for mode, flags in MODES.items():
            failures = first_by_seed(script, run_script(self.options.apus, path, flags))
            for seed, failure in failures.items():
                self.tally.add_divergence(seed, mode, failure.message)
                self.keep(seed, mode, script, failure.message)

    def keep(self, seed, mode, script, message):
        folder = os.path.join(self.options.keep, str(seed))
        os.makedirs(folder, exist_ok=True)
        if os.path.exists(self.path(seed)):
            shutil.copy(self.path(seed), os.path.join(folder, "module.wasm"))
        lines = [line for line, owner in zip(script.lines, script.owners) if owner == seed]
        with open(os.path.join(folder, "script.wast"), "w") as file:
            file.write("\n".join(lines) + "\n")
        with open(os.path.join(folder, f"{mode}.txt"), "w") as file:
            file.write(message + "\n")


def trap_last(calls, outcomes):
    """The calls without those that trap but the first, which moves to the end; its index.

    The call before a call sets the limit that it uses up, and goes with it.
    """
    kept, trapping = [], []
    for position in range(len(calls)):
        if calls[position][0] == "hangLimitInitializer" and position + 1 < len(calls):
            continue
        before = calls[max(position - 1, 0)]
        group = [before] if before[0] == "hangLimitInitializer" else []
        group.append(calls[position])
        if "trap" not in outcomes[position]:
            kept += group
        elif not trapping:
            trapping = group
    calls = kept + trapping
    return calls, len(calls) - 1


class FailedCommand:
    """A command of a script that gave something else than the judges."""

    def __init__(self, line, message):
        self.line = line
        self.message = message


def first_by_seed(script, failures):
    """The first failure of each module."""
    found = {}
    for failure in failures:
        found.setdefault(script.owner(failure.line), failure)
    return found


def run_script(apus, path, flags):
    """The failed commands of a script."""
    command = [apus, "wast", "--json", "--features", "all", "--jobs", "1", *flags, path]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        report = json.loads(done.stdout)
    except json.JSONDecodeError:
        message = f"apus wast: status {done.returncode}: {done.stderr.strip()[:400]}"
        return [FailedCommand(1, message)]
    failures = []
    for file in report["scripts"]:
        for failure in file["failures"]:
            expected, actual = failure["expected"], failure["actual"]
            # Of an access that is unaligned and out of bounds, either may be said.
            if [expected, actual] == UNALIGNED:
                continue
            message = f"expected {expected}, got {actual}"
            failures.append(FailedCommand(failure["line"], message))
        for skip in file["skips"]:
            failures.append(FailedCommand(skip["lines"][0], f"skipped: {skip['reason']}"))
    return failures


def reduce(options, seed):
    """Shrinks the kept module of a divergence with wasm-reduce."""
    folder = os.path.join(options.keep, str(seed))
    module = os.path.join(folder, "module.wasm")
    if not os.path.exists(module) or not shutil.which("wasm-reduce"):
        return
    test = os.path.join(folder, "test.wasm")
    reduced = os.path.join(folder, "reduced.wasm")
    check = f"{sys.executable} {os.path.abspath(__file__)} --apus {options.apus}"
    check += f" --seed {seed} --check {test}"
    shutil.copy(module, test)
    try:
        # Forced, because it gives up on a check that takes a second.
        subprocess.run(
            ["wasm-reduce", module, "-f", "--timeout", "20", "--command", check, "--test", test,
             "--working", reduced],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=options.reduce,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        pass  # what it has got to by then is kept
    if os.path.exists(reduced):
        sizes = f"{os.path.getsize(module)} to {os.path.getsize(reduced)} bytes"
        print(f"seed {seed} shrunk from {sizes}: {reduced}", flush=True)


def check(options, helpers, folder):
    """Compares one module from a file; prints what wasm-reduce looks at."""
    tally = Tally(1)
    options.keep = folder
    worker = Worker(options, helpers, tally, folder)
    worker.path = lambda seed: options.check
    script = Script(helpers.texts)
    worker.judge(options.seed, options.check, script)
    for mode, flags in MODES.items():
        path = os.path.join(folder, "check.wast")
        with open(path, "w") as file:
            file.write(script.text())
        if script.lines and run_script(options.apus, path, flags):
            print(f"diverges at -{mode}")
            tally.diverged.append((0, mode, ""))
    worker.close()
    return 1 if tally.diverged else 0


def fuzz(options, helpers, folder):
    seeds = range(options.seed, options.seed + options.count)
    tally = Tally(len(seeds))
    batches = [seeds[start : start + BATCH] for start in range(0, len(seeds), BATCH)]
    workers = threading.local()
    made = []

    def run(batch):
        if not hasattr(workers, "one"):
            own = tempfile.mkdtemp(dir=folder)
            workers.one = Worker(options, helpers, tally, own)
            made.append(workers.one)
        workers.one.batch(batch)

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for position, future in enumerate(pool.map(run, batches)):
            if sys.stderr.isatty() or position % 40 == 39:
                end = "\r" if sys.stderr.isatty() else "\n"
                print(tally.progress(), end=end, file=sys.stderr, flush=True)
    for worker in made:
        worker.close()
    for seed in sorted({seed for seed, _, _ in tally.diverged})[:3]:
        reduce(options, seed)
    report(options, tally)
    # Fewer comparisons than this would be a broken judge that goes unnoticed.
    if tally.compared < 0.9 * len(seeds):
        print("too many modules were set aside", file=sys.stderr)
        return 1
    return 1 if tally.diverged else 0


def report(options, tally):
    seconds = time.monotonic() - tally.started
    last = options.seed + options.count - 1
    print(f"seeds {options.seed} to {last}: {tally.compared} modules compared at -O0 and -O2 with "
          f"wasmtime and V8, {tally.calls} calls, {tally.traps} of them traps, "
          f"{len(tally.diverged)} divergences, {seconds:.0f} s")  # fmt: skip
    for reason, count in sorted(tally.set_aside.items()):
        print(f"  set aside: {count} ({reason})")
    if tally.diverged:
        print(f"kept in {options.keep}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1, help="number of modules")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--largest", type=int, default=12000, help="random bytes a module, at most")
    parser.add_argument("--apus", default=os.path.join(ROOT, ".build/release/apus"))
    parser.add_argument("--keep", default=os.path.join(ROOT, ".build/fuzz"))
    parser.add_argument(
        "--reduce", type=int, default=120, metavar="SECONDS",
        help="how long to shrink each of the first three divergences")
    parser.add_argument("--check", metavar="MODULE", help="compare this module only")
    options = parser.parse_args()
    for tool in ("wasm-opt", "node", options.apus):
        if not shutil.which(tool):
            print(f"{tool} is missing: see scripts/setup.sh test", file=sys.stderr)
            return 2
    with tempfile.TemporaryDirectory() as folder:
        helpers = Helpers(options.apus, folder)
        return (check if options.check else fuzz)(options, helpers, folder)


if __name__ == "__main__":
    sys.exit(main())
