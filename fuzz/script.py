"""Writes what a judge saw of generated modules as a script of assertions."""

# NaNs compare as one: generated modules replace them, but what an export returns may
# come from a load.
F32_NAN = (0x7F800000, 0x007FFFFF)
F64_NAN = (0x7FF0000000000000, 0x000FFFFFFFFFFFFF)


def is_nan(type, bits):
    exponent, mantissa = F32_NAN if type == "f32" else F64_NAN
    return bits & exponent == exponent and bits & mantissa != 0


def constant(type, bits):
    """A constant, exact to the bit."""
    if type in ("i32", "i64"):
        return f"({type}.const {bits:#x})"
    width, bias, fraction = (8, 127, 23) if type == "f32" else (11, 1023, 52)
    sign = "-" if bits >> (width + fraction) else ""
    exponent = bits >> fraction & (1 << width) - 1
    mantissa = bits & (1 << fraction) - 1
    if exponent == (1 << width) - 1:
        text = f"nan:{mantissa:#x}" if mantissa else "inf"
    elif exponent == 0:
        text = f"{mantissa:#x}p{1 - bias - fraction}"
    else:
        text = f"{mantissa | 1 << fraction:#x}p{exponent - bias - fraction}"
    return f"({type}.const {sign}{text})"


def expectation(type, bits):
    if type in ("f32", "f64") and is_nan(type, bits):
        return f"(either ({type}.const nan:canonical) ({type}.const nan:arithmetic))"
    return constant(type, bits)


def binary(data):
    return '"' + "".join(f"\\{byte:02x}" for byte in data) + '"'


class Script:
    """A script over many modules that knows which module each of its lines is about."""

    def __init__(self, helpers):
        """`helpers` are the texts of support.wat and memory_hash.wat."""
        self.support, self.memory_hash = (" ".join(self._code(text)) for text in helpers)
        self.lines = []
        self.owners = []  # for each line, the module's seed

    @staticmethod
    def _code(text):
        return (line.split(";;")[0].strip() for line in text.splitlines())

    def add(self, seed, data, calls, last, answer):
        """Adds the module `data` with what `answer` says of it (see wasmtime_worker.py)."""
        lines = [self.support, '(register "fuzzing-support")']
        if "instantiation" in answer:
            lines.append(f'(assert_trap (module binary {binary(data)}) "{answer["instantiation"]}")')
        else:
            lines += [f"(module $m binary {binary(data)})", '(register "generated" $m)']
            asserts = [
                self._assertion(call, outcome)
                for call, outcome in zip(calls, answer["outcomes"])
            ]
            lines += asserts[:last]
            if answer["memory"] is not None:
                lines.append(self.memory_hash)
                lines.append(f'(assert_return (invoke "hash") {constant("i64", answer["memory"])})')
            # The helper was registered as the current module, by no name of its own.
            lines.append('(module (import "fuzzing-support" "logged" (func $logged (result i64))) '
                         '(export "logged" (func $logged)))')
            lines.append(f'(assert_return (invoke "logged") {constant("i64", answer["logged"])})')
            lines += asserts[last:]
        self.lines += lines
        self.owners += [seed] * len(lines)

    @staticmethod
    def _assertion(call, outcome):
        name, arguments, types = call
        text = f'(invoke $m "{name}"' + "".join(" " + constant(*one) for one in arguments) + ")"
        if "trap" in outcome:
            return f'(assert_trap {text} "{outcome["trap"]}")'
        results = zip(types, outcome["results"])
        expected = "".join(" " + expectation(*result) for result in results)
        return f"(assert_return {text}{expected})"

    def text(self):
        return "\n".join(self.lines) + "\n"

    def owner(self, line):
        """The seed of the module that line `line`, counted from 1, is about."""
        return self.owners[line - 1]
