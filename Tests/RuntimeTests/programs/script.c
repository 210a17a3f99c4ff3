// A script: calls that return, calls that end in a trap of each origin,
// thousands of exhausted stacks, threads, and at last a bug that ends the
// process.

#include "program.h"

static apus_memory memory = {.base = APUS_MEMORY_BASE,
                             .reservation = APUS_MEMORY32_RESERVATION,
                             .initial_pages = 1,
                             .maximum_pages = 1,
                             .page_size_log2 = 16};
static apus_memory *const memories[] = {&memory};

static volatile uint32_t count;

GUEST uint64_t recurse(uint64_t n) {
  volatile uint64_t local = n;
  return recurse(n + 1) + local;
}

// Fills every register that a function must preserve, then leaves in some way.
GUEST void disturb(uint64_t how) {
  register uint64_t b __asm__("rbx") = 0x4242424242424242;
  register uint64_t c __asm__("r12") = 0x4343434343434343;
  register uint64_t d __asm__("r15") = 0x4444444444444444;
  __asm__ volatile("" : "+r"(b), "+r"(c), "+r"(d));
  if (how == 1)
    apus_trap(APUS_TRAP_INTEGER_OVERFLOW);
  if (how == 2)
    *(volatile uint8_t *)at(&memory, 65536) = 1;
  if (how == 3)
    recurse(0);
  if (how == 4)
    *(volatile uint8_t *)16 = 1;
  __asm__ volatile("" : : "r"(b), "r"(c), "r"(d));
}

static void disturb_thunk(const void *code, apus_value *values) {
  uint64_t how;
  memcpy(&how, values, sizeof how);
  ((void (*)(uint64_t))code)(how);
}

// (a, b) to (b, a)
static void swap_thunk(const void *code, apus_value *values) {
  (void)code;
  apus_value first = values[0];
  values[0] = values[1];
  values[1] = first;
}

static void count_thunk(const void *code, apus_value *values) {
  (void)code;
  uint32_t value = __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
  memset(values, 0, sizeof *values);
  memcpy(values, &value, sizeof value);
}

static const apus_script_target targets[] = {
    {disturb_thunk, (const void *)disturb},
    {swap_thunk, NULL},
    {count_thunk, NULL},
};

static uint8_t commands[1 << 20], thread_commands[4096];

static uint8_t *add(uint8_t *at, uint32_t kind, uint32_t operand,
                    uint32_t inputs, uint32_t results, const uint64_t *values) {
  apus_script_command command = {kind, operand, inputs, results};
  memcpy(at, &command, sizeof command);
  at += sizeof command;
  memset(at, 0, inputs * sizeof(apus_value));
  for (uint32_t i = 0; i < inputs; i++)
    memcpy(at + i * sizeof(apus_value), &values[i], sizeof values[i]);
  return at + inputs * sizeof(apus_value);
}

static apus_script_stream streams[2] = {{commands, 0, 0},
                                        {thread_commands, 3, 100000}};
static const apus_script script = {targets, streams};

static void start(void) {
  uint8_t *next = commands;
  uint64_t total = 0;
#define CALL(target, inputs, results, ...)                                     \
  next = add(next, APUS_SCRIPT_CALL, target, inputs, results,                  \
             (const uint64_t[]){__VA_ARGS__}),                                 \
  total++
  CALL(1, 2, 2, 0x0102, 0xfffefdfcfbfaf9f8);
  CALL(0, 1, 0, 1);
  CALL(0, 1, 0, 2);
  CALL(0, 1, 0, 3);
  CALL(0, 1, 0, 0);
  next = add(next, APUS_SCRIPT_START, 1, 0, 0, NULL), total++;
  next = add(next, APUS_SCRIPT_WAIT, 1, 0, 0, NULL), total++;
  next = add(next, APUS_SCRIPT_WAIT, 1, 0, 0, NULL), total++;
  for (uint64_t i = 0; i < 5000; i++)
    CALL(0, 1, 0, 1 + i % 3);
  CALL(2, 0, 1, 0);
  CALL(0, 1, 0, 4);
  CALL(2, 0, 1, 0);
  streams[0].count = total;
  next = thread_commands;
  CALL(0, 1, 0, 3);
  CALL(0, 1, 0, 2);
  CALL(2, 0, 1, 0);
  apus_script_run(&script);
}

PROGRAM(.memory_count = 1, .memories = memories, .entry = start);
