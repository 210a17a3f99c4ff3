"""Long-lived processes that run modules in other engines, one job a line."""

import json
import os
import select
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


class Judge:
    """A worker process that is started again when it dies or hangs."""

    def __init__(self, command, timeout=30):
        self.command = command
        self.timeout = timeout
        self.process = None

    def run(self, job):
        """The worker's answer; {"undecided": reason} where there is none."""
        if self.process is None:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip
        try:
            self.process.stdin.write(json.dumps(job).encode() + b"\n")
            self.process.stdin.flush()
            if not select.select([self.process.stdout], [], [], self.timeout)[0]:
                return self._undecided("timeout")
            line = self.process.stdout.readline()
            return json.loads(line) if line else self._undecided("crash")
        except BrokenPipeError:
            return self._undecided("crash")

    def _undecided(self, reason):
        self.close()
        return {"undecided": reason}

    def close(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def wasmtime():
    return Judge([sys.executable, os.path.join(HERE, "wasmtime_worker.py")])


def v8(helpers):
    """`helpers` are the binaries of support.wat and memory_hash.wat."""
    return Judge(["node", os.path.join(HERE, "v8_worker.js"), *helpers])


def for_v8(job):
    """JSON numbers are doubles in JavaScript: bits go over as strings."""
    calls = [
        [name, [[type, str(bits)] for type, bits in arguments], results]
        for name, arguments, results in job["calls"]
    ]
    return {**job, "calls": calls}


def comparable(answer):
    """What both engines must agree on: results, traps without their wording, hashes."""
    if "instantiation" in answer:
        return "trap"
    outcomes = [
        "trap" if "trap" in outcome else [int(bits) for bits in outcome["results"]]
        for outcome in answer["outcomes"]
    ]
    memory = answer["memory"]
    return outcomes, int(answer["logged"]), memory if memory is None else int(memory)
