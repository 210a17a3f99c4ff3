// Attributes and small facts that every layer of the runtime uses.
//
// Knows the compiler and the page size, and neither Wasm nor WASI. Layers go
// start -> wasi -> core -> platform; each includes only what is to its right.

#ifndef APUS_PLATFORM_H
#define APUS_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define APUS_NORETURN _Noreturn
#define APUS_UNUSED __attribute__((unused))

// Rounds up to a multiple of a power of two; `value` must not be near the top.
static inline uint64_t apus_round_up(uint64_t value, uint64_t alignment) {
  return (value + alignment - 1) & ~(alignment - 1);
}

// --- Address space (address_space.c) -----------------------------------------
//
// Each returns false on failure and then has changed nothing.

// Reserves [address, address + length) without access, only if it is free.
bool apus_reserve_at(uint64_t address, uint64_t length);
// The same, readable and writable: zeroed on first touch.
bool apus_map_at(uint64_t address, uint64_t length);
// Makes pages of a reservation readable and writable.
bool apus_commit(uint64_t address, uint64_t length);
// Reserves `length` bytes anywhere; NULL on failure.
void *apus_reserve(uint64_t length);
// Zeroed memory, given back with `apus_unmap`; NULL on failure.
void *apus_map(uint64_t length);
void apus_unmap(void *address, uint64_t length);
// Keeps memory, as far as it is mapped, out of core dumps.
void apus_leave_out_of_dumps(uint64_t address, uint64_t length);
// Says that huge pages would only waste memory and start-up time here.
void apus_avoid_huge_pages(void *address, uint64_t length);
// Makes what the loader has relocated read-only, as the dynamic loader would.
bool apus_protect_relocated(void);
uint64_t apus_page_size(void);

// --- Process (process.c) -----------------------------------------------------

// In a loop that waits for another thread.
static inline void apus_relax(void) { __asm__ volatile("pause"); }

// Ends the process at once: nothing of the runtime is buffered.
APUS_NORETURN void apus_exit(int status);
// Writes everything to the process's standard error; failures are ignored.
void apus_write_error(const char *bytes, size_t length);
// Nanoseconds of the monotonic clock.
uint64_t apus_monotonic_nanoseconds(void);
// Calls `function` once, on the stack for signals, when that time has passed.
// False on failure.
bool apus_call_after(uint64_t nanoseconds, void (*function)(void));
// True if the kernel started the process with more rights than its caller.
bool apus_is_privileged(void);
// The least size of a signal stack on this CPU.
uint64_t apus_signal_stack_size(void);
// How far the process's own stack may grow.
uint64_t apus_process_stack_limit(void);
// Allows no core dump: it would hold the guest's memory.
void apus_disable_core_dumps(void);

#endif
