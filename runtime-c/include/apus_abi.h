// The contract between generated code and the runtime.
//
// Swift imports this header as the module `RuntimeABI` to lay out what the
// lowering emits; the C runtime includes it to read the same bytes. It is the
// only thing the two sides share, together with the tables `traps.def`,
// `runtime.def`, `wasi.def` and `confinement.def` it expands. It must not
// include OS headers.

#ifndef APUS_ABI_H
#define APUS_ABI_H

#include <stddef.h>
#include <stdint.h>

// Checked at start against the value baked into the program.
#define APUS_ABI_VERSION 4

// --- Linear memory -----------------------------------------------------------
//
// Every memory of a program has a region of its own, at an address that the
// compiler chooses: from APUS_MEMORY_BASE upwards, with APUS_MEMORY_GAP bytes
// that nothing uses between two of them, and below APUS_MEMORY_END, which is
// where the kernel starts to place mappings of a process without stack limit.
// The first base is below 2 GiB so that it fits a signed 32-bit displacement:
// generated code then needs no base register. How an access is kept inside:
//
// - 32-bit addresses: an index plus an offset plus a 16-byte access ends below
//   8 GiB + 16, so a reservation of APUS_MEMORY32_RESERVATION holds every
//   address that an access can form.
// - 64-bit addresses: code compares the index with APUS_MEMORY64_CAPACITY, and
//   offsets from there on trap always; their sum stays inside
//   APUS_MEMORY64_RESERVATION.
// - Pages smaller than the machine's, and `--bounds-checks=explicit`: code
//   compares with `byte_length`; nothing is reserved.

#define APUS_MEMORY_BASE 0x10000000ULL
#define APUS_MEMORY_END 0x2a0000000000ULL
#define APUS_MEMORY_GAP 0x80000000ULL
#define APUS_MEMORY_SLACK 0x10000ULL
#define APUS_MEMORY32_CAPACITY 0x100000000ULL
#define APUS_MEMORY32_RESERVATION (0x200000000ULL + APUS_MEMORY_SLACK)
#define APUS_MEMORY64_CAPACITY 0x400000000ULL
#define APUS_MEMORY64_RESERVATION (0x800000000ULL + APUS_MEMORY_SLACK)
// How many memories the modules of one program may define. All of them fit
// below APUS_MEMORY_END, whatever their kind.
#define APUS_MAX_MEMORIES 1024

enum apus_memory_flags {
  // Several threads may access it, and grow it at the same time.
  APUS_MEMORY_SHARED = 1u << 0,
};

// One linear memory. Generated code reads `byte_length` only; the runtime owns
// the rest. Emitted with `byte_length` zero and set up before `entry` runs.
typedef struct apus_memory {
  uint64_t byte_length;   // current length in bytes
  uint64_t base;          // address of byte 0
  uint64_t reservation;   // bytes reserved from `base` on; 0: only what is used
  uint64_t initial_pages; // in units of the page size
  uint64_t maximum_pages; // the type's maximum, or what its region can hold
  uint32_t page_size_log2; // 16 for the default 64 KiB page
  uint32_t flags;          // apus_memory_flags
} apus_memory;

// --- Tables ------------------------------------------------------------------

// A table that the program may change. `elements` does not move once set up.
// Elements are references: for funcref a pointer to an `apus_function` (never
// NULL: the null reference is `&apus_null_function`), for externref an opaque
// word whose null is NULL.
typedef struct apus_table {
  const void **elements;
  uint64_t length;        // current number of elements
  uint64_t initial;       // number of elements at start
  uint64_t maximum;       // the type's maximum, or APUS_MAX_TABLE_ELEMENTS
  const void *null_value; // what new elements hold at start
} apus_table;

#define APUS_MAX_TABLE_ELEMENTS 10000000ULL

// What a funcref points to. `type` is the program-wide number of the function's
// canonical type, from 1; 0 is no function's type.
typedef struct apus_function {
  const void *code;
  uint64_t type;
} apus_function;

// The null funcref: a function of no type whose code traps, so that a call
// through a typed reference needs no comparison. Defined by the runtime.
extern const apus_function apus_null_function;

// --- Active data segments ----------------------------------------------------

typedef struct apus_data_segment {
  const uint8_t *bytes;
  uint64_t offset; // in memory, in bytes
  uint64_t length; // in bytes
} apus_data_segment;

// --- Function names, for backtraces ------------------------------------------

// One generated function: `code` relative to the address of the field itself,
// so that the table needs no relocation at start; `name` an offset into
// `apus_program.names`, where a NUL-terminated printable UTF-8 string stands.
typedef struct apus_function_entry {
  int32_t code;
  uint32_t name;
} apus_function_entry;

// --- Program -----------------------------------------------------------------

// Instruction set classes probed at start, in the order of the x86-64
// micro-architecture levels.
enum apus_cpu_feature {
  APUS_CPU_SSE4_2 = 1u << 0, // with SSE3, SSSE3, SSE4.1
  APUS_CPU_POPCNT = 1u << 1,
  APUS_CPU_AVX = 1u << 2,
  APUS_CPU_AVX2 = 1u << 3,
  APUS_CPU_BMI1 = 1u << 4,
  APUS_CPU_BMI2 = 1u << 5,
  APUS_CPU_FMA = 1u << 6,
  APUS_CPU_F16C = 1u << 7,
  APUS_CPU_LZCNT = 1u << 8,
  APUS_CPU_MOVBE = 1u << 9,
  APUS_CPU_AVX512 = 1u << 10, // F, BW, CD, DQ, VL
};

enum apus_program_flags {
  // Compiled by `apus run`: the process reads its grants from its arguments
  // (see `apus_grants`). An executable made by `apus compile` never does.
  APUS_PROGRAM_GRANTS_IN_ARGUMENTS = 1u << 0,
  // The program can name files: the kernel is told which directories are
  // granted.
  APUS_PROGRAM_RESOLVES_PATHS = 1u << 1,
};

// One instruction of a filter of system calls, as the kernel takes it.
typedef struct apus_filter_instruction {
  uint16_t code;
  uint8_t if_true;
  uint8_t if_false;
  uint32_t operand;
} apus_filter_instruction;

// What a filter may be in all; the kernel's own limit is 4096.
#define APUS_MAX_FILTER 1024

// What one executable contains. Emitted by the lowering as the constant
// `apus_program`.
//
// Grants are a sequence of strings, each ended by NUL:
//   "dir" HOST GUEST     preopen the host directory under the guest's name
//   "dir-ro" HOST GUEST  the same, and nothing in it can be changed
//   "env" NAME=VALUE     set a variable
//   "env" NAME           pass a variable of the process through, if it is set
//   "tcp-listen" ADDRESS:PORT  preopen a socket that listens there
//   "listen-fd" NUMBER   preopen a listening socket that the process inherited
//   "limit" NAME=NUMBER  use no more: memory (bytes), descriptors, time
//                        (nanoseconds), fuel
// Directories get the guest's descriptors from 3 on, in order; sockets follow.
// With APUS_PROGRAM_GRANTS_IN_ARGUMENTS the same strings follow argv[0] as
// arguments, ended by "--"; what follows are the guest's arguments.
typedef struct apus_program {
  uint32_t abi_version;
  uint32_t flags;        // apus_program_flags
  uint32_t cpu_features; // apus_cpu_feature
  uint32_t memory_count;
  uint32_t table_count;
  uint32_t function_count;
  uint64_t stack_size; // guest stack in bytes, a multiple of 64 KiB
  struct apus_memory *const *memories;
  struct apus_table *const *tables;
  const apus_function_entry *functions;
  const char *names;
  const char *cpu_name; // what the code was compiled for, for messages
  const char *grants;
  uint64_t grants_length; // in bytes, the last NUL included
  // Applied before `entry`: what the program may ask of the kernel from then
  // on. NULL for a program that is not confined.
  const apus_filter_instruction *filter;
  uint64_t filter_length; // in instructions
  int64_t *fuel;          // what is left of it; NULL if the code does not count
  // Instantiates every module in order and runs the program: `_start`, or the
  // export named by `--invoke`. Runs on the guest stack.
  void (*entry)(void);
} apus_program;

// --- Threads -----------------------------------------------------------------
//
// A program that imports thread-spawn defines `apus_thread_entry(thread,
// argument)`, which makes the thread's instances and calls `wasi_thread_start`.
// Its mutable globals, and which of its segments are dropped, are thread-local
// variables; memories and tables are shared.

// --- Invoking an export by name ----------------------------------------------

// An export called with the process's arguments, its results printed one a
// line. Types are a string of 'i' (i32), 'I' (i64), 'f' (f32), 'F' (f64).
// `call` reads the arguments from `values` and writes the results to it, each
// in a slot of 8 bytes (little-endian; the upper half of 32-bit values is
// zero).
typedef struct apus_invocation {
  const char *name;
  const char *parameters;
  const char *results;
  void (*call)(uint64_t *values);
} apus_invocation;

// --- Scripts -----------------------------------------------------------------
//
// A script of the official test suite as one program: a table of what can be
// called, and commands as plain bytes, so that no argument is known where code
// is made.

// A value on its way in or out: numbers and vectors as memory holds them, the
// rest zero; of a reference the word that stands for it, the null reference
// always as 0.
typedef struct apus_value {
  _Alignas(16) uint8_t bytes[16];
} apus_value;

// The most arguments or results that a function can have.
#define APUS_SCRIPT_VALUES 1000

// Calls `code` with arguments read from `values`, and writes its results there.
typedef void apus_script_thunk(const void *code, apus_value *values);

typedef struct apus_script_target {
  apus_script_thunk *thunk;
  const void *code;
} apus_script_target;

enum apus_script_command_kind {
  APUS_SCRIPT_CALL,  // call target `operand`
  APUS_SCRIPT_START, // start a thread that walks stream `operand`
  APUS_SCRIPT_WAIT,  // wait for its end
};

// A command; `inputs` values follow it.
typedef struct apus_script_command {
  uint32_t kind; // apus_script_command_kind
  uint32_t operand;
  uint32_t inputs;
  uint32_t results;
} apus_script_command;

// The commands of one thread. The first of them has the number `first` in the
// report.
typedef struct apus_script_stream {
  const uint8_t *commands;
  uint64_t count;
  uint64_t first;
} apus_script_stream;

#define APUS_SCRIPT_MAX_STREAMS 64

// Stream 0 is the script's own.
typedef struct apus_script {
  const apus_script_target *targets;
  const apus_script_stream *streams;
} apus_script;

// --- Tables that both sides read ---------------------------------------------

enum apus_trap_code {
#define TRAP(code, message) APUS_TRAP_##code,
#include "traps.def"
#undef TRAP
  APUS_TRAP_COUNT
};

// A function that a module can import. `parameters` and `results` use the
// letters of `apus_invocation`; `symbol` takes the importing instance's memory
// (`apus_memory *`, NULL if it has none) before the parameters.
typedef struct apus_host_function {
  const char *module;
  const char *name;
  const char *parameters;
  const char *results;
  const char *symbol;
} apus_host_function;

static inline const apus_host_function *apus_host_functions(size_t *count) {
  static const apus_host_function functions[] = {
#define HOST(module, name, parameters, results, symbol)                        \
  {module, name, parameters, results, #symbol},
#include "host.def"
#undef HOST
  };
  *count = sizeof functions / sizeof functions[0];
  return functions;
}

// A function of the runtime that generated code calls. Types: the letters
// above, and 'p' for a pointer.
typedef struct apus_runtime_function {
  const char *name;
  const char *parameters;
  const char *results;
} apus_runtime_function;

static inline const apus_runtime_function *
apus_runtime_functions(size_t *count) {
  static const apus_runtime_function functions[] = {
#define RUNTIME(name, parameters, results) {#name, parameters, results},
#include "runtime.def"
#undef RUNTIME
  };
  *count = sizeof functions / sizeof functions[0];
  return functions;
}

// --- Confinement -------------------------------------------------------------
//
// Rows of confinement.def and of the processor's system call numbers.

typedef struct apus_system_call {
  const char *name;
  uint32_t number;
} apus_system_call;

static inline const apus_system_call *apus_system_calls(size_t *count) {
  static const apus_system_call calls[] = {
#define SYSTEM_CALL(name, number) {#name, number},
#include "syscalls_x86_64.def"
#undef SYSTEM_CALL
  };
  *count = sizeof calls / sizeof calls[0];
  return calls;
}

enum apus_confinement_kind {
  APUS_CONFINEMENT_RULE,
  APUS_CONFINEMENT_EQUAL,
  APUS_CONFINEMENT_BELOW,
  APUS_CONFINEMENT_CALLS,
  APUS_CONFINEMENT_DIRECTORY_CALLS,
};

// `name` is a rule, or a function (empty for ALWAYS); `text` a system call, or
// rules.
typedef struct apus_confinement_row {
  uint32_t kind; // apus_confinement_kind
  uint32_t argument;
  const char *name;
  const char *text;
  uint64_t mask;
  uint64_t value;
} apus_confinement_row;

static inline const apus_confinement_row *apus_confinement_rows(size_t *count) {
  static const apus_confinement_row rows[] = {
#define RULE(rule, call) {APUS_CONFINEMENT_RULE, 0, #rule, #call, 0, 0},
#define EQUAL(rule, argument, mask, value)                                     \
  {APUS_CONFINEMENT_EQUAL, argument, #rule, "", mask, value},
#define BELOW(rule, argument, bound)                                           \
  {APUS_CONFINEMENT_BELOW, argument, #rule, "", 0, bound},
#define ALWAYS(rules) {APUS_CONFINEMENT_CALLS, 0, "", rules, 0, 0},
#define CALLS(function, rules)                                                 \
  {APUS_CONFINEMENT_CALLS, 0, #function, rules, 0, 0},
#define DIRECTORY_CALLS(function, rules)                                       \
  {APUS_CONFINEMENT_DIRECTORY_CALLS, 0, #function, rules, 0, 0},
#include "confinement.def"
#undef RULE
#undef EQUAL
#undef BELOW
#undef ALWAYS
#undef CALLS
#undef DIRECTORY_CALLS
  };
  *count = sizeof rows / sizeof rows[0];
  return rows;
}

#endif
