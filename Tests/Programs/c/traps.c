// Ends in the trap that its argument names, after a line on standard output. Without an
// argument it lists the names. Only for WebAssembly: elsewhere these are undefined behaviour.

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static volatile int32_t zero = 0, minus_one = -1, smallest = INT32_MIN;
static volatile int64_t zero64 = 0;
static volatile double not_a_number, huge = 1e300;
static volatile int32_t sink;

static void unreachable(void) { __builtin_trap(); }
static void divide(void) { sink = 7 / zero; }
static void remainder64(void) { sink = (int32_t)(7 % zero64); }
static void overflow(void) { sink = smallest / minus_one; }
static void convert(void) { sink = __builtin_wasm_trunc_s_i32_f64(huge); }

static void convert_nan(void) {
  not_a_number = 0.0 / (double)zero;
  sink = __builtin_wasm_trunc_s_i32_f64(not_a_number);
}

static void load(void) { sink = *(volatile int32_t *)(uintptr_t)0xfffffff0; }
static void store(void) { *(volatile int64_t *)(uintptr_t)0x7ffffff8 = 1; }
static void copy(void) { memset((void *)(uintptr_t)(0x40000000 + (uint32_t)zero), 1, 4096); }

#pragma clang diagnostic ignored "-Winfinite-recursion"
static int deeper(volatile int *above) {
  volatile int here = *above + 1;
  return deeper(&here) + here;
}

static void stack(void) {
  volatile int start = 0;
  sink = deeper(&start);
}

// Recursion that needs no memory of the guest's own stack, only the machine's.
__attribute__((noinline)) static int64_t sum(int64_t n) {
  return n == zero64 - 1 ? 0 : sum(n + 1) * 3 + n;
}

static void recursion(void) { sink = (int32_t)sum(1); }

typedef void (*Action)(void);

static void null_call(void) {
  volatile Action none = 0;
  none();
}

static void wrong_type(void) {
  volatile Action action = divide;
  sink = ((int (*)(double))action)(1.0);
}

static void beyond_table(void) {
  volatile uintptr_t index = 100000;
  ((Action)index)();
}

static const struct {
  const char *name;
  Action action;
} traps[] = {
    {"unreachable", unreachable}, {"divide", divide},
    {"remainder64", remainder64}, {"overflow", overflow},
    {"convert", convert},         {"convert-nan", convert_nan},
    {"load", load},               {"store", store},
    {"memset", copy},             {"stack", stack},
    {"recursion", recursion},     {"null-call", null_call},
    {"wrong-type", wrong_type},   {"beyond-table", beyond_table},
};

int main(int argc, char **argv) {
  for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) {
    if (argc < 2) printf("%s\n", traps[i].name);
    if (argc == 2 && strcmp(argv[1], traps[i].name) == 0) {
      printf("before %s\n", traps[i].name);
      fflush(stdout);
      traps[i].action();
      printf("after %s\n", traps[i].name);
      return 1;
    }
  }
  return argc < 2 ? 0 : 2;
}
