"""Makes modules from seeds: binaryen turns random bytes into a valid module."""

import random
import subprocess

# What binaryen (108 and later) generates in the encoding of the standard.
FEATURE_SETS = {
    "mvp": [],
    "wasm2": ["sign-ext", "mutable-globals", "nontrapping-float-to-int", "bulk-memory", "multivalue"],
    "simd": ["simd", "sign-ext", "mutable-globals", "nontrapping-float-to-int", "bulk-memory"],
    "threads": ["threads", "bulk-memory", "sign-ext"],
    "simd+threads": ["simd", "threads", "bulk-memory", "sign-ext", "multivalue"],
}

INTERESTING = [0, 1, 2, 7, 8, 31, 32, 33, 63, 64, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF]
INTERESTING += [0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100000000]
INTERESTING += [0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF]
INTERESTING_F32 = [0, 0x80000000, 0x3F800000, 0xBF800000, 0x4F000000, 0xCF000000, 0x7F800000, 1]
INTERESTING_F64 = [
    0, 1 << 63, 0x3FF0000000000000, 0xBFF0000000000000, 0x41E0000000000000,
    0x43E0000000000000, 0x7FF0000000000000, 1,
]  # fmt: skip


def feature_set(seed):
    """The name of the features that the module of `seed` may use."""
    return list(FEATURE_SETS)[seed % len(FEATURE_SETS)]


def generate(seed, path, largest=12000):
    """Writes the module of `seed` to `path`."""
    source = random.Random(seed)
    # Few large modules: most faults show in small ones, which are fast.
    size = min(int(400 * source.paretovariate(0.9)), largest)
    flags = [f"--enable-{feature}" for feature in FEATURE_SETS[feature_set(seed)]]
    random_bytes = path + ".bytes"
    with open(random_bytes, "wb") as file:
        file.write(source.randbytes(size))
    subprocess.run(
        ["wasm-opt", "-ttf", random_bytes, "--denan", *flags, "-o", path],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def calls(seed, functions):
    """The calls to make, in order: (export, arguments as (type, bits))."""
    source = random.Random(f"{seed}/calls")
    plan = []
    has_limit = any(name == "hangLimitInitializer" for name, _, _ in functions)
    for name, parameters, _ in functions:
        if name == "hangLimitInitializer":
            continue
        for _ in range(1 if not parameters else 3):
            # What bounds loops and recursion is used up by each call.
            if has_limit:
                plan.append(("hangLimitInitializer", []))
            plan.append((name, [(type, argument(source, type)) for type in parameters]))
    return plan


def argument(source, type):
    """The bits of one argument."""
    if type == "f32":
        return source.choice(INTERESTING_F32)
    if type == "f64":
        return source.choice(INTERESTING_F64)
    bits = 32 if type == "i32" else 64
    value = source.choice(INTERESTING) if source.random() < 0.7 else source.getrandbits(bits)
    return value % (1 << bits)
