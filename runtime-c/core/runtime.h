// What the core offers to generated code, to WASI and to the start-up.
//
// Functions that generated code calls are those of runtime.def; their C
// prototypes stand here and nowhere else. See the specification's "Runtime
// Structure" and "Instructions" for what memories, tables and traps are.

#ifndef APUS_RUNTIME_H
#define APUS_RUNTIME_H

#include "apus_abi.h"

#include "../platform/futex.h"
#include "../platform/platform.h"

// The constant `apus_program` that the lowering emits; in C that name is the
// type.
extern const apus_program apus_the_program __asm__("apus_program");

// --- Called by generated code (runtime.def) ----------------------------------

APUS_NORETURN void apus_trap(uint32_t code);
APUS_NORETURN void apus_trap_unresolved(const char *name);
uint64_t apus_memory_grow(apus_memory *memory, uint64_t delta);
uint32_t apus_memory_initialize(apus_memory *memory,
                                const apus_data_segment *segments,
                                uint64_t count);
uint64_t apus_table_grow(apus_table *table, uint64_t delta,
                         const void *reference);
uint32_t apus_atomic_wait32(uint32_t *address, uint32_t expected,
                            int64_t timeout);
uint32_t apus_atomic_wait64(uint64_t *address, uint64_t expected,
                            int64_t timeout);
uint32_t apus_atomic_notify(void *address, uint32_t count);
void apus_invoke(const apus_invocation *invocation);
void apus_script_run(const apus_script *script);

// What a call of the null function reaches, whatever it is called as: traps on
// behalf of the caller (x86_64.S).
void apus_call_null(void);

// --- Called by the start-up --------------------------------------------------

// Maps a memory or table with its initial size. False if there is no room.
bool apus_memory_create(apus_memory *memory);
// Whether that is because the limit on all memories together is reached.
bool apus_memory_exceeds_limit(const apus_memory *memory);
bool apus_table_create(apus_table *table);

// --- The guest's stack (stack.c) ---------------------------------------------

// C code called near the end of the guest's stack faults in the guard: no frame
// of the runtime or of libc is larger.
#define APUS_STACK_GUARD UINT64_C(0x100000)

typedef struct apus_stack {
  uint64_t guard; // lowest address of the guard below the guest's stack
  uint64_t low;   // lowest address of the guest's stack
  uint64_t high;  // one past its highest
} apus_stack;

extern apus_stack apus_guest_stack; // of the first thread
bool apus_stack_create(uint64_t size);

// The stack of the calling thread, NULL for the first (thread.c). Only linked
// into programs that start threads.
extern const apus_stack *apus_thread_stack(void)
    __attribute__((weak, visibility("default")));

// The stack of the calling thread.
const apus_stack *apus_current_stack(void);

// --- Traps (trap.c) ----------------------------------------------------------

struct apus_fault;
void apus_handle_fault(const struct apus_fault *fault);

// Defined only in script programs, where a trap ends a call and not the
// process: leaves the call in progress, or returns if there is none. Not
// hidden: the address of an undefined weak symbol must come from the GOT to be
// NULL.
extern void apus_script_trap(uint32_t code)
    __attribute__((weak, visibility("default")));

// --- The process as the guest may see it (grants.c) --------------------------

typedef struct apus_process_arguments {
  char **environment;     // the process's; visible only where granted
  const char *guest_name; // argv[0]
  char **guest_arguments; // what follows argv[0] for the guest
  uint32_t guest_argument_count;
  char **granted; // the process's arguments that are grants, or NULL
  uint32_t granted_count;
} apus_process_arguments;

extern apus_process_arguments apus_arguments;

// What the program may use at most.
typedef struct apus_limits {
  uint64_t memory;      // bytes of all linear memories
  uint64_t descriptors; // open at a time
  uint64_t time;        // nanoseconds, 0 for any
  uint64_t fuel;
} apus_limits;

extern apus_limits apus_the_limits;

enum apus_grant_kind {
  APUS_GRANT_VARIABLE,
  APUS_GRANT_DIRECTORY,
  APUS_GRANT_READ_ONLY_DIRECTORY,
  APUS_GRANT_TCP_LISTEN,
  APUS_GRANT_LISTEN_DESCRIPTOR,
  APUS_GRANT_LIMIT, // never seen by those who ask for the next grant
};

// One grant. `value` is the guest's name of a directory, else NULL.
typedef struct apus_grant {
  enum apus_grant_kind kind;
  const char *name;
  const char *value;
} apus_grant;

static inline bool apus_grant_is_directory(const apus_grant *grant) {
  return grant->kind == APUS_GRANT_DIRECTORY ||
         grant->kind == APUS_GRANT_READ_ONLY_DIRECTORY;
}

typedef struct apus_grant_cursor {
  uint64_t position;
} apus_grant_cursor;

// Splits the process's arguments into grants and the guest's. False if
// malformed.
bool apus_arguments_create(int count, char **arguments, char **environment);
// The next grant; false at the end. Every grant was checked at start.
bool apus_grant_next(apus_grant_cursor *cursor, apus_grant *grant);
// A variable of the process, "NAME=VALUE", or NULL.
const char *apus_process_variable(const char *name, size_t length);

#endif
